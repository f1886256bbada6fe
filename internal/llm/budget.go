package llm

import (
	"sync"
	"time"
)

// Limits bound what a client spends. Zero means no limit, but for Timeout and
// AtOnce, which have defaults.
type Limits struct {
	Timeout         time.Duration // for one answer, a repair included
	AtOnce          int           // requests on their way
	Tokens          int           // a day
	TokensPerPerson int           // a day
	Dollars         float64       // a day, at the prices below
	DollarsIn       float64       // for a million tokens sent
	DollarsOut      float64       // for a million tokens received
}

// maxPeople bounds how many people's tokens are counted. Beyond it, people share
// what is left of one person's budget.
const maxPeople = 100_000

// budget counts what is spent today, by UTC.
type budget struct {
	mu      sync.Mutex
	limits  Limits
	now     func() time.Time
	day     string
	tokens  int
	dollars float64
	people  map[string]int
}

// A spend is tokens set aside for one request.
type spend struct {
	in, out int
	person  string
	day     string
}

func (b *budget) price(in, out int) float64 {
	return (float64(in)*b.limits.DollarsIn + float64(out)*b.limits.DollarsOut) / 1e6
}

// reserve sets tokens aside, or reports that they would go over a limit.
func (b *budget) reserve(person string, in, out int) (spend, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if day := b.now().UTC().Format(time.DateOnly); day != b.day {
		b.day, b.tokens, b.dollars, b.people = day, 0, 0, map[string]int{}
	}
	if _, known := b.people[person]; !known && len(b.people) >= maxPeople {
		person = ""
	}
	l := b.limits
	over := func(limit, spent int) bool { return limit > 0 && spent+in+out > limit }
	if over(l.Tokens, b.tokens) || over(l.TokensPerPerson, b.people[person]) || l.Dollars > 0 && b.dollars+b.price(in, out) > l.Dollars {
		return spend{}, false
	}
	b.add(person, in, out)
	return spend{in, out, person, b.day}, true
}

func (b *budget) add(person string, in, out int) {
	b.tokens += in + out
	b.dollars += b.price(in, out)
	b.people[person] += in + out
}

// settle puts what was used into the place of what was set aside.
func (b *budget) settle(s spend, in, out int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s.day != b.day {
		return
	}
	b.add(s.person, in-s.in, out-s.out)
}
