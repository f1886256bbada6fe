package terminal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"kapbot/bots"
	"kapbot/bots/bottest"
	"kapbot/bots/terminal"
	"kapbot/internal/chat"
	"kapbot/prompts"
)

// all are the texts of every language.
var all = map[string]prompts.Texts{"en": texts, "es": {Sources: "Fuentes", ConcernPages: "PAGINAS"}}

func TestMain(m *testing.M) { bottest.Main(m) }

// listener writes down what happened and shows the same reply to everything.
type listener struct {
	events []chat.Event
	reply  *chat.Reply
}

func (l *listener) Handle(_ context.Context, ev chat.Event) chat.Ack {
	l.events = append(l.events, ev)
	return chat.Ack{Reply: l.reply}
}

func (l *listener) bodies() []chat.Body {
	var out []chat.Body
	for _, ev := range l.events {
		out = append(out, ev.Body)
	}
	return out
}

// talk runs a conversation to its end and returns what was printed.
func talk(t *testing.T, in io.Reader, h bots.Handler, s terminal.Style) string {
	t.Helper()
	var out bytes.Buffer
	if err := terminal.New(in, &out, all, s).Run(context.Background(), h); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestLinesBecomeEvents(t *testing.T) {
	offers := &chat.Reply{Text: "T", Buttons: []chat.Button{
		{Label: "web", URL: "https://example.org"},
		{Label: "One?", Action: chat.ActionShow, Value: "one"}, {Label: "Two?", Action: chat.ActionShow, Value: "two"},
	}}
	said := func(text string) chat.Body { return chat.Said{Text: text} }
	command := func(name, text, line string) chat.Body {
		return chat.Command{Name: name, Args: []chat.Field{{Name: "text", Value: text}, {Name: "line", Value: line}}}
	}
	press := func(value string) chat.Body { return chat.Pressed{Action: chat.ActionShow, Value: value} }
	for _, test := range []struct {
		name  string
		in    string
		reply *chat.Reply
		want  []chat.Body
	}{
		{"nothing", "", nil, nil},
		{"a line", "hello there\n", nil, []chat.Body{said("hello there")}},
		{"a line without an end", "hello", nil, []chat.Body{said("hello")}},
		{"lines of Windows", "hello\r\nbye\r\n", nil, []chat.Body{said("hello"), said("bye")}},
		{"an empty line", "\n", nil, []chat.Body{said("")}},
		{"white space", "  \t\n", nil, []chat.Body{said("  \t")}},
		{"a command", "/help\n", nil, []chat.Body{command("help", "", "help")}},
		{"a command with words", "  /ask how long is it\n", nil, []chat.Body{command("ask", "how long is it", "ask how long is it")}},
		{"a slash alone", "/\n", nil, []chat.Body{command("", "", "")}},
		{"the command to leave", "hello\n/quit\nmore\n", nil, []chat.Body{said("hello")}},
		{"a number without an offer", "1\n", nil, []chat.Body{said("1")}},
		{"a number presses a button", "x\n2\n", offers, []chat.Body{said("x"), press("two")}},
		{"a link has no number", "x\n1\n", offers, []chat.Body{said("x"), press("one")}},
		{"a number past the offers", "x\n3\n0\n-1\n", offers, []chat.Body{said("x"), said("3"), said("0"), said("-1")}},
		{"a number in a sentence", "x\n2 sessions\n", offers, []chat.Body{said("x"), said("2 sessions")}},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := &listener{reply: test.reply}
			talk(t, strings.NewReader(test.in), l, terminal.Style{})
			if got := fmt.Sprintf("%#v", l.bodies()); got != fmt.Sprintf("%#v", test.want) {
				t.Errorf("events %s, want %#v", got, test.want)
			}
		})
	}
	t.Run("the name of a command is among its words", func(t *testing.T) {
		l := &listener{}
		talk(t, strings.NewReader("/kms\n/kill myself\n"), l, terminal.Style{})
		for i, want := range []string{"kms", "kill myself"} {
			if words := l.events[i].Body.Words(); !slices.Contains(words, want) {
				t.Errorf("words %q, want %q among them", words, want)
			}
		}
	})
	t.Run("each is addressed, and has a place and a key of its own", func(t *testing.T) {
		l := &listener{}
		talk(t, strings.NewReader("a\nb\n"), l, terminal.Style{})
		a, b := l.events[0], l.events[1]
		if !a.Addressed || a.At.Network != terminal.Network || a.From.ID == "" || a.Key == "" || a.Key == b.Key {
			t.Errorf("events %+v and %+v", a, b)
		}
		if a.At.Conversation() != b.At.Conversation() || a.At.Message == b.At.Message || a.From.ID != b.From.ID {
			t.Errorf("places %+v and %+v", a.At, b.At)
		}
	})
}

