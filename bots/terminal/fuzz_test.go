package terminal_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"kapbot/bots/terminal"
	"kapbot/internal/chat"
	"kapbot/prompts"
)

// FuzzRender wants that a card comes whole, whatever stands in a reply beside it.
func FuzzRender(f *testing.F) {
	texts, err := prompts.Load()
	if err != nil {
		f.Fatal(err)
	}
	f.Add("## Title\n\n- **bold** [1]\n\n> quote", "A question?", 80)
	f.Add("| a | b |\n|---|\n```\n", "\x1b[2J", 0)
	f.Fuzz(func(t *testing.T, text, title string, width int) {
		if !utf8.ValidString(text + title) {
			t.Skip("texts are UTF-8")
		}
		const line = "Dial 988 then Press 1"
		r := chat.Reply{Kind: chat.Mention, Lang: chat.English, Banner: line, Title: title, Text: text, Sources: []chat.Source{{Title: title, URL: "https://example.org"}}}
		got := terminal.Render(r, texts["en"], terminal.Style{Width: width % 200})
		if !strings.Contains(strings.Join(strings.Fields(got), " "), line) {
			t.Errorf("the line is gone: %q", got)
		}
	})
}
