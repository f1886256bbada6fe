package courier_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"kapbot/bots"
	"kapbot/internal/chat"
	"kapbot/internal/courier"
	"kapbot/internal/outbox"
	"kapbot/internal/responder"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// script is a responder that does what the words of a message say.
type script struct{}

func (script) Receive(ev chat.Event) (chat.Ack, responder.Rest) {
	words := ev.Body.(chat.Said).Text
	reply := &chat.Reply{Kind: chat.Answer, Text: words}
	card := &chat.Reply{Card: &chat.Card{Name: "crisis"}, Lang: chat.Spanish}
	later := func(ack chat.Ack) (chat.Ack, responder.Rest) {
		return chat.Ack{Later: true}, func(context.Context) chat.Ack { return ack }
	}
	switch words {
	case "slow":
		time.Sleep(time.Minute)
		return later(chat.Ack{Reply: reply})
	case "card":
		return chat.Ack{Reply: card}, nil
	case "edited into crisis":
		return chat.Ack{Reply: card, Earlier: chat.Pointed, Pointer: reply}, nil
	case "edited":
		return later(chat.Ack{Reply: reply, Earlier: chat.Replaced})
	case "deleted":
		return chat.Ack{Earlier: chat.Removed}, nil
	case "silence":
		return chat.Ack{}, nil
	case "nothing in the end":
		return later(chat.Ack{})
	case "a panic in the end":
		return later(chat.Ack{Reply: card})
	}
	return later(chat.Ack{Reply: reply})
}

// network writes down what is done to it.
type network struct {
	mu   sync.Mutex
	log  []string
	fail func(n int) error
	n    int
}

func (n *network) note(format string, args ...any) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.log = append(n.log, fmt.Sprintf(format, args...))
	n.n++
	if n.fail != nil {
		return n.fail(n.n)
	}
	return nil
}

func (n *network) Send(_ context.Context, p chat.Post) ([]chat.Ref, error) {
	time.Sleep(time.Second)
	return []chat.Ref{{Message: p.Reply.Text + "'"}}, n.note("send %s to %s", p.Reply.Text, p.To.Message)
}

type editor struct{ *network }

func (e editor) Edit(_ context.Context, earlier []chat.Ref, p chat.Post) ([]chat.Ref, error) {
	return []chat.Ref{{Message: p.Reply.Text + "'"}}, e.note("edit %s to %s", earlier[0].Message, p.Reply.Text)
}

func (e editor) Remove(_ context.Context, earlier []chat.Ref) error {
	return e.note("remove %s", earlier[0].Message)
}

// Send of the outbox, without its store.
func (n *network) card(c outbox.Card) {
	_ = n.note("card %s %s for %s to %s, direct %v, %s", c.Name, c.Lang, c.For, c.To.Message, c.Direct, c.Key)
}

type cards struct{ *network }

func (c cards) Send(_ outbox.Network, card outbox.Card, _ chat.Reply) { c.card(card) }

type said struct{ message, words string }

// carried hands events over and returns what is done.
func carried(t *testing.T, n *network, s bots.Sender, events ...said) []string {
	t.Helper()
	synctest.Test(t, func(*testing.T) {
		c := courier.New(script{}, cards{n}, nil, slog.New(slog.NewTextHandler(io.Discard, nil)))
		h := c.Handler(outbox.Network{Name: "net", Sender: s})
		for i, e := range events {
			h.Handle(context.Background(), chat.Event{
				Key: fmt.Sprint("key", i), At: chat.Ref{Channel: "room", Message: e.message}, From: chat.Person{ID: "ann"}, Direct: true, Body: chat.Said{Text: e.words},
			})
		}
		c.Close(context.Background())
	})
	return n.log
}

