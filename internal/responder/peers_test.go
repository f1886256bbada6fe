package responder_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/responder"
)

// board is what replicas tell each other; as one of them sees it, in that it hears its
// own too, which must do no harm.
type board struct {
	mu     sync.Mutex
	told   map[string]map[int]chat.Risk // by conversation, then by replica
	all    strings.Builder
	broken bool
	// urged are told when somebody urges; each replica has one.
	urged [2]chan struct{}
}

func (b *board) Urge(context.Context) error {
	for _, c := range b.urged {
		select {
		case c <- struct{}{}:
		default:
		}
	}
	return nil
}

// A seat is the board as one replica writes on it.
type seat struct {
	*board
	replica int
}

func (b seat) Tell(_ context.Context, conversation string, r chat.Risk, until time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.broken {
		return errors.New("the store is away")
	}
	fmt.Fprintln(&b.all, conversation, r, until)
	if b.told[conversation] == nil {
		b.told[conversation] = map[int]chat.Risk{}
	}
	b.told[conversation][b.replica] = r
	return nil
}

func (b *board) Heard(context.Context) (map[string][]chat.Risk, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.broken {
		return nil, errors.New("the store is away")
	}
	heard := map[string][]chat.Risk{}
	for conversation, all := range b.told {
		heard[conversation] = slices.Collect(maps.Values(all))
	}
	return heard, nil
}

func (b *board) breaks(yes bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.broken = yes
}

// replicated runs a test with two replicas.
func replicated(t *testing.T, name string, test func(t *testing.T, b *board, one, other *responder.Responder)) {
	t.Run(name, func(t *testing.T) {
		triage, answers := triage(), answers() // outside: they outlive the bubble
		synctest.Test(t, func(t *testing.T) {
			b := &board{told: map[string]map[int]chat.Risk{}, urged: [2]chan struct{}{make(chan struct{}, 1), make(chan struct{}, 1)}}
			ctx, cancel := context.WithCancel(context.Background())
			var sharing sync.WaitGroup
			var both [2]*responder.Responder
			for i := range both {
				both[i] = responder.New(triage, answers, quiet(), time.Now)
				sharing.Go(func() { both[i].Share(ctx, seat{b, i}, b.urged[i]) })
			}
			time.Sleep(time.Second)
			test(t, b, both[0], both[1])
			cancel()
			sharing.Wait()
			both[0].Close()
			both[1].Close()
		})
	})
}

func TestReplicasTellEachOtherOfHolds(t *testing.T) {
	banner := func(r *responder.Responder, ev chat.Event) bool {
		return r.Handle(context.Background(), ev).Reply.Banner != ""
	}
	stranger := said(ask)
	stranger.From.ID = "somebody else"
	replicated(t, "a card of one is known to the other", func(t *testing.T, b *board, one, other *responder.Responder) {
		hear(one, "zebra, "+wish)
		time.Sleep(2 * time.Second)
		if other.Free(said(ask)) || !banner(other, said(ask)) {
			t.Error("the other replica would generate")
		}
		if !other.Free(stranger) || banner(other, stranger) {
			t.Error("somebody else is held")
		}
		time.Sleep(31 * time.Minute)
		if !other.Free(said(ask)) {
			t.Error("it is held for ever")
		}
		for _, word := range []string{"zebra", "kill", said(ask).From.ID, said(ask).At.Channel} {
			if word != "" && strings.Contains(b.all.String(), word) {
				t.Errorf("%q is told: %s", word, b.all.String())
			}
		}
	})
	replicated(t, "where the others cannot be heard nothing is generated", func(t *testing.T, b *board, one, other *responder.Responder) {
		b.breaks(true)
		time.Sleep(6 * time.Second)
		if one.Free(said(ask)) {
			t.Error("it would generate")
		}
		if banner(one, said(ask)) {
			t.Error("but no hold is made up")
		}
		hear(one, wish) // and is told of later
		time.Sleep(time.Minute)
		b.breaks(false)
		time.Sleep(2 * time.Second)
		if !one.Free(stranger) || other.Free(said(ask)) {
			t.Error("it does not go on")
		}
	})
}

func TestSayingThatOneIsSafeEndsAHoldAtEveryReplica(t *testing.T) {
	banner := func(r *responder.Responder) bool {
		return r.Handle(context.Background(), said(ask)).Reply.Banner != ""
	}
	safe := func(r *responder.Responder) string {
		return r.Handle(context.Background(), said("I'm safe now")).Reply.Text
	}
	replicated(t, "at one that showed no card", func(t *testing.T, _ *board, one, other *responder.Responder) {
		hear(one, wish)
		time.Sleep(time.Minute)
		if text := safe(other); !strings.Contains(text, "glad you are safe") {
			t.Fatalf("it answers %q", text)
		}
		time.Sleep(time.Second)
		for i, r := range []*responder.Responder{one, other} {
			if banner(r) || !r.Free(said(ask)) {
				t.Errorf("replica %d holds on", i)
			}
		}
		time.Sleep(time.Hour)
		if banner(one) || banner(other) {
			t.Error("it comes back")
		}
	})
	replicated(t, "a crisis that comes after it counts", func(t *testing.T, _ *board, one, other *responder.Responder) {
		hear(one, wish)
		time.Sleep(time.Minute)
		safe(other)
		hear(one, wish) // it has not heard of the other yet
		time.Sleep(time.Second)
		if !banner(one) || !banner(other) {
			t.Error("it is not held any more")
		}
	})
	replicated(t, "what is urgent is told before the next look", func(t *testing.T, _ *board, one, other *responder.Responder) {
		hear(one, wish)
		time.Sleep(time.Millisecond)
		if other.Free(said(ask)) {
			t.Error("the other replica would generate")
		}
		safe(other)
		time.Sleep(time.Millisecond)
		if !one.Free(said(ask)) {
			t.Error("the first replica holds on")
		}
	})
}
