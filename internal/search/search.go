package search

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"

	"kapbot/internal/encoder"
	"kapbot/internal/faq"
	"kapbot/internal/matrix"
	"kapbot/internal/search/intent"
)

// MaxQuery is the length of a question in bytes that is searched with; what is
// longer is cut. A question of that length is already a story.
const MaxQuery = 4000

// shortlisted is how many entries each of the quick measures proposes; only
// these are compared wording by wording.
const shortlisted = 24

// An Index finds entries of one snapshot. It is safe for concurrent use.
type Index struct {
	lang     string
	encoder  *encoder.Encoder
	model    *Model
	synonyms synonyms
	subjects map[string]bool
	speller  *speller
	speech   speech
	rarity   []float32 // of grams, among the wordings

	bleve    bleve.Index
	analyzer analysis.Analyzer
	terms    termWeights

	entries []indexed
	at      map[string]int
}

// indexed is an entry as it is compared with a question.
type indexed struct {
	id       string
	wordings []wording
	center   encoder.Vector // mean of the wordings' vectors
	terms    map[string]bool
	subjects []string
	class    int // of the intent model, -1 if it does not know the entry
}

// wording is one way to ask for an entry.
type wording struct {
	vector matrix.Packed
	grams  []intent.Gram
}

// A Hit is one entry that may answer the question.
type Hit struct {
	Entry string
	Score float64 // the chance that this entry is the best one, if any is, 0 to 1
}

// An Outcome is what to do with a question.
type Outcome uint8

// The zero value is to answer nothing.
const (
	Unknown Outcome = iota // no entry fits: say so
	Close                  // one of a few may fit: ask which
	Sure                   // show the first entry
)

// A Result is what was found for one question, the best entry first.
type Result struct {
	Hits []Hit
	// Score is the chance that the first hit answers the question, 0 to 1.
	Score float64
	// Outcome follows from Score.
	Outcome Outcome
}

// Answerable says that the chance is high enough to show the first entry.
func (r Result) Answerable() bool { return r.Outcome == Sure }

// New indexes the entries of one language.
func New(entries []faq.Entry, lang string, e *encoder.Encoder, m *Model) (*Index, error) {
	more, err := Asked()
	if err != nil {
		return nil, err
	}
	var list []source
	for _, e := range entries {
		if e.Lang != lang {
			continue
		}
		s := source{id: e.ID, wordings: e.Wordings(), rest: strings.Join(e.Tags, " ") + "\n" + e.Body}
		if lang == "en" {
			s.wordings = append(s.wordings, more[e.ID]...)
		}
		list = append(list, s)
	}
	return build(list, lang, e, m)
}

// source is an entry before it is indexed.
type source struct {
	id       string
	wordings []string
	rest     string
}

func build(list []source, lang string, e *encoder.Encoder, m *Model) (*Index, error) {
	x := &Index{lang: lang, encoder: e, model: m, at: map[string]int{}}
	var err error
	if x.synonyms, err = loadSynonyms(); err != nil {
		return nil, err
	}
	if x.speech, err = loadSpeech(); err != nil {
		return nil, err
	}
	if x.subjects, err = loadSubjects(); err != nil {
		return nil, err
	}
	var texts [][]string
	for _, s := range list {
		for _, w := range append(s.wordings, s.rest) {
			texts = append(texts, intent.Words(w))
		}
	}
	x.speller = newSpeller(texts)
	readings := x.readAll(list)
	if err := x.indexWhole(list, readings); err != nil {
		return nil, err
	}
	return x, nil
}

// readAll fills the entries with their wordings.
func (x *Index) readAll(list []source) [][]reading {
	readings := make([][]reading, len(list))
	var grams [][]intent.Gram
	for i, s := range list {
		for _, w := range s.wordings {
			r := x.compose(intent.Words(w))
			readings[i] = append(readings[i], r)
			grams = append(grams, r.grams)
		}
	}
	x.rarity = intent.Rarity(grams, 1)
	for i, s := range list {
		entry := indexed{id: s.id, class: -1, wordings: make([]wording, len(readings[i])), subjects: x.subjectsOf(intent.Words(s.wordings[0]))}
		if class, ok := x.model.class(s.id, x.lang); ok {
			entry.class = class
		}
		for j, r := range readings[i] {
			w := &entry.wordings[j]
			w.grams = intent.Weigh(r.grams, x.rarity)
			w.vector = x.model.cache.vector(x.speech.write(r.words), x.encoder)
			w.vector.AddTo(entry.center[:], 1/float32(len(readings[i])))
		}
		x.at[s.id] = len(x.entries)
		x.entries = append(x.entries, entry)
	}
	return readings
}

// Close frees the index.
func (x *Index) Close() error {
	if err := x.bleve.Close(); err != nil {
		return fmt.Errorf("close the search index: %w", err)
	}
	return nil
}

// Empty reports whether the index holds no entry.
func (x *Index) Empty() bool { return len(x.entries) == 0 }

// Find returns the entries that may answer the question.
func (x *Index) Find(ctx context.Context, question string) (Result, error) {
	q := x.read(cut(question, MaxQuery))
	if len(q.words) == 0 || len(x.entries) == 0 {
		return Result{}, nil
	}
	c, err := x.compare(ctx, q)
	if err != nil {
		return Result{}, err
	}
	return x.model.judge(c), nil
}

func cut(s string, limit int) string {
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "")
	}
	return s
}

// best returns the places of the n largest scores above zero.
func best(scores []float32, n int) []int {
	order := make([]int, 0, len(scores))
	for i, s := range scores {
		if s > 0 {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case scores[a] > scores[b]:
			return -1
		case scores[a] < scores[b]:
			return 1
		}
		return a - b
	})
	return order[:min(n, len(order))]
}
