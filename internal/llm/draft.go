package llm

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"kapbot/internal/answer/check"
	"kapbot/internal/faq"
)

// A Draft is what a model wrote. It cannot be read or shown; Check gives what of
// it stands in the entries.
type Draft struct {
	from      []faq.Passage
	sentences []check.Claim
	found     bool
}

// Grounded is what of a draft may be shown.
type Grounded struct{ sentences []check.Sentence }

// Sentences are those that passed, in order.
func (g Grounded) Sentences() []check.Sentence { return append([]check.Sentence(nil), g.sentences...) }

// The reasons for which a draft gives nothing to show.
var (
	ErrNotFound = errors.New("the model found no answer in the entries")
	ErrFailed   = errors.New("the draft did not pass the checks")
)

// Check holds the draft against the entries that its request had. The error is
// ErrNotFound or ErrFailed, with the rule, if nothing may be shown. dropped counts
// the sentences that did not pass.
func (d Draft) Check(c *check.Checker) (g Grounded, dropped int, err error) {
	if !d.found || len(d.sentences) == 0 {
		return Grounded{}, 0, ErrNotFound
	}
	m, err := c.Prepare(d.from)
	if err != nil {
		return Grounded{}, 0, err
	}
	result := c.Check(m, d.sentences)
	if len(result.Kept) == 0 {
		return Grounded{}, len(d.sentences), fmt.Errorf("%w: %s", ErrFailed, result.Whole)
	}
	return Grounded{result.Kept}, len(d.sentences) - len(result.Kept), nil
}

// written is the form in which a model answers.
type written struct {
	Found     *bool `json:"found"`
	Sentences []struct {
		Text    string   `json:"text"`
		Entries []string `json:"entries"`
		Sources []string `json:"sources"`
	} `json:"sentences"`
}

// schema is that form for servers that can hold a model to it.
const schema = `{"type":"object","additionalProperties":false,"required":["found","sentences"],"properties":{
"found":{"type":"boolean"},
"sentences":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["text","entries","sources"],"properties":{
"text":{"type":"string"},"entries":{"type":"array","items":{"type":"string"}},"sources":{"type":"array","items":{"type":"string"}}}}}}}`

// maxClaims is how many sentences of a draft are read.
const maxClaims = 24

// parse reads an answer. Some models put a fence or a sentence around the JSON.
func parse(text string, from []faq.Passage) (Draft, bool) {
	start, end := strings.IndexByte(text, '{'), strings.LastIndexByte(text, '}')
	if start < 0 || end < start {
		return Draft{}, false
	}
	var w written
	if err := json.Unmarshal([]byte(text[start:end+1]), &w); err != nil || w.Found == nil && len(w.Sentences) == 0 {
		return Draft{}, false
	}
	d := Draft{from: from, found: w.Found == nil || *w.Found}
	if len(w.Sentences) > maxClaims {
		return Draft{}, false
	}
	for _, s := range w.Sentences {
		d.sentences = append(d.sentences, check.Claim{Text: s.Text, Entries: s.Entries, Sources: s.Sources})
	}
	return d, true
}
