package terminal_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kapbot/bots/terminal"
	"kapbot/internal/chat"
	"kapbot/prompts"
)

var texts = prompts.Texts{Welcome: "WELCOME", Sources: "Sources", ConcernPages: "PAGES", Prompt: "you> ", Goodbye: "BYE"}

func TestRender(t *testing.T) {
	button := func(label string) chat.Button {
		return chat.Button{Label: label, Action: chat.ActionShow, Value: label}
	}
	link := chat.Button{Label: "chat", URL: "https://example.org"}
	for _, test := range []struct {
		name  string
		reply chat.Reply
		want  string
	}{
		{"nothing", chat.Reply{}, ""},
		{"text", chat.Reply{Text: "Hello."}, "Hello."},
		{
			"an answer in the order that it is read",
			chat.Reply{
				Kind: chat.Mention, Banner: "Line.", Title: "Why?", Text: "Because. [1]", Footer: "Reviewed.",
				Sources: []chat.Source{{Title: "A study", URL: "https://example.org/a"}, {Title: "A book"}}, Buttons: []chat.Button{button("More?")},
				Reviewed: time.Now(), Score: 0.9, Entry: "why",
			},
			"Line.\n\nWhy?\n\nBecause. [1]\n\nSources:\n[1] A study\n    https://example.org/a\n[2] A book\n\nReviewed.\n\n  1. More?",
		},
		{"a card", chat.Reply{Card: &chat.Card{Text: "**Dial 988 then Press 1** now.\nSecond line.\n\n- **Text** 838255"}}, "Dial 988 then Press 1 now.\nSecond line.\n\n  - Text 838255"},
		{"a card below a line", chat.Reply{Banner: "Line.", Card: &chat.Card{Text: "Card."}, Text: "After."}, "Line.\n\nCard.\n\nAfter."},
		{"offers are numbered", chat.Reply{Text: "T", Buttons: []chat.Button{button("One?"), button("Two?")}}, "T\n\n  1. One?\n  2. Two?"},
		{"a link takes no number", chat.Reply{Text: "T", Buttons: []chat.Button{link, button("One?")}}, "T\n\n  1. One?"},
		{"links alone are not listed", chat.Reply{Text: "T", Buttons: []chat.Button{link}}, "T"},
		{"the pages under the gentle card have a heading", chat.Reply{Kind: chat.Concern, Card: &chat.Card{Text: "C"}, Buttons: []chat.Button{link, button("One?")}}, "C\n\nPAGES\n  1. One?"},
		{"the gentle card without pages has none", chat.Reply{Kind: chat.Concern, Card: &chat.Card{Text: "C"}, Buttons: []chat.Button{link}}, "C"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := terminal.Render(test.reply, texts, terminal.Style{}); got != test.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
}

func TestMarkdown(t *testing.T) {
	for _, test := range []struct{ name, markdown, want string }{
		{"paragraphs", "One.\n\nTwo.", "One.\n\nTwo."},
		{"a line break stays", "One.\nTwo.", "One.\nTwo."},
		{"bold and italic", "**a** *b* _c_ __d__", "a b c d"},
		{"a link", "[label](https://example.org/x)", "label (https://example.org/x)"},
		{"a bare link", "<https://example.org>", "https://example.org"},
		{"a list", "- a\n- b **c**", "  - a\n  - b c"},
		{"a numbered list", "3. a\n4. b", "  3. a\n  4. b"},
		{"a list after a paragraph", "P:\n\n- a", "P:\n\n  - a"},
		{"a heading", "## Title\n\nText", "Title\n\nText"},
		{"a code span", "`a*b`", "a*b"},
		{"signs of Markdown in words", "5 * 3 and a_b", "5 * 3 and a_b"},
		{"a mark", "Fact. [1]", "Fact. [1]"},
		{"nothing", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := terminal.Markdown(test.markdown, terminal.Style{}); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	t.Run("bold where the terminal shows it", func(t *testing.T) {
		got := terminal.Markdown("**a** *b*", terminal.Style{Bold: true})
		if want := "\x1b[1ma\x1b[0m b"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestWrapping(t *testing.T) {
	for _, test := range []struct {
		name, markdown string
		style          terminal.Style
		want           string
	}{
		{"at spaces", "one two three four", terminal.Style{Width: 9}, "one two\nthree\nfour"},
		{"exactly at the width", "one two", terminal.Style{Width: 7}, "one two"},
		{"a word that is too long", "a verylongword b", terminal.Style{Width: 5}, "a\nverylongword\nb"},
		{"each line by itself", "one two\nthree four", terminal.Style{Width: 8}, "one two\nthree\nfour"},
		{"items hang", "- one two three", terminal.Style{Width: 12}, "  - one two\n    three"},
		{"bold signs take no room", "**one** two", terminal.Style{Width: 7, Bold: true}, "\x1b[1mone\x1b[0m two"},
		{"letters are counted, not bytes", "ñññ ñññ", terminal.Style{Width: 7}, "ñññ ñññ"},
		{"no width, no wrapping", strings.Repeat("word ", 40) + "end", terminal.Style{}, strings.Repeat("word ", 40) + "end"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := terminal.Markdown(test.markdown, test.style); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	t.Run("sources hang below their number", func(t *testing.T) {
		got := terminal.Render(chat.Reply{Sources: []chat.Source{{Title: "one two three", URL: "https://example.org"}}}, texts, terminal.Style{Width: 12})
		if want := "Sources:\n[1] one two\n    three\n    https://example.org"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestWrappingLosesNoWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.StringMatching(`[a-zñ0-9.,]{1,20}`), 1, 40).Draw(t, "words")
		width := rapid.IntRange(1, 60).Draw(t, "width")
		got := terminal.Markdown("x "+strings.Join(list, " "), terminal.Style{Width: width})
		if want := append([]string{"x"}, list...); strings.Join(strings.Fields(got), " ") != strings.Join(want, " ") {
			t.Errorf("got %q of %q", got, want)
		}
	})
}

// TestCards shows every card as a person at a terminal sees it.
func TestCards(t *testing.T) {
	const line = "Dial 988 then Press 1"
	for _, name := range prompts.Cards() {
		for _, lang := range prompts.Languages() {
			for style, s := range map[string]terminal.Style{"plain": {}, "narrow": {Width: 40}, "bold": {Width: 80, Bold: true}} {
				t.Run(name+" "+lang+" "+style, func(t *testing.T) {
					source := prompts.Card(name, lang)
					got := terminal.Render(chat.Reply{Card: &chat.Card{Text: source}}, texts, s)
					got = strings.NewReplacer("\x1b[1m", "", "\x1b[0m", "").Replace(got)
					if strings.Contains(got, "*") || strings.Contains(got, "](") {
						t.Errorf("signs of Markdown are shown: %s", got)
					}
					flat := strings.Join(strings.Fields(got), " ")
					for _, want := range []string{line, "838255"} {
						if !strings.Contains(flat, want) {
							t.Errorf("no %q in %q", want, flat)
						}
					}
					first, _, _ := strings.Cut(got, "\n")
					switch {
					case name == prompts.Danger || name == prompts.Overdose:
						if !strings.Contains(first, "911") {
							t.Errorf("the first line is %q", first)
						}
						if s.Width == 0 && !strings.HasPrefix(strings.Split(got, "\n")[1], line) {
							t.Errorf("the second line is %q", strings.Split(got, "\n")[1])
						}
					case !strings.HasPrefix(got, line):
						t.Errorf("the first line is %q", first)
					}
				})
			}
		}
	}
}
