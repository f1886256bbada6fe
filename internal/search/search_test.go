package search_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	seed "kapbot/faq"
	"kapbot/internal/encoder"
	"kapbot/internal/faq"
	"kapbot/internal/search"
)

var loaded = sync.OnceValue(func() (out struct {
	entries []faq.Entry
	encoder *encoder.Encoder
	model   *search.Model
}) {
	snapshot, err := faq.Load(seed.Files())
	if err != nil {
		panic(err)
	}
	out.entries = snapshot.Entries()
	if out.encoder, err = encoder.Load(); err != nil {
		panic(err)
	}
	if out.model, err = search.LoadModel(); err != nil {
		panic(err)
	}
	return out
})

func index(t testing.TB, entries []faq.Entry, lang string) *search.Index {
	t.Helper()
	x, err := search.New(entries, lang, loaded().encoder, loaded().model)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	return x
}

func seedIndex(t testing.TB) *search.Index {
	t.Helper()
	return index(t, loaded().entries, "en")
}

func find(t testing.TB, x *search.Index, question string) search.Result {
	t.Helper()
	got, err := x.Find(context.Background(), question)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func first(r search.Result) string {
	if len(r.Hits) == 0 {
		return ""
	}
	return r.Hits[0].Entry
}

func TestFind(t *testing.T) {
	x := seedIndex(t)
	tests := []struct {
		name, question, entry string
		answerable            bool
	}{
		{"a wording as it stands", "Does TRICARE pay for ketamine or Spravato?", "tricare", true},
		{"case does not matter", "WHAT ARE THE SIDE EFFECTS", "side-effects", true},
		{"slang is read as the word", "is special k addictive", "addiction-risk", true},
		{"a brand name is read as its kind", "do I have to come off zoloft for ketamine", "antidepressants-ssri-snri", true},
		{"typing errors are mended", "does tricre cvoer spravto", "tricare", true},
		{"one letter for the drug", "k cost?", "cost", true},
		{"military abbreviations", "OIF vet with MST and TBI, is ketamine safe after a brain injury", "head-injury-blast", true},
		{"a dose for oneself is not answered but routed", "how many mg should I take tonight", "what-dose", true},
		{"stopping a medicine is routed", "should I stop taking my pills before ketamine", "stopping-medicines", true},
		{"a diagnosis is routed", "can you tell me if I have PTSD", "bot-diagnosis", true},
		{"a purchase is routed", "where can I buy some ketamine", "buy-ketamine", true},
		{"one's own case at law is routed", "can I sue my clinic", "my-legal-case", true},
		{"politics is routed", "who should I vote for", "politics", true},
		{"weather has no entry", "what's the weather in Boise", "", false},
		{"a poem has no entry", "write me a poem about autumn leaves", "", false},
		{"another license has no entry", "how do I renew my fishing license online", "", false},
		{"no words", "?!", "", false},
		{"empty", "", "", false},
		{"an alphabet of which no entry has a letter", "кетамин", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := find(t, x, tt.question)
			if got.Answerable() != tt.answerable {
				t.Errorf("answerable = %v with chance %.2f, want %v; hits %v", got.Answerable(), got.Score, tt.answerable, got.Hits)
			}
			if tt.entry != "" && first(got) != tt.entry {
				t.Errorf("hits %v, want %s first", got.Hits, tt.entry)
			}
		})
	}
}

func TestEveryQuestionFindsItsEntry(t *testing.T) {
	for _, lang := range []string{"en", "es"} {
		x := index(t, loaded().entries, lang)
		for _, e := range loaded().entries {
			if e.Lang != lang {
				continue
			}
			if got := find(t, x, e.Question); first(got) != e.ID || got.Outcome == search.Unknown {
				t.Errorf("%q finds %v with chance %.2f, want %s", e.Question, got.Hits, got.Score, e.ID)
			}
		}
	}
}

// An entry that the model was not trained on is found by its wordings.
func TestAnEntryMadeLater(t *testing.T) {
	made := faq.Entry{
		ID: "parking-permit", Lang: "en", Question: "Where do I get a parking permit for the depot?",
		Also: []string{"depot parking", "can I leave my truck at the depot", "who hands out permits for the lot"},
		Tags: []string{"depot"}, Body: "Ask at the gate. The guard hands out permits for the lot.",
	}
	x := index(t, append(slices.Clone(loaded().entries), made), "en")
	for _, q := range []string{made.Question, "parking permit for the depot lot?"} {
		if got := find(t, x, q); first(got) != made.ID {
			t.Errorf("%q finds %v", q, got.Hits)
		}
	}
}