func TestWhatIsCarried(t *testing.T) {
	for _, test := range []struct {
		name   string
		events []said
		want   string
	}{
		{"an answer", []said{{"1", "hello"}}, "send hello to 1"},
		{"answers in order", []said{{"1", "a"}, {"2", "b"}, {"3", "c"}}, "send a to 1; send b to 2; send c to 3"},
		{"a card, ahead of what waits", []said{{"1", "a"}, {"2", "card"}}, "card crisis es for ann to 2, direct true, key1; send a to 1"},
		{"a card for what panics later", []said{{"1", "a panic in the end"}}, "card crisis es for ann to 1, direct true, key0"},
		{"silence", []said{{"1", "silence"}, {"2", "nothing in the end"}}, ""},
		{"an edit changes the answer", []said{{"1", "a"}, {"1", "edited"}, {"1", "edited"}}, "send a to 1; edit a' to edited; edit edited' to edited"},
		{"an edit of what had no answer sends one", []said{{"1", "edited"}}, "send edited to 1"},
		{"an edit into crisis", []said{{"1", "a"}, {"1", "edited into crisis"}}, "card crisis es for ann to 1, direct true, key1; send a to 1; edit a' to edited into crisis"},
		{"an edit into crisis of what had no answer", []said{{"1", "edited into crisis"}}, "card crisis es for ann to 1, direct true, key0"},
		{"a deletion takes the answer away", []said{{"1", "a"}, {"1", "deleted"}, {"1", "deleted"}}, "send a to 1; remove a'"},
		{"a deletion takes no card away", []said{{"1", "card"}, {"1", "deleted"}}, "card crisis es for ann to 1, direct true, key0"},
		{"nor the answer to another message", []said{{"1", "a"}, {"2", "deleted"}}, "send a to 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			n := &network{}
			if got := strings.Join(carried(t, n, editor{n}, test.events...), "; "); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
	t.Run("where nothing can be changed", func(t *testing.T) {
		n := &network{}
		got := strings.Join(carried(t, n, n, said{"1", "a"}, said{"1", "edited"}, said{"1", "deleted"}), "; ")
		if want := "send a to 1; send edited to 1"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	})
}

func TestWhatFails(t *testing.T) {
	broken := errors.New("broken")
	wait := &bots.WaitError{For: time.Second, Err: broken}
	for _, test := range []struct {
		name string
		err  error
		want int
	}{
		{"is tried again where the network asked to wait", wait, 4},
		{"is not tried again where it may have arrived", broken, 1},
		{"is not tried again where it is refused", bots.ErrRefused, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			n := &network{fail: func(int) error { return test.err }}
			if got := carried(t, n, editor{n}, said{"1", "a"}); len(got) != test.want {
				t.Errorf("%d attempts, want %d", len(got), test.want)
			}
		})
	}
}

func TestAckSaysWhatIsToCome(t *testing.T) {
	n := &network{}
	synctest.Test(t, func(t *testing.T) {
		c := courier.New(script{}, cards{n}, nil, slog.New(slog.NewTextHandler(io.Discard, nil)))
		h := c.Handler(outbox.Network{Name: "net", Sender: n})
		for words, later := range map[string]bool{"hello": true, "card": false, "silence": false, "deleted": false} {
			ack := h.Handle(context.Background(), chat.Event{At: chat.Ref{Message: words}, Body: chat.Said{Text: words}})
			if ack.Later != later || ack.Reply != nil {
				t.Errorf("%s: %+v", words, ack)
			}
		}
		c.Close(context.Background())
	})
}

func TestCloseDoesNotWaitForEver(t *testing.T) {
	n := &network{fail: func(int) error { return &bots.WaitError{For: time.Hour, Err: errors.New("busy")} }}
	synctest.Test(t, func(t *testing.T) {
		c := courier.New(script{}, cards{n}, nil, slog.New(slog.NewTextHandler(io.Discard, nil)))
		c.Handler(outbox.Network{Sender: n}).Handle(context.Background(), chat.Event{Body: chat.Said{Text: "a"}})
		ctx, cancel := context.WithTimeout(context.Background(), 4*time.Second)
		defer cancel()
		began := time.Now()
		c.Close(ctx)
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

func TestNobodyWaitsForAnotherPersonsAnswer(t *testing.T) {
	tests := []struct {
		name string
		ev   func(i int) chat.Event
	}{
		{"in another room", func(i int) chat.Event { return chat.Event{At: chat.Ref{Channel: fmt.Sprint(i)}} }},
		{"in the same room", func(i int) chat.Event {
			return chat.Event{At: chat.Ref{Channel: "room", Message: fmt.Sprint(i)}, From: chat.Person{ID: fmt.Sprint(i)}}
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			n := &network{}
			synctest.Test(t, func(t *testing.T) {
				c := courier.New(script{}, cards{n}, nil, slog.New(slog.NewTextHandler(io.Discard, nil)))
				h := c.Handler(outbox.Network{Sender: n})
				for i := range 50 {
					ev := test.ev(i)
					ev.Body = chat.Said{Text: "a"}
					h.Handle(context.Background(), ev)
				}
				began := time.Now()
				c.Close(context.Background())
				if took := time.Since(began); took > time.Second || len(n.log) != 50 {
					t.Errorf("%d answers in %v", len(n.log), took)
				}
			})
		})
	}
}

// Who takes a message away is often not told, and the answer is on its way.
func TestADeletionWaitsForTheAnswer(t *testing.T) {
	n := &network{}
	synctest.Test(t, func(t *testing.T) {
		c := courier.New(script{}, cards{n}, nil, slog.New(slog.NewTextHandler(io.Discard, nil)))
		h := c.Handler(outbox.Network{Sender: editor{n}})
		at := chat.Ref{Channel: "room", Message: "1"}
		h.Handle(context.Background(), chat.Event{At: at, From: chat.Person{ID: "p"}, Body: chat.Said{Text: "a"}})
		h.Handle(context.Background(), chat.Event{At: at, Body: chat.Said{Text: "deleted"}})
		c.Close(context.Background())
		if len(n.log) != 2 || !strings.HasPrefix(n.log[1], "remove") {
			t.Errorf("done: %q", n.log)
		}
	})
}

// claimed is a store of claims.
type claimed struct {
	seen map[string]bool
	err  error
}

func (c claimed) Claim(_ context.Context, network, key string) (bool, error) {
	first := !c.seen[network+key]
	c.seen[network+key] = true
	return first, c.err
}

// sleepy is a store of claims whose first claim the program sleeps through.
type sleepy struct{ slept, always bool }

func (c *sleepy) Claim(context.Context, string, string) (bool, error) {
	if c.slept && !c.always {
		return true, nil
	}
	c.slept = true
	time.Sleep(time.Minute)
	return false, context.DeadlineExceeded
}

func TestAnEventThatWasAnsweredBefore(t *testing.T) {
	answered := map[string]bool{"netold": true}
	tests := []struct {
		name, key, words string
		claims           courier.Claims
		age              time.Duration
		want             int
	}{
		{"is not answered again", "old", "a", claimed{answered, nil}, 0, 0},
		{"and another one is", "new", "a", claimed{answered, nil}, 0, 1},
		{"shows its card again", "old", "card", claimed{answered, nil}, 0, 1},
		{"is answered where nobody knows", "old", "a", claimed{answered, errors.New("locked")}, 0, 1},
		{"is answered without a store", "old", "a", nil, 0, 1},
		{"is answered late", "fresh", "a", claimed{answered, nil}, time.Minute, 1},
		{"is not answered late where nobody knows", "old", "a", claimed{answered, errors.New("locked")}, time.Minute, 0},
		{"is not answered where triage took long and nobody knows", "old", "slow", claimed{answered, errors.New("locked")}, 0, 0},
		{"is answered where triage took long", "tardy", "slow", claimed{answered, nil}, 0, 1},
		{"shows its card late where nobody knows", "old", "card", claimed{answered, errors.New("locked")}, time.Minute, 1},
		{"is asked for again after a sleep", "other", "a", &sleepy{}, 0, 1},
		{"is not answered after a sleep where nobody knows", "other", "a", &sleepy{always: true}, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			n := &network{}
			synctest.Test(t, func(*testing.T) {
				c := courier.New(script{}, cards{n}, test.claims, slog.New(slog.NewTextHandler(io.Discard, nil)))
				h := c.Handler(outbox.Network{Name: "net", Sender: n})
				h.Handle(context.Background(), chat.Event{
					Key: test.key, At: chat.Ref{Network: "net", Message: "1"}, Body: chat.Said{Text: test.words}, Sent: time.Now().Add(-test.age),
				})
				c.Close(context.Background())
			})
			if len(n.log) != test.want {
				t.Errorf("done: %q", n.log)
			}
		})
	}
}