func TestOffersOfAnOlderReplyAreGone(t *testing.T) {
	l := &listener{reply: &chat.Reply{Text: "T", Buttons: []chat.Button{{Label: "One?", Action: chat.ActionShow, Value: "one"}}}}
	replies := []*chat.Reply{l.reply, {Text: "no offers"}, nil}
	h := handler(func(ctx context.Context, ev chat.Event) chat.Ack {
		l.reply = replies[min(len(l.events), 2)]
		return l.Handle(ctx, ev)
	})
	talk(t, strings.NewReader("x\n1\n1\n"), h, terminal.Style{})
	if want := []chat.Body{chat.Said{Text: "x"}, chat.Pressed{Action: chat.ActionShow, Value: "one"}, chat.Said{Text: "1"}}; fmt.Sprint(l.bodies()) != fmt.Sprint(want) {
		t.Errorf("events %v, want %v", l.bodies(), want)
	}
}

type handler func(context.Context, chat.Event) chat.Ack

func (h handler) Handle(ctx context.Context, ev chat.Event) chat.Ack { return h(ctx, ev) }

func TestWhatIsPrinted(t *testing.T) {
	for _, test := range []struct {
		name, in string
		reply    *chat.Reply
		style    terminal.Style
		want     string
	}{
		{"nobody says anything", "", nil, terminal.Style{}, "WELCOME\n\nyou> \nBYE\n"},
		{"a reply", "a\n", &chat.Reply{Text: "T"}, terminal.Style{}, "WELCOME\n\nyou> \nT\n\nyou> \nBYE\n"},
		{"a reply in Spanish", "a\n", &chat.Reply{Lang: chat.Spanish, Sources: []chat.Source{{Title: "S"}}}, terminal.Style{}, "WELCOME\n\nyou> \nFuentes:\n[1] S\n\nyou> \nBYE\n"},
		{"a reply in a language without texts", "a\n", &chat.Reply{Lang: "fr", Sources: []chat.Source{{Title: "S"}}}, terminal.Style{}, "WELCOME\n\nyou> \nSources:\n[1] S\n\nyou> \nBYE\n"},
		{"silence", "a\n", nil, terminal.Style{}, "WELCOME\n\nyou> \nyou> \nBYE\n"},
		{"leaving", "/quit\n", nil, terminal.Style{}, "WELCOME\n\nyou> \nBYE\n"},
		{"what a script types", "a\n", &chat.Reply{Text: "T"}, terminal.Style{Echo: true}, "WELCOME\n\nyou> a\n\nT\n\nyou> \nBYE\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := talk(t, strings.NewReader(test.in), &listener{reply: test.reply}, test.style); got != test.want {
				t.Errorf("printed %q, want %q", got, test.want)
			}
		})
	}
}

func TestALongLineIsReadWhole(t *testing.T) {
	line := strings.Repeat("word ", 200_000) // a megabyte
	l := &listener{}
	talk(t, strings.NewReader(line+"plea\nnext\n"), l, terminal.Style{})
	var all strings.Builder
	for _, b := range l.bodies() {
		all.WriteString(b.Words()[0])
	}
	if got := all.String(); got != line+"pleanext" {
		t.Errorf("%d letters arrive of %d", len(got), len(line)+8)
	}
	if n := len(l.events); n > 6 {
		t.Errorf("%d events", n)
	}
}

func TestInputThatBreaks(t *testing.T) {
	broken := errors.New("the line is dead")
	l := &listener{}
	var out bytes.Buffer
	in := io.MultiReader(strings.NewReader("a\n"), &failing{broken})
	err := terminal.New(in, &out, all, terminal.Style{}).Run(context.Background(), l)
	if !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
	if len(l.events) != 1 || !strings.HasSuffix(out.String(), "BYE\n") {
		t.Errorf("%d events, printed %q", len(l.events), &out)
	}
}

type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) { return 0, f.err }

func TestRunEndsWithItsContext(t *testing.T) {
	in, writer := io.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	var out bytes.Buffer
	ended := make(chan error)
	h := handler(func(context.Context, chat.Event) chat.Ack { cancel(); return chat.Ack{} })
	go func() { ended <- terminal.New(in, &out, all, terminal.Style{}).Run(ctx, h) }()
	if _, err := io.WriteString(writer, "hello\n"); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil { // though the input is still open
		t.Errorf("error %v", err)
	}
	if !strings.HasSuffix(out.String(), "BYE\n") {
		t.Errorf("printed %q", &out)
	}
	if err := writer.Close(); err != nil {
		t.Error(err)
	}
}

func TestName(t *testing.T) {
	if got := terminal.New(nil, nil, all, terminal.Style{}).Name(); got != terminal.Network {
		t.Errorf("name %q", got)
	}
}
