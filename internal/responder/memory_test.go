package responder_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
	"kapbot/internal/responder"
)

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func (r *room) logger() *slog.Logger { return slog.New(slog.NewTextHandler(&r.log, nil)) }

// timed runs a test in which time is made of sleeps that take none.
func timed(t *testing.T, name string, test func(t *testing.T, r *responder.Responder)) {
	t.Run(name, func(t *testing.T) {
		triage, answers := triage(), answers() // outside: they outlive the bubble
		synctest.Test(t, func(t *testing.T) {
			r := responder.New(triage, answers, quiet(), time.Now)
			defer r.Close()
			test(t, r)
		})
	})
}

func hear(r *responder.Responder, text string) {
	ev := said(text)
	ev.Addressed = false
	r.Handle(context.Background(), ev)
}

func TestWordsAreWipedAfterAMinute(t *testing.T) {
	holds := func(r *responder.Responder, word string) bool { return strings.Contains(r.Remembered(), word) }
	timed(t, "though nothing else is said", func(t *testing.T, r *responder.Responder) {
		hear(r, "zebra crossing")
		if time.Sleep(59 * time.Second); !holds(r, "zebra") {
			t.Error("gone within the minute")
		}
		if time.Sleep(2 * time.Second); holds(r, "zebra") {
			t.Errorf("still there: %s", r.Remembered())
		}
		if r.Conversations() != 0 {
			t.Errorf("a conversation with nothing left in it is kept: %s", r.Remembered())
		}
	})
	timed(t, "though the same person goes on", func(t *testing.T, r *responder.Responder) {
		hear(r, "zebra crossing")
		time.Sleep(50 * time.Second)
		hear(r, "walrus")
		if time.Sleep(12 * time.Second); holds(r, "zebra") {
			t.Errorf("the first words are there after 62 seconds: %s", r.Remembered())
		}
		if !holds(r, "walrus") {
			t.Error("the later words are gone within their minute")
		}
		if time.Sleep(50 * time.Second); holds(r, "walrus") {
			t.Errorf("still there: %s", r.Remembered())
		}
	})
	timed(t, "though others go on", func(t *testing.T, r *responder.Responder) {
		hear(r, "zebra crossing")
		for i := range 7 {
			time.Sleep(10 * time.Second)
			ev := said(fmt.Sprintf("walrus%d", i))
			ev.From.ID = fmt.Sprint(i)
			r.Handle(context.Background(), ev)
		}
		if holds(r, "zebra") {
			t.Errorf("there after 70 seconds: %s", r.Remembered())
		}
		if time.Sleep(62 * time.Second); holds(r, "walrus") {
			t.Errorf("still there: %s", r.Remembered())
		}
	})
	timed(t, "after a card the hold stays", func(t *testing.T, r *responder.Responder) {
		hear(r, "zebra, "+wish)
		time.Sleep(2 * time.Minute)
		if holds(r, "zebra") || r.Conversations() != 1 {
			t.Errorf("remembered: %s", r.Remembered())
		}
		if ack := r.Handle(context.Background(), said(ask)); ack.Reply.Banner == "" {
			t.Error("the hold is gone")
		}
	})
	timed(t, "and after the last one the next minute is timed again", func(t *testing.T, r *responder.Responder) {
		for _, word := range []string{"zebra", "walrus", "ocelot"} {
			hear(r, word)
			if time.Sleep(5 * time.Minute); holds(r, word) {
				t.Errorf("still there: %s", r.Remembered())
			}
		}
	})
}

func TestClosingForgetsEverything(t *testing.T) {
	timed(t, "at once", func(t *testing.T, r *responder.Responder) {
		hear(r, "zebra "+wish)
		r.Close()
		if r.Conversations() != 0 {
			t.Errorf("remembered: %s", r.Remembered())
		}
		r.Close() // twice does no harm
	})
	timed(t, "and starts no timer again", func(t *testing.T, r *responder.Responder) {
		r.Close()
		if ack := r.Handle(context.Background(), said(wish)); shown(ack) == "" {
			t.Error("no card after Close")
		}
	})
}

// fixed is a triage that remembers the same of everybody.
type fixed struct {
	verdict crisis.Verdict
	state   map[string]crisis.State
}

func (f fixed) Check(b chat.Body, _ crisis.State, _ time.Time) (crisis.Verdict, crisis.State) {
	return f.verdict, f.state[b.Words()[0]]
}

func TestMemoryIsBounded(t *testing.T) {
	r := newRoom(t, nil, nil)
	_, calm := triage().Check(chat.Said{Text: "I lost my job"}, crisis.State{}, r.now)
	_, grave := triage().Check(chat.Said{Text: wish}, crisis.State{}, r.now)
	verdict, _ := triage().Check(chat.Said{Text: ask}, crisis.State{}, r.now)
	r = newRoom(t, fixed{verdict, map[string]crisis.State{"calm": calm, "grave": grave}}, answers())
	send := func(text, from string) {
		ev := event(chat.Said{Text: text})
		ev.From.ID, ev.Addressed = from, false
		r.Handle(context.Background(), ev)
	}
	for i := range 10 {
		send("grave", fmt.Sprint("grave", i))
	}
	for i := range responder.MaxConversations + 1000 {
		send("calm", fmt.Sprint("calm", i))
	}
	if got := r.Conversations(); got != responder.MaxConversations {
		t.Errorf("%d conversations, want %d", got, responder.MaxConversations)
	}
	for i := range 10 {
		ev := event(chat.Pressed{Action: "x"})
		ev.From.ID = fmt.Sprint("grave", i)
		if !r.Held(ev) {
			t.Errorf("the hold of grave%d was dropped for somebody without one", i)
		}
	}
}

func TestManyAtOnce(t *testing.T) {
	r := newRoom(t, triage(), answers())
	var wg sync.WaitGroup
	for person := range 8 {
		wg.Go(func() {
			for i := range 8 {
				ev := said([]string{wish, ask, subject, riddle}[i%4])
				ev.From.ID = fmt.Sprint(person)
				ack := r.Handle(context.Background(), ev)
				if i%4 == 0 && shown(ack) == "" {
					t.Errorf("person %d, message %d: no card", person, i)
				}
			}
		})
	}
	wg.Wait()
}