func TestFollow(t *testing.T) {
	x := seedIndex(t)
	tests := []struct{ name, question, entry, want string }{
		{"it leans on the subject before", "and the side effects?", "spravato-visit", "and the side effects? spravato"},
		{"a pronoun leans too", "does it cost much", "spravato-visit", "does it cost much spravato"},
		{"its own subject stands", "and does tricare pay for it?", "spravato-visit", "and does tricare pay for it?"},
		{"a whole question stands", "what are the side effects", "spravato-visit", "what are the side effects"},
		{"an entry without a subject adds nothing", "and the side effects?", "how-fast", "and the side effects?"},
		{"no entry before", "and the side effects?", "", "and the side effects?"},
		{"an entry that is gone", "and the side effects?", "gone", "and the side effects?"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := x.Follow(tt.question, tt.entry); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// The vectors in the repository are those of today's wordings: without them the
// program would encode what is missing at every start.
func TestVectorsAreUpToDate(t *testing.T) {
	want, err := search.MissingVectors(loaded().entries)
	if err != nil {
		t.Fatal(err)
	}
	if want > 0 {
		t.Errorf("vectors.bin lacks %d wordings; run make vectors", want)
	}
}

func TestModelSurvivesWriting(t *testing.T) {
	var a, b bytes.Buffer
	if err := loaded().model.Write(&a); err != nil {
		t.Fatal(err)
	}
	again, err := search.ReadModel(a.String())
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Write(&b); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{"nothing": "", "half": b.String()[:b.Len()/2], "noise": "no model at all"} {
		if _, err := search.ReadModel(data); err == nil {
			t.Errorf("%s was read as a model", name)
		}
	}
	x, y := seedIndex(t), mustIndex(t, again)
	for _, q := range []string{"is it safe", "does va pay", "k cost"} {
		one, two := find(t, x, q), find(t, y, q)
		if first(one) != first(two) || one.Outcome != two.Outcome {
			t.Errorf("%q: %v before, %v after", q, one, two)
		}
	}
}

func mustIndex(t testing.TB, m *search.Model) *search.Index {
	t.Helper()
	x, err := search.New(loaded().entries, "en", loaded().encoder, m)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

// question is one line of testdata.
type question struct {
	Text, Entry, Split string
	Also               []string
}

func questions(t testing.TB, file, split string) []question {
	t.Helper()
	f, err := os.Open("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []question
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var q question
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			t.Fatal(err)
		}
		if split == "" || q.Split == split {
			out = append(out, q)
		}
	}
	return out
}

// A question that stands among the wordings would test nothing.
func TestNoQuestionIsAWording(t *testing.T) {
	plain := func(s string) string { return strings.ToLower(strings.Trim(s, " ?.!")) }
	wordings := map[string]bool{}
	asked, err := search.Asked()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range loaded().entries {
		for _, w := range append(e.Wordings(), asked[e.ID]...) {
			wordings[plain(w)] = true
		}
	}
	for _, file := range []string{"answerable.jsonl", "unanswerable.jsonl"} {
		for _, q := range questions(t, file, "") {
			if wordings[plain(q.Text)] {
				t.Errorf("%s: %q is a wording", file, q.Text)
			}
		}
	}
}

// The "test" half was not used to choose anything. The floors stand a little
// below what was measured, to notice a change that costs accuracy.
func TestQuestionsHeldOut(t *testing.T) {
	x := seedIndex(t)
	var top, third, answered, right, total float64
	for _, q := range questions(t, "answerable.jsonl", "test") {
		got := find(t, x, q.Text)
		fits := func(h search.Hit) bool { return h.Entry == q.Entry || slices.Contains(q.Also, h.Entry) }
		total++
		if slices.ContainsFunc(got.Hits[:min(3, len(got.Hits))], fits) {
			third++
		}
		if len(got.Hits) > 0 && fits(got.Hits[0]) {
			top++
		}
		if got.Answerable() {
			answered++
			if fits(got.Hits[0]) {
				right++
			}
		}
	}
	unanswerable := questions(t, "unanswerable.jsonl", "test")
	falseAnswers := 0.0
	for _, q := range unanswerable {
		if find(t, x, q.Text).Answerable() {
			falseAnswers++
		}
	}
	rate := falseAnswers / float64(len(unanswerable))
	t.Logf("top-1 %.3f, top-3 %.3f of %v; answered %.3f, right among those %.3f; false answers %.3f of %d", top/total, third/total, total, answered/total, right/answered, rate, len(unanswerable))
	if top/total < 0.80 || third/total < 0.92 || right/answered < 0.88 || rate > 0.08 {
		t.Error("accuracy fell below its floor")
	}
}

func FuzzFind(f *testing.F) {
	x := seedIndex(f)
	f.Add("does it hurt")
	f.Add("a\x00b \xff ]] AND (")
	f.Add(strings.Repeat("ketamine ", 3000))
	f.Add("\u1e9e\u0130 K\u0301 ketam\u00edna")
	f.Fuzz(func(t *testing.T, s string) {
		got := find(t, x, x.Follow(s, "spravato-visit"))
		if !(got.Score >= 0 && got.Score <= 1) || got.Answerable() && len(got.Hits) == 0 {
			t.Errorf("score %v, outcome %v, %d hits", got.Score, got.Outcome, len(got.Hits))
		}
	})
}
