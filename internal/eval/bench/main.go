// Command bench asks the same questions, about the same entries and wordings, of
// bleve's BM25 alone, of node-nlp and of kapbot's search. The last two say by
// themselves when they have no answer. bleve does not, so it gets a threshold on
// its score: the one at which at most one in forty of the development questions
// without an entry is answered.
//
//	bench -write in.json              what nlp.mjs reads
//	bench [-nlp out.json]             the table; without the file, a line less
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"

	seed "kapbot/faq"
	"kapbot/internal/encoder"
	"kapbot/internal/eval"
	"kapbot/internal/faq"
	"kapbot/internal/search"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// task is what every contestant gets.
type task struct {
	entries   []faq.Entry
	wordings  map[string][]string
	dev, test []search.Question
}

// answer is what one says to a question: entries, the best first, and how sure
// it is in its own measure; 0 says that it has no answer.
type answer struct {
	Ranked []string `json:"ranked"`
	Score  float64  `json:"score"`
}

// contestant is what one said to all questions, those of dev first.
type contestant struct {
	name    string
	answers []answer
	refuses bool // it says by itself when it has no answer
	times   []time.Duration
	memory  uint64 // bytes that it holds
}

func run() error {
	write := flag.String("write", "", "write the task for nlp.mjs to this file")
	nlp := flag.String("nlp", "", "what nlp.mjs answered")
	data := flag.String("data", "internal/search/testdata", "the folder of the questions")
	flag.Parse()
	t, err := load(*data)
	if err != nil {
		return err
	}
	if *write != "" {
		return t.write(*write)
	}
	var all []contestant
	for _, ask := range []func(task) (contestant, error){bleveAlone, ours} {
		c, err := ask(t)
		if err != nil {
			return err
		}
		all = append(all, c)
	}
	if *nlp != "" {
		c, err := readNLP(*nlp)
		if err != nil {
			return err
		}
		all = slices.Insert(all, 1, c)
	}
	fmt.Printf("%d entries, %d wordings; %d questions with an entry, %d without\n\n",
		len(t.wordings), total(t.wordings), with(t.test), len(t.test)-with(t.test))
	fmt.Println("| | right entry first | among the first three | answered | right when answered | false answers | median, p99 | memory |")
	fmt.Println("|---|---|---|---|---|---|---|---|")
	for _, c := range all {
		if err := t.judge(c); err != nil {
			return err
		}
	}
	return nil
}

func total(wordings map[string][]string) (n int) {
	for _, w := range wordings {
		n += len(w)
	}
	return n
}

func with(questions []search.Question) (n int) {
	for _, q := range questions {
		if len(q.Entries) > 0 {
			n++
		}
	}
	return n
}

func load(folder string) (task, error) {
	snapshot, err := faq.Load(seed.Files())
	if err != nil {
		return task{}, err
	}
	more, err := search.Asked()
	if err != nil {
		return task{}, err
	}
	t := task{entries: snapshot.Entries(), wordings: map[string][]string{}}
	for _, e := range t.entries {
		if e.Lang == "en" {
			t.wordings[e.ID] = append(e.Wordings(), more[e.ID]...)
		}
	}
	for _, name := range []string{"answerable.jsonl", "unanswerable.jsonl"} {
		for split, into := range map[string]*[]search.Question{"dev": &t.dev, "test": &t.test} {
			f, err := os.Open(folder + "/" + name)
			if err != nil {
				return task{}, fmt.Errorf("open the questions: %w", err)
			}
			questions, err := eval.ReadQuestions(f, split)
			if err := errors.Join(err, f.Close()); err != nil {
				return task{}, err
			}
			*into = append(*into, questions...)
		}
	}
	return t, nil
}

func (t task) questions() []search.Question { return slices.Concat(t.dev, t.test) }

