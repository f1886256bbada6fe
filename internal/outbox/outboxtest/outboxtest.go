// Package outboxtest holds what every outbox.Store has to pass.
package outboxtest

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/outbox"
)

// An Opener returns a store that begins empty, and a function that opens the same
// one again, as a process does that was killed: the first one is not closed.
type Opener func(t *testing.T) (first outbox.Store, again func() outbox.Store)

// Run tests a store.
func Run(t *testing.T, open Opener) {
	for _, test := range []struct {
		name string
		do   func(t *testing.T, open Opener)
	}{
		{"a card is pending until it has an end", pendingUntilItEnds},
		{"all of it comes back", allOfItComesBack},
		{"the same key is noted once, whatever became of it", theSameKeyOnce},
		{"a key belongs to its network", keysOfNetworks},
		{"the oldest comes first", theOldestFirst},
		{"the end of a card that was never noted is no fault", theEndOfNothing},
		{"of many at once one is the first", manyAtOnce},
	} {
		t.Run(test.name, func(t *testing.T) { test.do(t, open) })
	}
}

func pendingUntilItEnds(t *testing.T, open Opener) {
	s, again := open(t)
	c := Card(1)
	intend(t, s, c, true)
	pending(t, again(), c)
	settle(t, s, c, outbox.Shown)
	pending(t, again())
}

func allOfItComesBack(t *testing.T, open Opener) {
	s, again := open(t)
	plain := Card(1)
	odd := outbox.Card{
		Key: "k'\"\x01;", To: chat.Ref{Network: "net", Space: "ö", Channel: "c", Thread: "t", Message: "m"}, For: "p",
		Name: "danger", Lang: chat.Spanish, Kind: chat.Concern, Direct: true, At: plain.At.Add(time.Hour),
	}
	intend(t, s, plain, true)
	intend(t, s, odd, true)
	pending(t, again(), plain, odd)
}

func theSameKeyOnce(t *testing.T, open Opener) {
	s, again := open(t)
	for _, end := range []outbox.End{outbox.Shown, outbox.ShownAlone, outbox.Undelivered} {
		c := Card(int(end))
		intend(t, s, c, true)
		intend(t, s, c, false)
		settle(t, s, c, end)
		intend(t, s, c, false)
		intend(t, again(), c, false)
	}
	pending(t, s)
}

func keysOfNetworks(t *testing.T, open Opener) {
	s, _ := open(t)
	one, other := Card(1), Card(1)
	other.To.Network = "other"
	intend(t, s, one, true)
	intend(t, s, other, true)
	settle(t, s, one, outbox.Shown)
	pending(t, s, other)
}

func theOldestFirst(t *testing.T, open Opener) {
	s, _ := open(t)
	var want []outbox.Card
	for _, i := range []int{3, 1, 2} {
		intend(t, s, Card(i), true)
	}
	for _, i := range []int{1, 2, 3} {
		want = append(want, Card(i))
	}
	pending(t, s, want...)
}

func theEndOfNothing(t *testing.T, open Opener) {
	s, _ := open(t)
	settle(t, s, Card(1), outbox.Shown)
	pending(t, s)
}

func manyAtOnce(t *testing.T, open Opener) {
	s, _ := open(t)
	var wg sync.WaitGroup
	fresh := make(chan bool, 80)
	for i := range cap(fresh) {
		wg.Go(func() {
			ok, err := s.Intend(t.Context(), Card(i%8))
			if err != nil {
				t.Error(err)
			}
			fresh <- ok
		})
	}
	wg.Wait()
	close(fresh)
	first := 0
	for ok := range fresh {
		if ok {
			first++
		}
	}
	if first != 8 {
		t.Errorf("%d were the first of 8 keys", first)
	}
}

// Card is the note number i.
func Card(i int) outbox.Card {
	return outbox.Card{
		Key: fmt.Sprint("key", i), To: chat.Ref{Network: "net", Channel: "room", Message: fmt.Sprint(i)}, For: "person",
		Name: "crisis", Lang: chat.English, At: time.Date(2026, 11, 26, 12, 0, i, 0, time.UTC),
	}
}

func intend(t *testing.T, s outbox.Store, c outbox.Card, want bool) {
	t.Helper()
	fresh, err := s.Intend(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if fresh != want {
		t.Errorf("%s: fresh %v, want %v", c.Key, fresh, want)
	}
}

func settle(t *testing.T, s outbox.Store, c outbox.Card, end outbox.End) {
	t.Helper()
	if err := s.Settle(t.Context(), c, end); err != nil {
		t.Fatal(err)
	}
}

func pending(t *testing.T, s outbox.Store, want ...outbox.Card) {
	t.Helper()
	got, err := s.Pending(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("pending %+v, want %+v", got, want)
	}
}
