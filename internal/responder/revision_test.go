package responder_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/responder"
	"kapbot/prompts"
)

// about is an event on a message that was sent earlier, with a key of its own.
func about(message string, body chat.Body) chat.Event {
	ev := event(body)
	ev.At.Message = message
	return ev
}

func edit(message, text string) chat.Event {
	return about(message, chat.Edited{Said: chat.Said{Text: text}})
}

func handle(r *room, ev chat.Event) chat.Ack { return r.Handle(context.Background(), ev) }

func TestAnEventIsHandledOnce(t *testing.T) {
	for name, body := range map[string]chat.Body{
		"a question": chat.Said{Text: ask}, "a crisis": chat.Said{Text: wish}, "an edit": chat.Edited{Said: chat.Said{Text: ask}},
		"a command": chat.Command{Name: "help"}, "a deletion": chat.Deleted{},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t, triage(), answers())
			ev := event(body)
			if ack := handle(r, ev); ack.Silent() {
				t.Fatal("silence at first")
			}
			for range 3 {
				r.now = r.now.Add(19 * time.Minute)
				if ack := handle(r, ev); !ack.Silent() {
					t.Errorf("again: %+v", ack)
				}
			}
		})
	}
	t.Run("the same key on another network is another event", func(t *testing.T) {
		r := newRoom(t, triage(), answers())
		ev := said(ask)
		handle(r, ev)
		ev.At.Network = "other"
		if handle(r, ev).Silent() {
			t.Error("silence")
		}
	})
	t.Run("what was read as not addressed is new when it is addressed", func(t *testing.T) {
		r := newRoom(t, triage(), answers())
		ev := said(ask)
		for _, step := range []struct{ addressed, answered bool }{{false, false}, {false, false}, {true, true}, {true, false}, {false, false}} {
			ev.Addressed = step.addressed
			if got := !handle(r, ev).Silent(); got != step.answered {
				t.Errorf("%+v: answered %v", step, got)
			}
		}
	})
	t.Run("an event without a key is always new", func(t *testing.T) {
		r := newRoom(t, triage(), answers())
		ev := said(ask)
		ev.Key = ""
		for range 2 {
			if handle(r, ev).Silent() {
				t.Error("silence")
			}
		}
	})
}

func TestEdits(t *testing.T) {
	t.Run("a question is answered again in the same place", func(t *testing.T) {
		r := newRoom(t, triage(), answers())
		first := said(riddle)
		handle(r, first)
		ack := handle(r, edit(first.At.Message, ask))
		if ack.Earlier != chat.Replaced || ack.Reply == nil || ack.Reply.Kind != chat.Answer {
			t.Errorf("ack %+v", ack)
		}
	})
	t.Run("for ten minutes", func(t *testing.T) {
		for age, want := range map[time.Duration]bool{10 * time.Minute: true, 10*time.Minute + time.Second: false} {
			r := newRoom(t, triage(), answers())
			ev := edit("1", ask)
			ev.Sent = r.now.Add(-age)
			if got := !handle(r, ev).Silent(); got != want {
				t.Errorf("after %v: answered %v", age, got)
			}
		}
	})
	t.Run("into crisis gets its card as a new message, however late", func(t *testing.T) {
		for _, addressed := range []bool{true, false} {
			r := newRoom(t, triage(), answers())
			first := said(ask)
			handle(r, first)
			ev := edit(first.At.Message, wish)
			ev.Sent, ev.Addressed = r.now.Add(-24*time.Hour), addressed
			ack := handle(r, ev)
			if shown(ack) != prompts.Crisis || ack.Earlier != chat.Pointed || ack.Pointer == nil || !strings.Contains(ack.Pointer.Text, "Dial 988 then Press 1") {
				t.Errorf("addressed %v: ack %+v", addressed, ack)
			}
		}
	})
	t.Run("of a crisis that says the same has its card already", func(t *testing.T) {
		r := newRoom(t, triage(), answers())
		first := said(wish)
		handle(r, first)
		if ack := handle(r, edit(first.At.Message, wish+"!")); !ack.Silent() {
			t.Errorf("ack %+v", ack)
		}
		if got := shown(handle(r, edit(first.At.Message, threat))); got != prompts.Danger {
			t.Errorf("edited into a threat: card %q", got)
		}
		if got := shown(handle(r, edit("another", wish))); got != prompts.Reminder {
			t.Errorf("another message edited into crisis: card %q", got)
		}
	})
	t.Run("away from crisis does not lift the hold", func(t *testing.T) {
		for _, text := range []string{ask, "I'm safe now", ""} {
			r := newRoom(t, triage(), answers())
			first := said(wish)
			handle(r, first)
			handle(r, edit(first.At.Message, text))
			if !r.Held(first) {
				t.Errorf("edited into %q: the hold is lifted", text)
			}
		}
	})
	t.Run("not addressed to the bot is not answered", func(t *testing.T) {
		ev := edit("1", ask)
		ev.Addressed = false
		if ack := handle(newRoom(t, triage(), answers()), ev); !ack.Silent() {
			t.Errorf("ack %+v", ack)
		}
	})
}

