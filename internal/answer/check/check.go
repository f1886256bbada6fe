// Package check holds a drafted answer against the published entries that it
// cites, whatever wrote it. What it lets through, sentence by sentence, says what
// the entries say; what it does not is dropped.
//
// It trusts no model: not its citations, not its figures, not its manners. A
// sentence passes only if
//
//   - it cites an entry that was given, and sources of that entry;
//   - all of its words that carry a claim stand in a few sentences of the cited
//     entries, in runs and not scattered, and its meaning is near to theirs;
//   - figures, dates, amounts, names and who did what to whom are those of the
//     sentences it rests on, and so are negations, limits and softening words;
//   - it is one plain sentence in the language asked for, without markup, mentions
//     or hidden letters, and without an address or phone number unless the entry has
//     the very sentence;
//   - it gives no dose, no order to start or stop a medicine, no diagnosis, no
//     promise, and no words meant for a model, whatever the entry says;
//   - triage of the text finds nothing in it.
//
// The word lists are text files in the folder words.
package check

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
	"kapbot/internal/encoder"
	"kapbot/internal/faq"
)

// Limits of an answer.
const (
	maxSentences = 10
	maxWords     = 180 // in all, as an entry
	maxLong      = 45  // in one sentence

	// enoughToGrade is from how many words on a reading grade says something.
	enoughToGrade = 40
)

// Triage reads the text of a draft. *crisis.Triage is the one.
type Triage interface {
	Check(body chat.Body, s crisis.State, now time.Time) (crisis.Verdict, crisis.State)
}

// A Checker checks drafts. It is safe for concurrent use. The zero value lets
// nothing through.
type Checker struct {
	encoder *encoder.Encoder
	triage  Triage
	words   map[string]*vocabulary
	refused refused
	vectors *vectors
	shelf   *shelf
}

// New returns a checker.
func New(e *encoder.Encoder, t Triage) (*Checker, error) {
	if e == nil || t == nil {
		return nil, errors.New("a checker needs an encoder and triage")
	}
	c := &Checker{encoder: e, triage: t, words: map[string]*vocabulary{}, vectors: newVectors(), shelf: newShelf()}
	for _, lang := range []string{"en", "es"} {
		v, err := loadVocabulary(lang)
		if err != nil {
			return nil, fmt.Errorf("load the words of the checks: %w", err)
		}
		c.words[lang] = v
	}
	var err error
	c.refused, err = loadRefused()
	return c, err
}

// A Claim is one drafted sentence and what it says it rests on.
type Claim struct {
	Text    string
	Entries []string // ids
	Sources []string // ids
}

// A Sentence is one that may be shown. Its sources are those of the sentences of
// the entry that it was found to rest on, and not what the draft claims.
type Sentence struct {
	Text    string
	Entries []string
	Sources []string
}

// A Rule names what a sentence failed.
type Rule string

// The rules.
const (
	Citation    Rule = "citation"    // cites nothing, or what was not given
	Form        Rule = "form"        // not one plain sentence
	Markup      Rule = "markup"      // mentions, markup, hidden or foreign letters
	Address     Rule = "address"     // a link or phone number that the entry does not have
	Instruction Rule = "instruction" // words meant for a model
	Dose        Rule = "dose"        // how much, or to start or stop
	Diagnosis   Rule = "diagnosis"   // what the reader has
	Promise     Rule = "promise"     // what nobody can promise
	Care        Rule = "care"        // speaks as a person, or away from help
	Crisis      Rule = "crisis"      // triage finds something
	Language    Rule = "language"    // not the language asked for
	Unsupported Rule = "unsupported" // words that the entry's sentences do not have
	Scattered   Rule = "scattered"   // words picked together from all over the entry
	Figure      Rule = "figure"      // a number, date or amount changed
	Negation    Rule = "negation"    // a "no" lost or added
	Opposite    Rule = "opposite"    // turned round
	Order       Rule = "order"       // who did what to whom, or which figure is whose
	Strength    Rule = "strength"    // stronger than the entry says
	Distant     Rule = "distant"     // far in meaning
	Taken       Rule = "taken back"  // the entry takes it back in the next sentence
	Leaning     Rule = "leaning"     // leans on a sentence that was dropped
	Length      Rule = "length"      // the whole is too long
	Grade       Rule = "grade"       // the whole is hard to read
	Empty       Rule = "empty"       // nothing is left
)