func (t task) write(name string) error {
	type entry struct {
		ID       string   `json:"id"`
		Wordings []string `json:"wordings"`
	}
	var out struct {
		Entries   []entry  `json:"entries"`
		Questions []string `json:"questions"`
	}
	for _, e := range t.entries {
		if w, ok := t.wordings[e.ID]; ok && e.Lang == "en" {
			out.Entries = append(out.Entries, entry{e.ID, w})
		}
	}
	for _, q := range t.questions() {
		out.Questions = append(out.Questions, q.Text)
	}
	data, err := json.Marshal(out)
	if err != nil {
		return fmt.Errorf("write the task as JSON: %w", err)
	}
	if err := os.WriteFile(name, data, 0o600); err != nil {
		return fmt.Errorf("write the task: %w", err)
	}
	return nil
}

// judge prints a line of the table.
func (t task) judge(c contestant) error {
	if len(c.answers) != len(t.dev)+len(t.test) {
		return fmt.Errorf("%s answered %d questions of %d", c.name, len(c.answers), len(t.dev)+len(t.test))
	}
	threshold := c.threshold(t.dev)
	var first, third, answered, right, wrong eval.Rate
	for i, q := range t.test {
		a := c.answers[len(t.dev)+i]
		says := len(a.Ranked) > 0 && a.Score > threshold
		if len(q.Entries) == 0 {
			wrong.Add(says)
			continue
		}
		rank := slices.IndexFunc(a.Ranked, q.Answers)
		first.Add(rank == 0)
		third.Add(rank >= 0 && rank < 3)
		answered.Add(says)
		if says {
			right.Add(rank == 0)
		}
	}
	times := slices.Clone(c.times[len(t.dev):])
	slices.Sort(times)
	at := func(share float64) float64 {
		return float64(times[min(len(times)-1, int(share*float64(len(times))))].Microseconds()) / 1000
	}
	percent := func(r eval.Rate) string {
		lo, hi := eval.Wilson(r.Hits, r.Of)
		return fmt.Sprintf("%.1f %% (%.1f to %.1f)", 100*r.Value(), 100*lo, 100*hi)
	}
	fmt.Printf("| %s | %s | %s | %s | %s | %s | %.1f ms, %.1f ms | %d MB |\n", c.name, percent(first), percent(third),
		percent(answered), percent(right), percent(wrong), at(0.5), at(0.99), c.memory>>20)
	return nil
}

// threshold is the score that at most one in forty of the questions without an
// entry exceeds.
func (c contestant) threshold(dev []search.Question) float64 {
	if c.refuses {
		return 0
	}
	var scores []float64
	for i, q := range dev {
		if len(q.Entries) == 0 && len(c.answers[i].Ranked) > 0 {
			scores = append(scores, c.answers[i].Score)
		}
	}
	slices.Sort(scores)
	slices.Reverse(scores)
	allowed := (len(dev) - with(dev)) / 40
	if len(scores) <= allowed {
		return 0
	}
	return scores[allowed]
}

func ours(t task) (contestant, error) {
	before := held()
	e, err := encoder.Load()
	if err != nil {
		return contestant{}, err
	}
	m, err := search.LoadModel()
	if err != nil {
		return contestant{}, err
	}
	x, err := search.New(t.entries, "en", e, m)
	if err != nil {
		return contestant{}, err
	}
	c := contestant{name: "kapbot", refuses: true}
	for _, q := range t.questions() {
		start := time.Now()
		found, err := x.Find(context.Background(), q.Text)
		if err != nil {
			return contestant{}, err
		}
		c.times = append(c.times, time.Since(start))
		a := answer{}
		if found.Answerable() {
			a.Score = found.Score
		}
		for _, h := range found.Hits {
			a.Ranked = append(a.Ranked, h.Entry)
		}
		c.answers = append(c.answers, a)
	}
	c.memory = held() - before
	return c, x.Close()
}

// held is how many bytes are in use.
func held() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func readNLP(name string) (contestant, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return contestant{}, fmt.Errorf("read the answers of node-nlp: %w", err)
	}
	var in struct {
		Answers []answer
		Times   []float64 // milliseconds
		Memory  uint64
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return contestant{}, fmt.Errorf("read the answers of node-nlp: %w", err)
	}
	c := contestant{name: "node-nlp", refuses: true, answers: in.Answers, memory: in.Memory}
	for _, ms := range in.Times {
		c.times = append(c.times, time.Duration(ms*float64(time.Millisecond)))
	}
	return c, nil
}
