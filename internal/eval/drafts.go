package eval

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"

	"kapbot/internal/answer/check"
	"kapbot/internal/faq"
	"kapbot/internal/search"
)

// A writer is a model that drafts in a known way, so that it is known of each
// sentence whether the entry says it.
type writer struct {
	name string
	// errs is one in how many sentences gets a fault; 0 is none.
	errs int
}

// writers are those that drafts are measured with.
var writers = []writer{{"words faithfully", 0}, {"errs in one sentence of four", 4}}

// draftLength is the most sentences of a draft.
const draftLength = 5

// A DraftsReport says what becomes of whole drafts, one for each pair of a question
// and the entry that answers it.
type DraftsReport struct {
	writers []draftsCount
	pairs   int
	// Shown are the sentences with a fault that were shown.
	Shown []string
}

type draftsCount struct {
	name                     string
	whole, part, wordForWord Rate // of drafts
	dropped                  Rate // of faithful sentences
	through                  Rate // of sentences with a fault
	supported                Rate // of sentences that are shown: those the entry says
	times                    durations
}

// MeasureDrafts lets each writer draft an answer to every question from its entry, and
// counts what the checks show of it. Only English entries that a model may be given
// are used. Seed decides what is drafted.
func MeasureDrafts(c *check.Checker, passages []faq.Passage, questions []search.Question, seed uint64) (DraftsReport, error) {
	_, byID := shapeable(passages)
	var pairs []faq.Passage
	for _, q := range questions {
		if len(q.Entries) == 0 {
			continue
		}
		if p, ok := byID[q.Entries[0]]; ok {
			pairs = append(pairs, p)
		}
	}
	report := DraftsReport{pairs: len(pairs)}
	for _, w := range writers {
		r := rand.New(rand.NewPCG(seed, 7)) //nolint:gosec // a choice that can be repeated
		count := draftsCount{name: w.name}
		for i, p := range pairs {
			other := pairs[(i+len(pairs)/2)%len(pairs)].Sentences()
			shown, err := count.draft(c, p, w.drafts(r, p, other[r.IntN(len(other))].Text))
			if err != nil {
				return DraftsReport{}, err
			}
			report.Shown = append(report.Shown, shown...)
		}
		report.writers = append(report.writers, count)
	}
	return report, nil
}

// A drafted sentence, and whether the entry says it.
type drafted struct {
	check.Claim
	true bool
}

// drafts words sentences of an entry in their order, each in one of the faithful ways,
// or with a fault.
func (w writer) drafts(r *rand.Rand, p faq.Passage, other string) []drafted {
	var out []drafted
	for _, s := range p.Sentences() {
		if len(out) == draftLength {
			break
		}
		if strings.HasSuffix(s.Text, ":") || r.IntN(4) == 0 {
			continue
		}
		claim := check.Claim{Text: s.Text, Entries: []string{p.EntryID()}, Sources: s.Sources}
		if w.errs > 0 && r.IntN(w.errs) == 0 {
			if text := changed(r, faults(), s.Text, other); text != "" && !own(p, text) {
				claim.Text = text
				out = append(out, drafted{claim, false})
				continue
			}
		}
		if text := changed(r, rewordings(), s.Text, other); text != "" {
			claim.Text = text
		}
		out = append(out, drafted{claim, true})
	}
	return out
}

// own reports whether an entry has the very sentence: then it is no fault in it.
func own(p faq.Passage, text string) bool {
	return slices.ContainsFunc(p.Sentences(), func(s faq.Sentence) bool { return s.Text == text })
}

// changed makes one of the changes that apply to a sentence, "" if none does.
func changed(r *rand.Rand, changes []change, s, other string) string {
	for _, i := range r.Perm(len(changes)) {
		if text := changes[i].make(r, s, other); text != "" {
			return text
		}
	}
	return ""
}

// draft checks one draft and returns the faults that it shows.
func (d *draftsCount) draft(c *check.Checker, p faq.Passage, sentences []drafted) (faulty []string, err error) {
	claims := make([]check.Claim, len(sentences))
	for i, s := range sentences {
		claims[i] = s.Claim
	}
	result, err := d.times.check(c, p, claims)
	if err != nil {
		return nil, err
	}
	shown := len(result.Kept)
	d.whole.Add(shown > 0 && shown == len(sentences))
	d.part.Add(shown > 0 && shown < len(sentences))
	d.wordForWord.Add(shown == 0)
	for _, s := range sentences {
		kept := keeps(result, s.Text)
		if s.true {
			// Where the entry is shown in the place of the draft nothing is lost of it.
			d.dropped.Add(!kept && shown > 0)
		} else {
			d.through.Add(kept)
		}
		if kept {
			d.supported.Add(s.true)
			if !s.true {
				faulty = append(faulty, fmt.Sprintf("(%s): %s", p.EntryID(), s.Text))
			}
		}
	}
	return faulty, nil
}

// Through is how many sentences with a fault were shown, of those drafted.
func (d DraftsReport) Through() Rate {
	var all Rate
	for _, w := range d.writers {
		all.Hits, all.Of = all.Hits+w.through.Hits, all.Of+w.through.Of
	}
	return all
}

// Write prints the report.
func (d DraftsReport) Write(w io.Writer) {
	fmt.Fprintf(w, "%d pairs of a question and its entry\n", d.pairs)
	for _, c := range d.writers {
		fmt.Fprintf(w, "a model that %s\n", c.name)
		for _, row := range []struct {
			name string
			rate Rate
		}{
			{"grounded, whole", c.whole},
			{"grounded, with sentences dropped", c.part},
			{"the entry word for word", c.wordForWord},
			{"faithful sentences dropped", c.dropped},
			{"sentences with a fault shown", c.through},
			{"sentences shown that the entry says", c.supported},
		} {
			if row.rate.Of > 0 {
				fmt.Fprintf(w, "  %-38s %s\n", row.name, row.rate)
			}
		}
		fmt.Fprintf(w, "  checking one draft: median %s, p99 %s\n", c.times.within(0.5), c.times.within(0.99))
	}
}