// grave are faults after which nothing of a draft is trusted.
var grave = map[Rule]bool{Markup: true, Address: true, Instruction: true, Dose: true, Diagnosis: true, Promise: true, Care: true, Crisis: true}

// A Result is what became of a draft.
type Result struct {
	Kept []Sentence // in order; empty: show the entry word for word
	// Faults has the rule that each claim failed, or "".
	Faults []Rule
	// Whole is why nothing was kept, or "".
	Whole Rule
}

// Check holds claims against the material.
func (c *Checker) Check(m Material, claims []Claim) Result {
	r := Result{Faults: make([]Rule, len(claims))}
	if c == nil || c.encoder == nil || c.triage == nil || len(m.passages) == 0 {
		return Result{Faults: r.Faults, Whole: Citation}
	}
	all := make([]*judged, len(claims))
	for i, claim := range claims {
		all[i] = &judged{claim: claim}
		all[i].fault = c.sentence(m, all[i])
		r.Faults[i] = all[i].fault
	}
	c.read(all)
	c.context(m.lang, all)
	for i, j := range all {
		r.Faults[i] = j.fault
		if grave[j.fault] {
			r.Whole = j.fault
		}
	}
	if r.Whole != "" {
		return r
	}
	for _, j := range all {
		if j.fault == "" {
			r.Kept = append(r.Kept, j.shown())
		}
	}
	if r.Whole = c.whole(m, r.Kept); r.Whole != "" {
		r.Kept = nil
	}
	return r
}

// judged is a claim at work.
type judged struct {
	claim    Claim
	text     string
	read     *sentence
	rests    []*sentence // the sentences of the entries that it rests on
	verbatim bool
	fault    Rule
}

func (j *judged) shown() Sentence {
	s := Sentence{Text: j.text}
	if !strings.ContainsRune(".!?:", rune(strings.TrimRight(s.Text, `"”’')`)[len(strings.TrimRight(s.Text, `"”’')`))-1])) {
		s.Text += "."
	}
	for _, r := range j.rests {
		for _, id := range r.sources {
			s.Sources = appendNew(s.Sources, id)
		}
	}
	for _, id := range j.claim.Entries {
		s.Entries = appendNew(s.Entries, id)
	}
	return s
}

func appendNew(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}

// sentence checks one claim by itself.
func (c *Checker) sentence(m Material, j *judged) Rule {
	j.text = strings.TrimSpace(j.claim.Text)
	cited, ok := m.cited(j.claim)
	if rule := c.refuse(m, cited, j.text); rule != "" {
		return rule
	}
	if !ok {
		return Citation
	}
	v := c.words[m.lang]
	j.read = v.read(j.text)
	if len(j.read.tokens) == 0 || len(j.read.tokens) > maxLong {
		return Form
	}
	if c.language(j.read, m.lang) {
		return Language
	}
	if s := verbatim(cited, j.read); s != nil {
		j.rests, j.verbatim = []*sentence{s}, true
		return ""
	}
	if contact(j.text) {
		return Address
	}
	if several(j.text) {
		return Form
	}
	var rule Rule
	j.rests, rule = v.support(cited, j.read)
	if rule != "" {
		return rule
	}
	return v.compare(j.read, j.rests, v.anywhere(cited))
}

// cited gives the passages that a claim cites, all of which have to be there.
func (m Material) cited(claim Claim) ([]*passage, bool) {
	var out []*passage
	for _, id := range claim.Entries {
		found := false
		for _, p := range m.passages {
			if p.id == id {
				out, found = append(out, p), true
			}
		}
		if !found {
			return nil, false
		}
	}
	for _, id := range claim.Sources {
		known := false
		for _, p := range out {
			known = known || p.sources[id]
		}
		if !known {
			return nil, false
		}
	}
	return out, len(out) > 0
}

// whole checks what is left together.
func (c *Checker) whole(m Material, kept []Sentence) Rule {
	if len(kept) == 0 {
		return Empty
	}
	var texts []string
	words := 0
	for _, s := range kept {
		texts = append(texts, s.Text)
		words += len(strings.Fields(s.Text))
	}
	if len(kept) > maxSentences || words > maxWords {
		return Length
	}
	if m.lang != "en" || words < enoughToGrade {
		return ""
	}
	hardest := 10.0 // a part of an entry is graded with less to go by than the whole
	for _, p := range m.passages {
		hardest = max(hardest, p.grade+3)
	}
	if faq.Grade(faq.Entry{Body: strings.Join(texts, " ")}) > hardest {
		return Grade
	}
	return ""
}
