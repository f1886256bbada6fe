package outbox

import (
	"sync"
	"time"
)

// A Meter counts how the sending of cards ends.
type Meter interface {
	// Carded counts a card that arrived or was given up, and how long that took.
	Carded(network string, arrived bool, took time.Duration)
	// Undurable counts a card that goes out without a note.
	Undurable()
}

// MeterWith counts from now on. It is called once, before the first card.
func (o *Outbox) MeterWith(m Meter) { o.meter = m }

// uncounted is the Meter where nobody counts.
type uncounted struct{}

func (uncounted) Carded(string, bool, time.Duration) {}
func (uncounted) Undurable()                         {}

// under are the cards on their way, by a number of their own, with their times.
type under struct {
	mu   sync.Mutex
	all  map[int]time.Time
	next int
}

func (u *under) begin(at time.Time) (id int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.all == nil {
		u.all = map[int]time.Time{}
	}
	u.next++
	u.all[u.next] = at
	return u.next
}

func (u *under) end(id int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.all, id)
}

// Open is how many cards are on their way, and for how long the oldest of them has
// been.
func (o *Outbox) Open() (cards int, oldest time.Duration) {
	o.under.mu.Lock()
	defer o.under.mu.Unlock()
	for _, at := range o.under.all {
		oldest = max(oldest, time.Since(at))
	}
	return len(o.under.all), oldest
}
