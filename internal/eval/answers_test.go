package eval_test

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"

	seed "kapbot/faq"
	"kapbot/internal/answer/check"
	"kapbot/internal/crisis"
	"kapbot/internal/encoder"
	"kapbot/internal/eval"
	"kapbot/internal/faq"
	"kapbot/internal/search"
)

// The targets of the checks. The figures to go by are in docs/benchmarks.md.
func TestPlantedFaultsAreCaught(t *testing.T) {
	e, err := encoder.Load()
	if err != nil {
		t.Fatal(err)
	}
	triage, err := crisis.New(e)
	if err != nil {
		t.Fatal(err)
	}
	c, err := check.New(e, triage)
	if err != nil {
		t.Fatal(err)
	}
	s, err := faq.Load(seed.Files())
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open("testdata/paraphrases.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var written []eval.Paraphrase
	for in := bufio.NewScanner(f); in.Scan(); {
		var p eval.Paraphrase
		if err := json.Unmarshal(in.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		written = append(written, p)
	}
	// A third of what make eval-answers tries, of each kind.
	each, third := 16, written[:len(written)/3]
	r, err := eval.MeasureChecks(c, s.Passages("en"), third, 2, each)
	if err != nil {
		t.Fatal(err)
	}
	if caught := r.Caught(); caught.Of != 10*each || caught.Value() < 0.99 {
		t.Errorf("planted faults caught: %s\n%s", caught, strings.Join(r.Through, "\n"))
	}
	if lost := r.Lost(); lost.Of < 6*each || lost.Value() > 0.08 {
		t.Errorf("faithful sentences dropped: %s\n%s", lost, strings.Join(r.Dropped, "\n"))
	}
	var pairs []search.Question
	for _, id := range []string{"cost", "session-length", "addiction-risk", "bladder", "alcohol", "age-limits"} {
		for range 5 {
			pairs = append(pairs, search.Question{Entries: []string{id}})
		}
	}
	drafts, err := eval.MeasureDrafts(c, s.Passages("en"), pairs, 1)
	if err != nil {
		t.Fatal(err)
	}
	if through := drafts.Through(); through.Of < 10 || through.Hits > 0 {
		t.Errorf("sentences with a fault shown: %s", through)
	}
	if _, err := eval.MeasureChecks(c, nil, written, 2, each); err == nil {
		t.Error("a paraphrase of an entry that is not there is no error")
	}
}
