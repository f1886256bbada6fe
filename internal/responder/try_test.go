package responder_test

import (
	"strings"
	"testing"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
)

func TestATrialGoesTheWayOfEveryMessage(t *testing.T) {
	r := newRoom(t, triage(), answers())
	for _, test := range []struct {
		name, text string
		level      crisis.Level
		kind       chat.Kind
	}{
		{"a question", ask, crisis.None, chat.Answer},
		{"a subject that needs the banner", subject, crisis.Mention, chat.Mention},
		{"no answer", riddle, crisis.None, chat.Unknown},
		{"a crisis", wish, crisis.Crisis, chat.Crisis},
		{"a question after it, of which nothing is kept", ask, crisis.None, chat.Answer},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := r.Try(t.Context(), test.text)
			if got.Level != test.level || got.Reply.Kind != test.kind {
				t.Errorf("level %s, kind %s; want %s, %s", got.Level, got.Reply.Kind, test.level, test.kind)
			}
			if test.kind == chat.Answer && strings.Contains(got.Reply.Banner, "988") {
				t.Error("a trial before it left a hold")
			}
		})
	}
	if n := r.Conversations(); n != 0 {
		t.Errorf("%d conversations are remembered", n)
	}
	if words := r.Remembered(); strings.Contains(words, "kill") {
		t.Errorf("words are remembered: %s", words)
	}
}

// tallied remembers the kinds that were counted.
type tallied []chat.Kind

func (c *tallied) Count(_ chat.Ref, r chat.Reply) { *c = append(*c, r.Kind) }

func TestWhatIsCounted(t *testing.T) {
	for _, test := range []struct {
		name string
		body chat.Body
		want string
	}{
		{"a question", chat.Said{Text: ask}, "answer"},
		{"a question by command", chat.Command{Name: "ask", Args: []chat.Field{{Value: riddle}}}, "unknown"},
		{"a card", chat.Said{Text: wish}, "crisis"},
		{"a card for an edit", chat.Edited{Said: chat.Said{Text: wish}}, "crisis"},
		{"an edited question was counted before", chat.Edited{Said: chat.Said{Text: ask}}, ""},
		{"a page that a button shows is no question", chat.Pressed{Action: chat.ActionShow, Value: "what-is-kap"}, ""},
		{"another command", chat.Command{Name: "topics"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRoom(t, triage(), answers())
			var c tallied
			r.CountWith(&c)
			r.Handle(t.Context(), event(test.body))
			got := ""
			for _, kind := range c {
				got += kind.String()
			}
			if got != test.want {
				t.Errorf("counted %q, want %q", got, test.want)
			}
		})
	}
}
