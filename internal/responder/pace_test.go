package responder_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
	"kapbot/internal/responder"
	"kapbot/prompts"
)

// paced is a room in which answers have a pace.
func paced(t *testing.T) *room {
	t.Helper()
	r := newRoom(t, triage(), answers())
	r.Pace()
	return r
}

// in is an event of a person in a room that others read too.
func in(channel, person string, body chat.Body) chat.Event {
	ev := event(body)
	ev.At.Space, ev.At.Channel, ev.From.ID, ev.Direct = "guild", channel, person, false
	return ev
}

// told is what became of an event: "card", "fast", "busy", "silence" or "answer".
func told(ack chat.Ack) string {
	switch {
	case ack.Reply == nil:
		return "silence"
	case ack.Reply.Card != nil:
		return "card"
	case strings.Contains(ack.Reply.Text, "You asked a lot"):
		return "fast"
	case strings.Contains(ack.Reply.Text, "Many people"):
		return "busy"
	}
	return "answer"
}

// tries hands over an event until something else than an answer comes of it.
func (r *room) tries(next func(i int) chat.Event) string {
	for i := range 200 {
		if got := told(r.Handle(context.Background(), next(i))); got != "answer" {
			return got
		}
	}
	return "answer"
}

func TestWhoeverAsksTooOftenIsAskedToWait(t *testing.T) {
	help := chat.Command{Name: "help"}
	for _, test := range []struct {
		name string
		next func(i int) chat.Event
		want string
		then string // what becomes of one more
	}{
		{"by messages", func(int) chat.Event { return said("help me with " + riddle) }, "fast", "silence"},
		{"by commands", func(int) chat.Event { return event(help) }, "fast", "fast"},
		{"by buttons", func(int) chat.Event { return event(chat.Pressed{Action: "gone"}) }, "fast", "fast"},
		{"by forms", func(int) chat.Event { return event(chat.Filled{Form: "x"}) }, "fast", "fast"},
		{"in many rooms", func(i int) chat.Event { return in(fmt.Sprint(i), "p", help) }, "fast", "fast"},
		{"many in one room", func(i int) chat.Event { return in("c", fmt.Sprint(i), help) }, "busy", "busy"},
		{"many in many rooms", func(i int) chat.Event { return in(fmt.Sprint(i), fmt.Sprint(i), help) }, "answer", "answer"},
		{"whom to call", func(int) chat.Event { return event(chat.Command{Name: "resources"}) }, "card", "card"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := paced(t)
			if got := r.tries(test.next); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
			if got := told(r.Handle(context.Background(), test.next(500))); got != test.then {
				t.Errorf("then %s, want %s", got, test.then)
			}
			r.now = r.now.Add(time.Minute)
			if got := told(r.Handle(context.Background(), test.next(501))); got != "answer" && test.want != "card" {
				t.Errorf("after a minute %s", got)
			}
		})
	}
}

func TestNoPaceHoldsACardBack(t *testing.T) {
	r := paced(t)
	person := func(context.Context, responder.Request) chat.Reply { return chat.Reply{Text: "somebody comes"} }
	r.Lead(responder.Routes{"peer": {Reply: person, Urgent: true}, "slow": {Reply: person}})
	r.tries(func(int) chat.Event { return said(riddle) })
	r.tries(func(i int) chat.Event { return in("c", fmt.Sprint(i), chat.Command{Name: "help"}) })
	for _, test := range []struct {
		name string
		ev   chat.Event
	}{
		{"of whoever asked too often", said(wish)},
		{"of somebody in a room that is full", in("c", "new", chat.Said{Text: wish})},
		{"in a form", in("c", "new2", chat.Filled{Fields: []chat.Field{{Value: wish}}})},
		{"that one presses for", in("c", "new3", chat.Pressed{Action: chat.ActionCopy, Value: prompts.Crisis})},
		{"that one asks for", in("c", "new4", chat.Command{Name: "resources"})},
	} {
		if got := told(r.Handle(context.Background(), test.ev)); got != "card" {
			t.Errorf("the card %s: %s", test.name, got)
		}
	}
	for action, want := range map[string]string{"peer": "answer", "slow": "fast"} {
		if got := told(r.Handle(context.Background(), event(chat.Pressed{Action: action}))); got != want {
			t.Errorf("the button %s: %s, want %s", action, got, want)
		}
	}
	for i := range 100 {
		if got := told(r.Handle(context.Background(), in("c", fmt.Sprint("w", i), chat.Said{Text: wish}))); got != "card" {
			t.Fatalf("card %d in a row: %s", i, got)
		}
	}
}

// alarmed is a second opinion that asks for the card.
type alarmed struct{}

func (alarmed) SecondOpinion(context.Context, crisis.Cleared) crisis.Level { return crisis.Crisis }

func TestASecondOpinionIsHeardInAFullRoom(t *testing.T) {
	r := paced(t)
	r.tries(func(i int) chat.Event { return in("c", fmt.Sprint(i), chat.Command{Name: "help"}) })
	r.WithSecondOpinion(alarmed{})
	if got := told(r.Handle(context.Background(), in("c", "new", chat.Said{Text: riddle}))); got != "card" {
		t.Errorf("%s in the place of the card", got)
	}
}

func TestWaitingStandsBelowTheLineAfterACard(t *testing.T) {
	r := paced(t)
	r.says(wish)
	r.tries(func(int) chat.Event { return event(chat.Command{Name: "help"}) })
	if ack := r.Handle(context.Background(), event(chat.Command{Name: "help"})); told(ack) != "fast" || ack.Reply.Banner == "" || !ack.Reply.Private {
		t.Errorf("%+v", ack.Reply)
	}
}
