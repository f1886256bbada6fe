package crisis_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kapbot/internal/crisis"
)

// line is one labeled message of testdata/corpus. Lines of one Pair differ by
// little and must not be split between training and testing.
type line struct {
	ID    string        `json:"id"`
	Level *crisis.Level `json:"level"`
	Tag   string        `json:"tag"`
	Voice string        `json:"voice"`
	Lang  string        `json:"lang"`
	Pair  string        `json:"pair"`
	Text  string        `json:"text"`
}

func TestCorpusIsWellFormed(t *testing.T) {
	files, err := filepath.Glob("testdata/corpus/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatal("no corpus", err)
	}
	ids, texts := map[string]bool{}, map[string]string{}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		for lines := bufio.NewScanner(f); lines.Scan(); {
			var l line
			if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if l.ID == "" || ids[l.ID] || l.Level == nil || l.Tag == "" || strings.TrimSpace(l.Text) == "" {
				t.Errorf("%s: %q is incomplete or twice", name, l.ID)
			}
			if first, twice := texts[strings.ToLower(l.Text)]; twice {
				t.Errorf("%s: %s says the same as %s", name, l.ID, first)
			}
			ids[l.ID], texts[strings.ToLower(l.Text)] = true, l.ID
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(ids) < 8000 {
		t.Errorf("%d lines, want at least 8,000", len(ids))
	}
}
