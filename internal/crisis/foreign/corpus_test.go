package foreign_test

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"
)

// TestCorpus holds the list to the lines in other languages of the corpus: it
// finds what needs the card, and nothing else.
func TestCorpus(t *testing.T) {
	f, err := os.Open("../testdata/corpus/languages.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p := load(t)
	langs := map[string]bool{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var l struct{ ID, Level, Lang, Text string }
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		due := l.Level == "crisis" || l.Level == "concern"
		if found := p.Find(l.Text); (found != "") != due {
			t.Errorf("%s (%s): found %q, level %s", l.ID, l.Lang, found, l.Level)
		}
		if due {
			langs[l.Lang] = true
		}
	}
	if len(langs) < 20 {
		t.Errorf("%d languages, want 20", len(langs))
	}
}