func TestDeletedMessages(t *testing.T) {
	r := newRoom(t, triage(), answers())
	first := said(wish)
	handle(r, first)
	if ack := handle(r, about(first.At.Message, chat.Deleted{})); ack != (chat.Ack{Earlier: chat.Removed}) {
		t.Errorf("ack %+v", ack)
	}
	if !r.Held(first) {
		t.Error("the hold is lifted")
	}
}

func TestEventsOutOfOrder(t *testing.T) {
	message := chat.Said{Text: ask}
	for name, before := range map[string]chat.Body{
		"after its edit": chat.Edited{Said: message}, "after its deletion": chat.Deleted{},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t, triage(), answers())
			handle(r, about("1", before))
			if ack := handle(r, about("1", message)); !ack.Silent() {
				t.Errorf("a question %s is answered: %+v", name, ack)
			}
			if ack := handle(r, about("1", chat.Said{Text: wish})); shown(ack) == "" {
				t.Errorf("a crisis %s gets no card", name)
			}
		})
	}
}

func TestAnAnswerThatIsOutOfDateIsNotShown(t *testing.T) {
	for name, after := range map[string]chat.Body{
		"edited": chat.Edited{Said: chat.Said{Text: riddle}}, "deleted": chat.Deleted{},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t, triage(), answers())
			_, rest := r.Receive(about("1", chat.Said{Text: ask}))
			if rest == nil {
				t.Fatal("there is nothing to come")
			}
			r.Receive(about("1", after))
			if ack := rest(context.Background()); !ack.Silent() {
				t.Errorf("it is shown: %+v", ack)
			}
		})
	}
	t.Run("a panic on the way still gives the card", func(t *testing.T) {
		r := newRoom(t, triage(), broken{answers(), "Answer"})
		_, rest := r.Receive(said(ask))
		if got := shown(rest(context.Background())); got != prompts.Crisis {
			t.Errorf("card %q", got)
		}
	})
}

func TestAPrivateCopyIsOfferedWhereOthersReadAlong(t *testing.T) {
	offered := func(ack chat.Ack) bool {
		return slices.ContainsFunc(ack.Reply.Buttons, func(b chat.Button) bool { return b.Action == chat.ActionCopy })
	}
	for _, direct := range []bool{true, false} {
		ev := said(wish)
		ev.Direct = direct
		if got := offered(handle(newRoom(t, triage(), answers()), ev)); got == direct {
			t.Errorf("direct %v: offered %v", direct, got)
		}
	}
	for _, lang := range []chat.Lang{chat.English, chat.Spanish} {
		ack := handle(newRoom(t, triage(), answers()), event(chat.Pressed{Action: chat.ActionCopy, Value: prompts.Danger, Lang: lang}))
		if shown(ack) != prompts.Danger || !ack.Reply.Private || ack.Reply.Lang != lang || ack.Reply.Kind.ShowsCard() {
			t.Errorf("pressed: %+v", ack.Reply)
		}
	}
	if ack := handle(newRoom(t, triage(), answers()), event(chat.Pressed{Action: chat.ActionCopy, Value: "gone"})); ack.Reply == nil || ack.Reply.Kind != chat.Notice {
		t.Errorf("a card that does not exist: %+v", ack.Reply)
	}
}

func TestCommandsAreNamedAsTheyAreTypedThere(t *testing.T) {
	for _, test := range []struct{ prefix, want string }{{"", "/topics"}, {"/kap ", "/kap topics"}} {
		prefix, want := test.prefix, test.want
		for _, name := range []string{"help", "dance"} {
			ev := event(chat.Command{Name: name})
			ev.Prefix = prefix
			text := handle(newRoom(t, triage(), answers()), ev).Reply.Text
			if name == "dance" {
				want = strings.Replace(want, "topics", "help", 1)
			}
			if !strings.Contains(text, want) || strings.Contains(text, "{") {
				t.Errorf("prefix %q, %s: %q", prefix, name, text)
			}
		}
	}
}

func TestWhatIsRememberedOfEventsIsBounded(t *testing.T) {
	r := newRoom(t, nil, nil)
	for i := range 3*responder.Generation + 10 {
		ev := event(chat.Deleted{})
		ev.Key = fmt.Sprint(i)
		r.First(ev, r.now)
	}
	if got := r.RememberedEvents(); got > 2*responder.Generation {
		t.Errorf("%d events are remembered", got)
	}
}
