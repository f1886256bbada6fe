package main

import (
	"io"
	"strings"
	"testing"
)

// FuzzLines wants that a line that cannot be used is told by its number, and that
// nothing of it is printed: lines are what people wrote.
func FuzzLines(f *testing.F) {
	f.Add(`{"id":"a","text":"zebra"}` + "\n" + `{"text":7,"zebra":`)
	f.Add("zebra\n\n\"zebra\"\n{\"text\":{\"zebra\":1}}")
	f.Add("{\"text\":\"zebra\xff\"}\n[")
	f.Fuzz(func(t *testing.T, text string) {
		var told strings.Builder
		var lines int
		err := eachLine(streams{in: strings.NewReader(text), out: io.Discard, err: &told}, func(struct {
			ID   any    `json:"id"`
			Text string `json:"text"`
		}) error {
			lines++
			return nil
		})
		if strings.Contains(told.String(), "zebra") || err != nil && strings.Contains(err.Error(), "zebra") {
			t.Errorf("the words are told: %q, %v", told.String(), err)
		}
		if bad := strings.Count(told.String(), "\n"); bad+lines > strings.Count(text, "\n")+1 || (err != nil) != (bad > 0) {
			t.Errorf("%d lines done, %d bad, error %v", lines, bad, err)
		}
	})
}
