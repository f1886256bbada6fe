package encoder

import (
	"slices"
	"strings"
	"testing"

	"kapbot/internal/encoder/weightfile"
)

func TestTokensAreTheOriginals(t *testing.T) {
	var cases []struct {
		Text   string
		Tokens []int32
	}
	readJSON(t, "tokens.json", &cases)
	if len(cases) < 40 {
		t.Errorf("only %d cases", len(cases))
	}
	e := load(t)
	var r reading // shared, so that what one text leaves behind would show in the next
	for _, c := range cases {
		t.Run(short(c.Text), func(t *testing.T) {
			if got := e.tokens.encode(&r, c.Text); !slices.Equal(got, c.Tokens) {
				t.Errorf("tokens of %q are\n%v, want\n%v", c.Text, got, c.Tokens)
			}
		})
	}
}

// The rules that the vocabulary shows only in rare texts, on one made for it.
func TestTokenizerRules(t *testing.T) {
	pieces := []weightfile.Piece{
		{Text: "\ufffd"}, {Text: "<s>"}, {Text: "</s>"}, {Text: "e"}, {Text: "x2"}, {Text: "x3"},
		{Text: "▁", Score: -1},  // 6
		{Text: "a", Score: -2},  // 7
		{Text: "b", Score: -2},  // 8
		{Text: "ab", Score: -4}, // 9
		{Text: "▁c", Score: 0},  // 10
		{Text: "c", Score: -3},  // 11
		{Text: "d", Score: -9},  // 12
		{Text: "d", Score: -1},  // 13
		{Text: "e", Score: -1},  // 14
	}
	tests := []struct {
		name, text string
		want       []int32
	}{
		{"nothing", "", nil},
		{"of equal scores the shorter last piece wins", "ab", []int32{6, 7, 8}},
		{"a score of zero is as good as none", "c", []int32{6, 11}},
		{"of pieces with one text the last counts", "d", []int32{6, 13}},
		{"a run of unknowns is one token", "a??!b?", []int32{6, 7, 0, 8, 0}},
		{"every space counts", "a  b", []int32{6, 7, 6, 6, 8}},
		{"a reserved piece cannot be spelt", "<s>", []int32{6, 0}},
		{"unless another piece has its text", "e", []int32{6, 14}},
	}
	tok := newTokenizer(pieces)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var r reading
			if got := tok.encode(&r, tt.text); !slices.Equal(got, tt.want) {
				t.Errorf("tokens of %q are %v, want %v", tt.text, got, tt.want)
			}
		})
	}
}

func TestReadingIsBounded(t *testing.T) {
	e := load(t)
	var r reading
	for _, text := range []string{strings.Repeat("a", 1<<20), strings.Repeat("ﷺ", maxSymbols)} {
		e.tokens.encode(&r, text)
		if n := len(r.starts) - 1; n > maxSymbols {
			t.Errorf("%d code points read, want at most %d", n, maxSymbols)
		}
		if limit := 64 * maxSymbols; cap(r.normal) > limit || cap(r.text) > limit {
			t.Errorf("working memory grew to %d and %d bytes", cap(r.normal), cap(r.text))
		}
	}
}
