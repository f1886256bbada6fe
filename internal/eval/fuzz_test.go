package eval_test

import (
	"strings"
	"testing"

	"kapbot/internal/eval"
)

// FuzzReadLines wants that a fault names its place and holds none of the words.
func FuzzReadLines(f *testing.F) {
	f.Add(`{"id":1,"text":"zebra","level":"none"}`)
	f.Add("{\"text\":\"zebra\",\"level\":7}\n\n{")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := eval.ReadLines(strings.NewReader(text), "lines.jsonl"); err != nil && strings.Contains(err.Error(), "zebra") {
			t.Errorf("the error holds the words: %v", err)
		}
		_, _ = eval.ReadConversations(strings.NewReader(text), "lines.jsonl")
		_, _ = eval.ReadRelabeling(strings.NewReader(text), "lines.jsonl")
	})
}
