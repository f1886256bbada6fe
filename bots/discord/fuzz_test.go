package discord_test

import (
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"kapbot/bots/discord"
)

// FuzzSplit wants pieces that Discord takes, and every word in one of them.
func FuzzSplit(f *testing.F) {
	f.Add("one two\n\nthree", 5)
	f.Add(strings.Repeat("\U0001F7E6", 9)+" é", 4)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		if limit = 2 + (limit%100+100)%100; !utf8.ValidString(text) {
			t.Skip("texts are UTF-8")
		}
		var words string
		for _, piece := range discord.Split(text, limit) {
			if n := len(utf16.Encode([]rune(piece))); n > limit || n == 0 {
				t.Errorf("%q gives a piece of %d, the limit is %d", text, n, limit)
			}
			words += piece
		}
		whole := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if whole(words) != whole(text) {
			t.Errorf("%q became %q", text, words)
		}
	})
}
