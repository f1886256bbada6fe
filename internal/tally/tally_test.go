package tally_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/tally"
)

// memory is a store that can be down.
type memory struct {
	mu     sync.Mutex
	counts map[string]int
	down   bool
}

func (m *memory) AddCounts(_ context.Context, more map[tally.Count]int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.down {
		return errors.New("down")
	}
	for c, n := range more {
		m.counts[c.Space+" "+c.Monday.Format("01-02")+" "+c.What+c.Topic] += n
	}
	return nil
}

func (m *memory) Weeks(context.Context, chat.Network, string, time.Time) ([]tally.Week, error) {
	return nil, nil
}

func TestCounting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &memory{counts: map[string]int{}, down: true}
		ta := tally.New(store, func(entry string) []string { return []string{"cost", entry} }, slog.New(slog.DiscardHandler), func() time.Time {
			return time.Date(2026, 11, 29, 23, 0, 0, 0, time.FixedZone("west", -3600)) // Monday in UTC
		})
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { _ = ta.Run(ctx) })
		at := chat.Ref{Network: "net", Space: "a", Channel: "c", Message: "m"}
		for _, r := range []chat.Reply{
			{Kind: chat.Crisis}, {Kind: chat.Concern}, {Kind: chat.Notice}, {Kind: chat.Unknown},
			{Kind: chat.Answer, Entry: "x"}, {Kind: chat.Mention, Entry: "x"},
		} {
			ta.Count(at, r)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		store.mu.Lock()
		store.down = false // what it did not take comes again
		store.mu.Unlock()
		stop()
		running.Wait()
		want := map[string]int{"a 11-30 cards": 2, "a 11-30 asked": 3, "a 11-30 answered": 2, "a 11-30 topiccost": 2, "a 11-30 topicx": 2}
		if !maps.Equal(store.counts, want) {
			t.Errorf("counted %v, want %v", store.counts, want)
		}
	})
}

func TestMonday(t *testing.T) {
	for day, want := range map[string]string{"2026-11-26": "2026-11-23", "2026-11-23": "2026-11-23", "2026-11-29": "2026-11-23", "2026-03-01": "2026-02-23"} {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if got := tally.Monday(at.Add(23 * time.Hour)).Format(time.DateOnly); got != want {
			t.Errorf("%s: %s, want %s", day, got, want)
		}
	}
}
