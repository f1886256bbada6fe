// Package pace says who asks too often. What it remembers has a bound, however many
// ask.
package pace

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// remembered is how many keys are known at most, twice.
const remembered = 50_000

// A Pace lets each key take a few at once, and then one now and then. It is safe for
// concurrent use. A nil Pace lets everybody take all.
type Pace[K comparable] struct {
	burst int
	every time.Duration

	mu    sync.Mutex
	now   map[K]*rate.Limiter
	old   map[K]*rate.Limiter
	since time.Time // when the new ones were begun
}

// New returns a pace at which a key may take burst at once, and one more each time
// that every has passed.
func New[K comparable](burst int, every time.Duration) *Pace[K] {
	return &Pace[K]{burst: burst, every: every, now: map[K]*rate.Limiter{}}
}

// Take reports whether a key may take one, and takes it.
func (p *Pace[K]) Take(key K, now time.Time) bool {
	if p == nil {
		return true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.limiter(key, now).AllowN(now, 1)
}

// limiter returns that of a key. Whoever took nothing for as long as it takes to have
// all again can be forgotten. When too many ask, some are forgotten sooner.
func (p *Pace[K]) limiter(key K, now time.Time) *rate.Limiter {
	full := time.Duration(p.burst) * p.every
	if age := now.Sub(p.since); age > full || age < 0 || len(p.now) >= remembered {
		p.old = p.now
		if age > 2*full {
			p.old = nil
		}
		p.now, p.since = map[K]*rate.Limiter{}, now
	}
	l := p.now[key]
	if l == nil {
		l = p.old[key]
	}
	if l == nil {
		l = rate.NewLimiter(rate.Every(p.every), p.burst)
	}
	p.now[key] = l
	return l
}
