// Package tallytest holds the contract of tally.Store.
package tallytest

import (
	"testing"
	"time"

	"kapbot/internal/tally"
)

// Run holds a store to the contract.
func Run(t *testing.T, s tally.Store) {
	first := time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC)
	second := first.AddDate(0, 0, 7)
	one := func(space string, monday time.Time, what, topic string) tally.Count {
		return tally.Count{Network: "net", Space: space, Monday: monday, What: what, Topic: topic}
	}
	for range 2 {
		if err := s.AddCounts(t.Context(), map[tally.Count]int{
			one("a", second, tally.Asked, ""): 3, one("a", second, tally.Answered, ""): 2, one("a", second, tally.Topic, "cost"): 2,
			one("a", first, tally.Cards, ""): 1, one("b", first, tally.Cards, ""): 50,
		}); err != nil {
			t.Fatal(err)
		}
	}
	weeks, err := s.Weeks(t.Context(), "net", "a", first)
	if err != nil || len(weeks) != 2 {
		t.Fatalf("weeks %+v, %v", weeks, err)
	}
	if w := weeks[0]; !w.Monday.Equal(first) || w.Cards != 2 || w.Asked != 0 {
		t.Errorf("first week %+v", w)
	}
	if w := weeks[1]; !w.Monday.Equal(second) || w.Asked != 6 || w.Answered != 4 || w.Topics["cost"] != 4 || w.Cards != 0 {
		t.Errorf("second week %+v", w)
	}
	if weeks, err := s.Weeks(t.Context(), "net", "a", second); err != nil || len(weeks) != 1 {
		t.Errorf("from the second week on: %+v, %v", weeks, err)
	}
	if weeks, err := s.Weeks(t.Context(), "other", "a", first); err != nil || len(weeks) != 0 {
		t.Errorf("another network: %+v, %v", weeks, err)
	}
}
