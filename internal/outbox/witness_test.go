package outbox_test

import (
	"context"
	"io"
	"slices"
	"testing"

	"kapbot/bots"
	"kapbot/internal/chat"
	"kapbot/internal/outbox"
)

// ear writes down what it hears, and whether the card had its end by then.
type ear struct {
	store *memory
	heard []string
	panic bool
}

func (e *ear) Shown(_ context.Context, c outbox.Card, post chat.Post, refs []chat.Ref) {
	state := "settled"
	if e.store.end(c) == outbox.Pending {
		state = "pending"
	}
	for _, ref := range append(refs, chat.Ref{Message: "-"})[:1] {
		e.heard = append(e.heard, state+" "+post.Key+" "+ref.Message)
	}
	if e.panic {
		panic("a bug")
	}
}

func TestAWitnessHearsOfACardBeforeItsEndIsNoted(t *testing.T) {
	for name, test := range map[string]struct {
		room  *room
		panic bool
		want  string
		end   outbox.End
	}{
		"that was shown":         {&room{}, false, "pending key1 card", outbox.Shown},
		"that was refused":       {&room{send: always(bots.ErrRefused)}, false, "pending key1 -", outbox.Undelivered},
		"and a bug harms nobody": {&room{}, true, "pending key1 card", outbox.Shown},
	} {
		t.Run(name, func(t *testing.T) {
			s := newMemory()
			e := &ear{store: s, panic: test.panic}
			end := sent(t, s, test.room, io.Discard, func(o *outbox.Outbox, n outbox.Network, c outbox.Card) {
				o.Tell(e)
				send(o, n, c)
			})
			if end != test.end || !slices.Equal(e.heard, []string{test.want}) {
				t.Errorf("end %v, heard %q", end, e.heard)
			}
		})
	}
}
