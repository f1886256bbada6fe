package eval_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"kapbot/internal/eval"
	"kapbot/internal/search"
)

// answers is a finder that knows what it will say.
type answers map[string]search.Result

func (a answers) Find(_ context.Context, question string) (search.Result, error) {
	r, ok := a[question]
	if !ok {
		return search.Result{}, errors.New("out of order")
	}
	return r, nil
}

func result(outcome search.Outcome, score float64, entries ...string) search.Result {
	r := search.Result{Outcome: outcome, Score: score}
	for _, e := range entries {
		r.Hits = append(r.Hits, search.Hit{Entry: e})
	}
	return r
}

func TestMeasureSearch(t *testing.T) {
	finder := answers{
		"first":   result(search.Sure, 0.9, "a", "b"),
		"also":    result(search.Sure, 0.8, "b", "a"),
		"second":  result(search.Close, 0.4, "x", "a", "y"),
		"fourth":  result(search.Close, 0.3, "x", "y", "z", "a"),
		"wrong":   result(search.Sure, 0.7, "x", "y"),
		"unknown": result(search.Unknown, 0.1, "a"),
		"none":    result(search.Unknown, 0.1, "x"),
		"false":   result(search.Sure, 0.6, "x"),
		"empty":   {},
	}
	questions := []search.Question{
		{Text: "first", Entries: []string{"a"}}, {Text: "also", Entries: []string{"a", "b"}}, {Text: "second", Entries: []string{"a"}},
		{Text: "fourth", Entries: []string{"a"}}, {Text: "wrong", Entries: []string{"a"}}, {Text: "unknown", Entries: []string{"a"}},
		{Text: "none"}, {Text: "false"}, {Text: "empty"},
	}
	got, err := eval.MeasureSearch(context.Background(), finder, questions)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		got  eval.Rate
		want eval.Rate
	}{
		{"first", got.First, eval.Rate{Hits: 3, Of: 6}},
		{"third", got.Third, eval.Rate{Hits: 4, Of: 6}},
		{"answered", got.Answered, eval.Rate{Hits: 3, Of: 6}},
		{"right", got.Right, eval.Rate{Hits: 2, Of: 3}},
		{"offered", got.Offered, eval.Rate{Hits: 3, Of: 6}},
		{"false", got.False, eval.Rate{Hits: 1, Of: 3}},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, tt.got, tt.want)
		}
	}
	if want := (1 + 1 + 0.5 + 0.25 + 0 + 1) / 6; !near(got.Reciprocal, want) {
		t.Errorf("reciprocal rank %v, want %v", got.Reciprocal, want)
	}
	if len(got.Chances) != 9 || len(got.Times) != 9 || got.Quantile(0) > got.Quantile(1) {
		t.Errorf("%d chances, %d times, from %v to %v", len(got.Chances), len(got.Times), got.Quantile(0), got.Quantile(1))
	}
	var out bytes.Buffer
	if _, err := got.WriteTo(&out); err != nil || !strings.Contains(out.String(), "right entry first         50.0 %") {
		t.Errorf("%v:\n%s", err, &out)
	}
	if err := eval.WritePNG(&out, got.Charts()...); err != nil {
		t.Error(err)
	}
	if _, err := eval.MeasureSearch(context.Background(), answers{}, questions); err == nil {
		t.Error("a finder that fails was measured")
	}
}

func TestReadQuestions(t *testing.T) {
	const lines = `{"text": "one", "entry": "a", "also": ["b"], "split": "dev"}
{"text": "two", "split": "test"}
`
	for split, want := range map[string]int{"": 2, "dev": 1, "test": 1, "other": 0} {
		got, err := eval.ReadQuestions(strings.NewReader(lines), split)
		if err != nil || len(got) != want {
			t.Errorf("split %q: %v, %v", split, got, err)
		}
	}
	all, err := eval.ReadQuestions(strings.NewReader(lines), "")
	if err != nil || !all[0].Answers("a") || !all[0].Answers("b") || all[0].Answers("c") || all[1].Answers("a") {
		t.Errorf("%v, %v", all, err)
	}
	for name, text := range map[string]string{"no JSON": "secret words", "no text": `{"entry": "a"}`} {
		_, err := eval.ReadQuestions(strings.NewReader(lines+text), "")
		if err == nil || !strings.Contains(err.Error(), "line 3") || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
