package eval

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"kapbot/internal/answer/check"
	"kapbot/internal/faq"
)

// Kinds of sentences and what became of them.
type answerCount struct {
	kind string
	rate Rate // of those that were dropped
}

// An AnswersReport says what the checks do with sentences whose truth is known.
type AnswersReport struct {
	faults   []answerCount // planted faults, by kind
	faithful []answerCount // the entries' own sentences in other words
	times    durations
	// Through are the planted faults that were let through; Dropped are the
	// faithful sentences that were not, with the rule that they failed.
	Through, Dropped []string
}

// A Paraphrase is what a person wrote to say the same as an entry.
type Paraphrase struct {
	Entry string `json:"entry"`
	Text  string `json:"text"`
}

// ReadParaphrases reads JSON lines with an entry and a text.
func ReadParaphrases(r io.Reader, name string) ([]Paraphrase, error) {
	all, err := readJSON[Paraphrase](r, name)
	if err != nil {
		return nil, err
	}
	for i, p := range all {
		if p.Entry == "" || p.Text == "" {
			return nil, fmt.Errorf(`%s:%d: want {"entry", "text"}`, name, i+1)
		}
	}
	return all, nil
}

// around is how many of the entry's own sentences stand on each side of a planted
// one in its draft.
const around = 2

// MeasureChecks plants each of ten faults so many times, and twice as many of each of
// six faithful rewordings, always in a draft with the entry's own sentences
// around it. Only English entries that a model may be given are used. Seed decides
// which.
func MeasureChecks(c *check.Checker, passages []faq.Passage, paraphrases []Paraphrase, seed uint64, each int) (AnswersReport, error) {
	var report AnswersReport
	shaped, byID := shapeable(passages)
	r := rand.New(rand.NewPCG(seed, 6)) //nolint:gosec // a choice that can be repeated
	for _, p := range plant(r, shaped, faults(), each) {
		through, _, err := report.draft(c, byID[p.entry], p)
		if err != nil {
			return AnswersReport{}, err
		}
		report.faults = tally(report.faults, p.kind, !through)
		if through {
			report.Through = append(report.Through, fmt.Sprintf("%s (%s): %s", p.kind, p.entry, p.text))
		}
	}
	faithful := plant(r, shaped, rewordings(), 2*each)
	for _, p := range paraphrases {
		faithful = append(faithful, planted{kind: "written by a person", entry: p.Entry, text: p.Text, at: -1})
	}
	for _, p := range faithful {
		if _, ok := byID[p.entry]; !ok {
			return AnswersReport{}, fmt.Errorf("there is no entry %q that may be shaped", p.entry)
		}
		through, rule, err := report.draft(c, byID[p.entry], p)
		if err != nil {
			return AnswersReport{}, err
		}
		report.faithful = tally(report.faithful, p.kind, !through)
		if !through {
			report.Dropped = append(report.Dropped, fmt.Sprintf("%s, %s (%s): %s", rule, p.kind, p.entry, p.text))
		}
	}
	return report, nil
}

// shapeable are the English passages that a model may be given, in order and by entry.
func shapeable(passages []faq.Passage) (all []faq.Passage, byID map[string]faq.Passage) {
	byID = map[string]faq.Passage{}
	for _, p := range passages {
		if p.Triage() == faq.None && p.Lang() == "en" {
			byID[p.EntryID()] = p
			all = append(all, p)
		}
	}
	return all, byID
}

// draft checks a draft that holds a planted sentence, and reports whether that is
// among what would be shown.
func (a *AnswersReport) draft(c *check.Checker, p faq.Passage, planted planted) (through bool, rule check.Rule, err error) {
	sentences := p.Sentences()
	var claims []check.Claim
	at := 0
	own := func(i int) {
		if i >= 0 && i < len(sentences) && !strings.HasSuffix(sentences[i].Text, ":") {
			claims = append(claims, check.Claim{Text: sentences[i].Text, Entries: []string{p.EntryID()}, Sources: sentences[i].Sources})
		}
	}
	if planted.at >= 0 {
		for i := planted.at - around; i < planted.at; i++ {
			own(i)
		}
	}
	at = len(claims)
	claims = append(claims, check.Claim{Text: planted.text, Entries: []string{p.EntryID()}, Sources: planted.sources})
	if planted.at >= 0 {
		for i := planted.at + 1; i <= planted.at+around; i++ {
			own(i)
		}
	}
	result, err := a.times.check(c, p, claims)
	if err != nil {
		return false, "", err
	}
	rule = result.Faults[at]
	if rule == "" {
		rule = result.Whole
	}
	return keeps(result, planted.text), rule, nil
}

// keeps reports whether a sentence is among what would be shown.
func keeps(r check.Result, text string) bool {
	return slices.ContainsFunc(r.Kept, func(s check.Sentence) bool {
		return strings.TrimSuffix(s.Text, ".") == strings.TrimSuffix(text, ".")
	})
}

// durations are how long drafts took to check.
type durations []time.Duration

// check checks a draft of one entry and adds how long that took.
func (d *durations) check(c *check.Checker, p faq.Passage, claims []check.Claim) (check.Result, error) {
	start := time.Now()
	m, err := c.Prepare([]faq.Passage{p})
	if err != nil {
		return check.Result{}, fmt.Errorf("prepare a draft: %w", err)
	}
	result := c.Check(m, claims)
	*d = append(*d, time.Since(start))
	return result, nil
}

// within is the time that a share of them did not exceed.
func (d durations) within(share float64) time.Duration {
	sorted := slices.Sorted(slices.Values(d))
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, int(share*float64(len(sorted))))].Round(100 * time.Microsecond)
}

func tally(all []answerCount, kind string, hit bool) []answerCount {
	i := slices.IndexFunc(all, func(a answerCount) bool { return a.kind == kind })
	if i < 0 {
		all = append(all, answerCount{kind: kind})
		i = len(all) - 1
	}
	all[i].rate.Of++
	if hit {
		all[i].rate.Hits++
	}
	return all
}

func total(all []answerCount) Rate {
	var sum Rate
	for _, a := range all {
		sum.Hits += a.rate.Hits
		sum.Of += a.rate.Of
	}
	return sum
}

// Caught is the share of planted faults that were not let through.
func (a AnswersReport) Caught() Rate { return total(a.faults) }

// Lost is the share of faithful sentences that were dropped.
func (a AnswersReport) Lost() Rate { return total(a.faithful) }

// Write prints the report.
func (a AnswersReport) Write(w io.Writer) {
	table := func(title string, all []answerCount, sum Rate) {
		fmt.Fprintf(w, "%-40s %s\n", title, sum)
		for _, c := range all {
			fmt.Fprintf(w, "  %-38s %s\n", c.kind, c.rate)
		}
	}
	table("planted faults caught", a.faults, a.Caught())
	table("faithful sentences dropped", a.faithful, a.Lost())
	fmt.Fprintf(w, "checking one draft: median %s, p99 %s, slowest %s\n", a.times.within(0.5), a.times.within(0.99), a.times.within(1))
}
