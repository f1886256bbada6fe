package responder_test

import (
	"context"
	"strings"
	"testing"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
	"kapbot/internal/desk"
	"kapbot/internal/responder"
)

// entryForm is a form for entries; its field "why" is not part of one.
const entryForm = "test edit"

func filled(form, body, why string) chat.Event {
	return event(chat.Filled{Form: form, State: "x", Fields: []chat.Field{{Name: "body", Value: body}, {Name: "why", Value: why}}})
}

// led is a room with one route of each kind. Words that an entry's form let through are
// in wrote.
func led(t *testing.T) (r *room, wrote *string) {
	t.Helper()
	roles, err := desk.ParseRoles([]string{"net:mod=moderator"})
	if err != nil {
		t.Fatal(err)
	}
	r, wrote = newRoom(t, triage(), answers()), new(string)
	reply := func(_ context.Context, q responder.Request) chat.Reply {
		if f, ok := q.Body.(chat.Filled); ok {
			*wrote = f.Value("body")
		}
		return chat.Reply{Kind: chat.Notice, Lang: q.Lang, Text: "routed " + q.Level}
	}
	open := func(ev chat.Event) *chat.Form {
		if f, ok := ev.Body.(chat.Filled); ok && f.Value("body") != "bad" {
			return nil
		}
		return &chat.Form{Name: entryForm}
	}
	r.Lead(responder.Routes{"test show": {Reply: reply}, entryForm: {Open: open, Reply: reply}})
	r.EditEntries(roles, responder.EntryForms{entryForm: {"body"}})
	return r, wrote
}

// by says who sent an event.
func by(ev chat.Event, person string) chat.Event {
	ev.At.Network, ev.From = "net", chat.Person{ID: person, Roles: ev.From.Roles}
	return ev
}

func TestRoutes(t *testing.T) {
	const saved, card, form = "saved", "card", "form"
	command := func(name, text string) chat.Event {
		return event(chat.Command{Name: name, Args: []chat.Field{{Name: "text", Value: text}}})
	}
	for _, test := range []struct {
		name string
		ev   chat.Event
		want string
	}{
		{"a command", command("test show", "sleep"), saved},
		{"a crisis in a command", command("test show", wish), card},
		{"a button", event(chat.Pressed{Action: "test show"}), saved},
		{"a command opens a form", command(entryForm, "sleep"), form},
		{"a crisis in a command that opens a form", command(entryForm, wish), card},
		{"a form", filled(entryForm, "sleep", "old"), saved},
		{"a form with a mistake opens again", filled(entryForm, "bad", "old"), form},
		{"an entry may speak of anything", filled(entryForm, wish, "old"), saved},
		{"but why it was changed may not", filled(entryForm, "sleep", wish), card},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, _ := led(t)
			ack, rest := r.Receive(by(test.ev, "mod"))
			if ack.Form != nil && rest != nil {
				t.Fatal("a form, and more to come")
			}
			if rest != nil {
				ack = rest(t.Context())
			}
			got := form
			switch {
			case ack.Reply != nil && ack.Reply.Card != nil:
				got = card
			case ack.Reply != nil && strings.HasPrefix(ack.Reply.Text, "routed"):
				got = saved
			case ack.Form == nil:
				got = "something else"
			}
			if got != test.want {
				t.Errorf("%s: %+v", got, ack)
			}
		})
	}
}

func TestOnlyAModeratorsEntryIsNotTriaged(t *testing.T) {
	elsewhere := by(filled(entryForm, wish, ""), "mod")
	elsewhere.At.Network = "other"
	role := by(filled(entryForm, wish, ""), "ann")
	role.From.Roles = []string{"mod"}
	for _, test := range []struct {
		name string
		ev   chat.Event
		card bool
	}{
		{"a moderator", by(filled(entryForm, wish, ""), "mod"), false},
		{"somebody with the role", role, false},
		{"a member", by(filled(entryForm, wish, ""), "ann"), true},
		{"a moderator of another network", elsewhere, true},
		{"another form", by(filled("test show", wish, ""), "mod"), true},
		{"a command of the same name", by(event(chat.Command{Name: entryForm, Args: []chat.Field{{Name: "body", Value: wish}}}), "mod"), true},
		{"a message", by(said(wish), "mod"), true},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, wrote := led(t)
			reply := r.Handle(t.Context(), test.ev).Reply
			if got := reply != nil && reply.Card != nil; got != test.card {
				t.Errorf("card: %v", got)
			}
			if test.card && *wrote != "" {
				t.Error("what got a card went on")
			}
			if strings.Contains(r.Remembered(), "kill") != test.card {
				t.Error("words of an entry are remembered, or those of a message are not")
			}
		})
	}
}

// overheard is a second opinion that notes what it is asked about.
type overheard []string

func (a *overheard) SecondOpinion(_ context.Context, c crisis.Cleared) crisis.Level {
	*a = append(*a, c.Text())
	return crisis.None
}

func TestARouteMayExplainACard(t *testing.T) {
	r, _ := led(t)
	var levels []string
	r.Lead(responder.Routes{"test try": {
		Reply: func(_ context.Context, q responder.Request) chat.Reply { return q.Answer("How long is a session?") },
		Explain: func(_ chat.Event, level string) (chat.Button, bool) {
			levels = append(levels, level)
			return chat.Button{Label: "why", Action: "test show"}, true
		},
	}})
	for text, want := range map[string]bool{wish: true, ask: false} {
		reply := r.Handle(t.Context(), by(event(chat.Command{Name: "test try", Args: []chat.Field{{Value: text}}}), "mod")).Reply
		if reply == nil || (reply.Card != nil) != want {
			t.Fatalf("%s: %+v", text, reply)
		}
		if got := len(reply.Buttons) > 0 && reply.Buttons[len(reply.Buttons)-1].Label == "why"; got != want {
			t.Errorf("%s: %+v", text, reply.Buttons)
		}
	}
	if len(levels) != 1 || levels[0] != "crisis" {
		t.Errorf("explained %q", levels)
	}
}

func TestAnEntryNeverReachesAModel(t *testing.T) {
	r, wrote := led(t)
	var asked overheard
	r.WithSecondOpinion(&asked)
	r.Handle(t.Context(), by(filled(entryForm, "the body of an entry", "because"), "mod"))
	if *wrote == "" || strings.Contains(strings.Join(asked, " "), "body") {
		t.Errorf("wrote %q, asked about %q", *wrote, asked)
	}
}
