package discord_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"

	"kapbot/bots/discord"
	"kapbot/internal/chat"
	"kapbot/prompts"
)

func TestRender(t *testing.T) {
	texts := prompts.Texts{Sources: "Sources", ConcernPages: "PAGES"}
	for _, test := range []struct {
		name  string
		reply chat.Reply
		want  string
	}{
		{
			"an answer in the order that it is read",
			chat.Reply{Kind: chat.Mention, Banner: "Line.", Title: "Why?", Text: "Because. [1]", Footer: "Reviewed.", Sources: []chat.Source{{Title: "A study", URL: "https://example.org"}}},
			"Line.\n\n**Why?**\n\nBecause. [1]\n\n-# **Sources**\n-# [1] A study\n\n-# Reviewed.",
		},
		{"a card", chat.Reply{Card: &chat.Card{Text: "**Dial 988**\nSecond."}}, "**Dial 988**\nSecond."},
		{"a label that looks like an address", chat.Reply{Text: "at [a.net/Chat](https://www.a.net/chat/) or [here](https://b.net)"}, "at a.net/Chat (<https://www.a.net/chat/>) or [here](https://b.net)"},
		{"the gentle card says what its pages are", chat.Reply{Kind: chat.Concern, Card: &chat.Card{Text: "C"}, Buttons: []chat.Button{{Action: chat.ActionShow}}}, "C\n\nPAGES"},
		{"nothing", chat.Reply{}, "…"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := strings.Join(discord.Render(test.reply, texts), "|"); got != test.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
}

// TestCards shows every card as Discord gets it.
func TestCards(t *testing.T) {
	for _, name := range prompts.Cards() {
		for _, lang := range prompts.Languages() {
			got := discord.Render(chat.Reply{Card: &chat.Card{Text: prompts.Card(name, lang)}}, prompts.Texts{})
			if len(got) != 1 {
				t.Fatalf("%s %s: %d messages", name, lang, len(got))
			}
			lines := strings.Split(strings.ReplaceAll(got[0], "*", ""), "\n")
			at := 0
			if name == prompts.Danger || name == prompts.Overdose {
				if at = 1; !strings.Contains(lines[0], "911") {
					t.Errorf("%s %s begins with %q", name, lang, lines[0])
				}
			}
			if !strings.HasPrefix(lines[at], "Dial 988 then Press 1") {
				t.Errorf("%s %s: line %d is %q", name, lang, at, lines[at])
			}
		}
	}
}

func TestSplitting(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"short", "one", []string{"one"}},
		{"between paragraphs", "one\n\ntwo three", []string{"one", "two three"}},
		{"between lines", "one\ntwo three", []string{"one", "two three"}},
		{"between words", "one two three", []string{"one two", "three"}},
		{"within a word", "abcdefghijklmno", []string{"abcdefghij", "klmno"}},
		{"exactly", "abcdefghij", []string{"abcdefghij"}},
		{"letters outside the basic plane count twice", "😀😀😀😀😀😀", []string{"😀😀😀😀😀", "😀"}},
		{"nothing", "", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := discord.Split(test.text, 10); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	t.Run("loses no word and keeps the limit", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			text := rapid.StringMatching(`([a-zñ😀]{1,12}( |\n|\n\n)){0,60}`).Draw(t, "text")
			limit := rapid.IntRange(30, 100).Draw(t, "limit")
			pieces := discord.Split(text, limit)
			for _, p := range pieces {
				if len(utf16.Encode([]rune(p))) > limit || strings.TrimSpace(p) != p || p == "" {
					t.Errorf("piece %q with the limit %d", p, limit)
				}
			}
			if got, want := strings.Join(strings.Fields(strings.Join(pieces, " ")), " "), strings.Join(strings.Fields(text), " "); got != want {
				t.Errorf("got %q of %q", got, want)
			}
		})
	})
}

func TestButtonsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := chat.Button{Action: rapid.StringMatching(`[a-z]{1,10}`).Draw(t, "action"), Value: rapid.StringMatching(`[a-z:-]{0,40}`).Draw(t, "value")}
		got, ok := discord.RoundTrip(b, chat.Spanish)
		if want := (chat.Pressed{Action: b.Action, Value: b.Value, Lang: chat.Spanish}); !ok || got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

// TestDiscordTakesWhatever sends what is as long as it can be: labels, values,
// many sources and buttons. The server refuses what Discord would.
func TestDiscordTakesWhatever(t *testing.T) {
	s := newServer(t)
	p := platform(t, s, nil, nil, listed())
	long := strings.Repeat("word ñ😀 ", 100)
	reply := chat.Reply{Kind: chat.Answer, Title: long, Text: strings.Repeat(long+"\n\n", 20), Footer: long}
	for i := range 20 {
		reply.Sources = append(reply.Sources, chat.Source{Title: long, URL: "https://example.org/" + strings.Repeat("x", 40*i)})
		reply.Buttons = append(reply.Buttons, chat.Button{Label: long, Action: "show", Value: strings.Repeat("x", 3*i)})
	}
	for name, r := range map[string]chat.Reply{"all of it": reply, "nothing": {}, "@everyone": {Kind: chat.Answer, Text: "@everyone <@&1> @here"}} {
		if _, err := p.Send(t.Context(), chat.Post{Reply: r, To: chat.Ref{Channel: room}, Key: name}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := len(s.Operations()); got < 5 {
		t.Errorf("%d messages", got)
	}
}
