package responder_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/prompts"
)

func TestUnderAHoldEveryReplyBeginsWithTheLine(t *testing.T) {
	line := prompts.Card(prompts.Line, "en")
	for _, test := range []struct {
		name string
		body chat.Body
		want string
	}{
		{"an answer", chat.Said{Text: ask}, line},
		{"a question without an answer", chat.Said{Text: riddle}, line},
		{"a mention has its longer banner", chat.Said{Text: subject}, prompts.Card(prompts.Banner, "en")},
		{"help", chat.Command{Name: "help"}, line},
		{"topics", chat.Command{Name: "topics"}, line},
		{"resources", chat.Command{Name: "resources"}, line},
		{"a command nobody knows", chat.Command{Name: "dance"}, line},
		{"a page behind a button", chat.Pressed{Action: chat.ActionShow, Value: "session-length"}, line},
		{"a page about the line has its longer banner", chat.Pressed{Action: chat.ActionShow, Value: "crisis-line-what-happens"}, prompts.Card(prompts.Banner, "en")},
		{"white space", chat.Said{Text: " "}, line},
		{"a long message", chat.Said{Text: strings.Repeat("ab ", 1500)}, line},
		{"a question in Spanish", chat.Said{Text: "¿cuánto cuesta la terapia con ketamina?"}, prompts.Card(prompts.Line, "es")},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRoom(t, triage(), answers())
			r.says(wish)
			r.now = r.now.Add(5 * time.Minute)
			reply := r.Handle(context.Background(), event(test.body)).Reply
			if reply == nil || reply.Banner != test.want {
				t.Fatalf("reply %+v, want the banner %q", reply, test.want)
			}
			if !strings.Contains(reply.Banner, "Dial 988 then Press 1") {
				t.Errorf("no line in %q", reply.Banner)
			}
		})
	}
}

func TestHoldEnds(t *testing.T) {
	banner := func(r *room) string { return r.says(ask).Reply.Banner }
	t.Run("after thirty minutes", func(t *testing.T) {
		r := newRoom(t, triage(), answers())
		r.says(wish)
		r.now = r.now.Add(30*time.Minute - time.Second)
		if banner(r) == "" {
			t.Error("it ended early")
		}
		r.now = r.now.Add(time.Second)
		if banner(r) != "" {
			t.Error("it lasts longer")
		}
	})
	t.Run("when the person says that they are safe", func(t *testing.T) {
		r := newRoom(t, triage(), answers())
		r.says(wish)
		r.now = r.now.Add(2 * time.Minute)
		reply := r.says("I'm safe now").Reply
		if reply.Kind != chat.Notice || !strings.Contains(reply.Text, "glad you are safe") || !strings.Contains(reply.Text, "Dial 988 then Press 1") {
			t.Errorf("reply %+v", reply)
		}
		if banner(r) != "" {
			t.Error("it goes on")
		}
	})
	t.Run("not when a message is deleted, edited or taken back", func(t *testing.T) {
		r := newRoom(t, triage(), answers())
		r.says(wish)
		r.Handle(context.Background(), event(chat.Deleted{}))
		r.Handle(context.Background(), event(chat.Edited{Said: chat.Said{Text: ask}}))
		r.says("just kidding")
		if banner(r) == "" {
			t.Error("it ended")
		}
	})
}

func TestAHoldIsOnePersonsInOneConversation(t *testing.T) {
	r := newRoom(t, triage(), answers())
	r.says(wish)
	for name, change := range map[string]struct {
		of   func(*chat.Event)
		held bool
	}{
		"the same person":  {func(*chat.Event) {}, true},
		"another message":  {func(e *chat.Event) { e.At.Message, e.Key = "2", "2" }, true},
		"another name":     {func(e *chat.Event) { e.From.Name = "Bob" }, true},
		"another person":   {func(e *chat.Event) { e.From.ID = "q" }, false},
		"another channel":  {func(e *chat.Event) { e.At.Channel = "x" }, false},
		"another thread":   {func(e *chat.Event) { e.At.Thread = "x" }, false},
		"another space":    {func(e *chat.Event) { e.At.Space = "x" }, false},
		"another network":  {func(e *chat.Event) { e.At.Network = "x" }, false},
		"an edit of it":    {func(e *chat.Event) { e.Body = chat.Edited{Said: chat.Said{Text: ask}} }, true},
		"a form in it":     {func(e *chat.Event) { e.Body = chat.Filled{} }, true},
		"a button in it":   {func(e *chat.Event) { e.Body = chat.Pressed{} }, true},
		"a command in it":  {func(e *chat.Event) { e.Body = chat.Command{Name: "help"} }, true},
		"a person unnamed": {func(e *chat.Event) { e.From = chat.Person{} }, false},
	} {
		t.Run(name, func(t *testing.T) {
			ev := said(ask)
			change.of(&ev)
			if got := r.Handle(context.Background(), ev).Reply.Banner != ""; got != change.held {
				t.Errorf("held: %v, want %v", got, change.held)
			}
		})
	}
}

func TestReminderAndWholeCard(t *testing.T) {
	r := newRoom(t, triage(), answers())
	for _, step := range []struct {
		wait time.Duration
		says string
		want string
	}{
		{0, wish, prompts.Crisis}, {time.Minute, wish, prompts.Reminder}, {time.Minute, threat, prompts.Danger},
		{11 * time.Minute, wish, prompts.Crisis},
	} {
		r.now = r.now.Add(step.wait)
		if got := shown(r.says(step.says)); got != step.want {
			t.Errorf("after %v, %q: card %q, want %q", step.wait, step.says, got, step.want)
		}
	}
}
