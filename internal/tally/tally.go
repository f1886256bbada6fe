// Package tally counts what the bot did in a community in a week: questions, answers,
// their topics, crisis cards. It keeps numbers only. There is no person, no message and
// no moment in them, so that nobody can be found by them; small numbers are not shown.
package tally

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/outage"
)

// AtLeast is the smallest count that may be shown: fewer could point at somebody.
const AtLeast = 5

// flushEvery is how long counts stay in memory. What a crash loses is a minute.
const flushEvery = time.Minute

// What is counted.
const (
	Asked    = "asked"    // questions to the bot
	Answered = "answered" // of these, with an entry
	Cards    = "cards"    // crisis cards
	Topic    = "topic"    // answers, by topic
)

// A Count is one number of a community's week.
type Count struct {
	Network chat.Network
	Space   string
	Monday  time.Time
	What    string
	Topic   string // for What Topic
}

// A Week is what was counted in a week of a community.
type Week struct {
	Monday                 time.Time
	Asked, Answered, Cards int
	Topics                 map[string]int
}

// A Store adds up counts.
type Store interface {
	// AddCounts adds to what is kept, all or nothing.
	AddCounts(ctx context.Context, more map[Count]int) error
	// Weeks returns the weeks of a community from a Monday on, oldest first; those
	// without a count are left out.
	Weeks(ctx context.Context, network chat.Network, space string, from time.Time) ([]Week, error)
}

// Nowhere is a store that forgets.
type Nowhere struct{}

// AddCounts forgets.
func (Nowhere) AddCounts(context.Context, map[Count]int) error { return nil }

// Weeks returns none.
func (Nowhere) Weeks(context.Context, chat.Network, string, time.Time) ([]Week, error) {
	return nil, nil
}

// A Tally counts in memory and brings it to a store from time to time. It is safe for
// concurrent use and holds nobody up.
type Tally struct {
	store  Store
	topics func(entry string) []string
	lost   *outage.Outage
	now    func() time.Time
	mu     sync.Mutex
	counts map[Count]int
}

// New returns a tally. Topics says what an entry is about.
func New(store Store, topics func(entry string) []string, log *slog.Logger, now func() time.Time) *Tally {
	lost := outage.New(log, slog.LevelWarn, "counts cannot be kept, and are tried again", "counts are kept again")
	return &Tally{store: store, topics: topics, lost: lost, now: now, counts: map[Count]int{}}
}

// Count notes that a reply was made in a community.
func (t *Tally) Count(at chat.Ref, r chat.Reply) {
	one := Count{Network: at.Network, Space: at.Space, Monday: Monday(t.now())}
	add := func(what, topic string) {
		one.What, one.Topic = what, topic
		t.counts[one]++
	}
	var topics []string
	if r.Entry != "" {
		topics = t.topics(r.Entry)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case r.Kind.ShowsCard():
		add(Cards, "")
	case r.Kind == chat.Notice:
	default:
		add(Asked, "")
		if r.Entry != "" {
			add(Answered, "")
		}
		for _, topic := range topics {
			add(Topic, topic)
		}
	}
}

// Run brings counts to the store until ctx is done, and once more then.
func (t *Tally) Run(ctx context.Context) error {
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			t.flush(ctx)
		case <-ctx.Done():
			t.flushLast(ctx)
			return nil
		}
	}
}

// flushLast brings the last counts when everything else stops.
func (t *Tally) flushLast(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	t.flush(ctx)
}

// flush brings what was counted to the store. What it does not take is kept.
func (t *Tally) flush(ctx context.Context) {
	t.mu.Lock()
	counts := t.counts
	t.counts = map[Count]int{}
	t.mu.Unlock()
	if len(counts) == 0 {
		return
	}
	err := t.store.AddCounts(ctx, counts)
	t.lost.Note(ctx, err)
	if err != nil {
		t.mu.Lock()
		defer t.mu.Unlock()
		for one, n := range counts {
			t.counts[one] += n
		}
	}
}

// Weeks returns what is kept.
func (t *Tally) Weeks(ctx context.Context, network chat.Network, space string, from time.Time) ([]Week, error) {
	weeks, err := t.store.Weeks(ctx, network, space, from)
	if err != nil {
		return nil, fmt.Errorf("read counts: %w", err)
	}
	return weeks, nil
}

// Monday is the first moment of a week, in UTC.
func Monday(t time.Time) time.Time {
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d-(int(t.UTC().Weekday())+6)%7, 0, 0, 0, 0, time.UTC)
}
