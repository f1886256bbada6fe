package search

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCorrect(t *testing.T) {
	s := newSpeller([][]string{{"ketamine", "ketamine", "spravato", "insurance", "session", "sessions", "tricare", "dose", "bladder"}})
	for word, want := range map[string]string{
		"ketamine":   "ketamine",
		"sessoin":    "session", // swapped
		"katamin":    "katamin", // seven letters may have one error, this has two
		"spravatto":  "spravato",
		"insurrance": "insurance",
		"insuraance": "insurance",
		"sesion":     "session",
		"tricre":     "tricare",
		"blader":     "bladder",
		"dosr":       "dosr", // too short to guess
		"weather":    "weather",
		"bessions":   "bessions", // the first letter is hardly ever wrong
		"":           "",
	} {
		if got := s.correct(word); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}

func TestEdits(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"abc", "abd", 1}, {"abc", "ab", 1}, {"kitten", "sitting", 3}} {
		if got := edits(tt.a, tt.b); got != tt.want {
			t.Errorf("edits(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestEditsIsADistance(t *testing.T) {
	word := rapid.StringMatching(`[abc]{0,8}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		d := edits(a, b)
		if d != edits(b, a) || (d == 0) != (a == b) || d > max(len(a), len(b)) {
			t.Errorf("edits(%q, %q) = %d, the other way %d", a, b, d, edits(b, a))
		}
	})
}

// One letter too few in a long word is always mended when nothing else is near.
func TestOneLetterLeftOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-z]{6,14}`).Draw(t, "word")
		at := rapid.IntRange(1, len(word)-1).Draw(t, "at")
		s := newSpeller([][]string{{word}})
		if got := s.correct(word[:at] + word[at+1:]); got != word {
			t.Errorf("without letter %d %q became %q", at, word, got)
		}
	})
}

func TestReadVectorsRefusesHalves(t *testing.T) {
	if _, err := readVectors(strings.Repeat("x", vectorBytes-1)); err == nil {
		t.Error("half a vector was read")
	}
}
