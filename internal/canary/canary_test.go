package canary_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"kapbot/bots"
	"kapbot/internal/canary"
	"kapbot/internal/chat"
)

type counts struct{ ok, failed int }

func (c *counts) Sang(ok bool, _ time.Time) {
	if ok {
		c.ok++
		return
	}
	c.failed++
}

// answers handles the canary's message as a bot would.
type answers func(ev chat.Event) *chat.Reply

type handler struct {
	to     bots.Sender
	answer answers
	seen   map[chat.Ref]bool
}

func (h handler) Handle(ctx context.Context, ev chat.Event) chat.Ack {
	h.seen[ev.At] = true
	go func() {
		if r := h.answer(ev); r != nil {
			_, _ = h.to.Send(ctx, chat.Post{Reply: *r, To: ev.At, For: ev.From, Key: ev.Key})
		}
	}()
	return chat.Ack{}
}

func TestTheCanary(t *testing.T) {
	card := func(text string) *chat.Reply {
		return &chat.Reply{Kind: chat.Crisis, Card: &chat.Card{Name: "crisis", Text: text}}
	}
	for name, test := range map[string]struct {
		answer answers
		well   bool
	}{
		"gets its card":      {func(chat.Event) *chat.Reply { return card("Dial 988 then Press 1") }, true},
		"gets nothing":       {func(chat.Event) *chat.Reply { return nil }, false},
		"gets an empty card": {func(chat.Event) *chat.Reply { return card("") }, false},
		"gets an answer":     {func(chat.Event) *chat.Reply { return &chat.Reply{Kind: chat.Answer, Text: "988"} }, false},
		"gets its card too late": {func(chat.Event) *chat.Reply {
			time.Sleep(time.Minute)
			return card("Dial 988 then Press 1")
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var n counts
				c := canary.New(slog.New(slog.DiscardHandler), &n)
				if c.Fault() == nil {
					t.Error("it is well before its first message")
				}
				h := handler{c, test.answer, map[chat.Ref]bool{}}
				ctx, cancel := context.WithTimeout(t.Context(), 16*time.Minute)
				defer cancel()
				if err := c.Run(ctx, h); err != nil {
					t.Fatal(err)
				}
				if well := c.Fault() == nil; well != test.well {
					t.Errorf("fault %v, want %t", c.Fault(), test.well)
				}
				if n.ok+n.failed < 3 || (n.ok >= 3) != test.well || (n.failed >= 3) == test.well {
					t.Errorf("counts %+v", n)
				}
				if len(h.seen) < n.ok+n.failed {
					t.Errorf("%d conversations for %+v", len(h.seen), n)
				}
			})
		})
	}
}

// stuck never comes back from an event.
type stuck struct{}

func (stuck) Handle(ctx context.Context, _ chat.Event) chat.Ack {
	<-ctx.Done()
	return chat.Ack{}
}

func TestAMessageThatIsStuckIsAFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := canary.New(slog.New(slog.DiscardHandler), &counts{})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- c.Run(ctx, stuck{}) }()
		time.Sleep(time.Minute)
		if err := c.Fault(); err == nil || err.Error() != "no card came within 10s" {
			t.Errorf("fault %v", err)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
