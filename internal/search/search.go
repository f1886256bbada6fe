package search

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/analysis/lang/es"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	index "github.com/blevesearch/bleve_index_api"

	"kapbot/internal/faq"
)

// MaxQuery is the length of a question in bytes that is searched with; what is
// longer is cut. A question of that length is already a story.
const MaxQuery = 4000

// candidates is how many documents BM25 hands on. Several may belong to one
// entry.
const candidates = 40

// An Index finds entries of one snapshot. It is safe for concurrent use.
type Index struct {
	bleve    bleve.Index
	analyzer analysis.Analyzer
	synonyms synonyms
	docs     map[string]doc
	idf      map[string]float64 // term → weight
	unseen   float64            // weight of a term that no entry has
}

// doc is one indexed text: a wording of an entry, or all of it.
type doc struct {
	entry string
	terms map[string]bool
	whole bool
}

// A Hit is one entry that may answer the question.
type Hit struct {
	Entry string
	Score float64 // BM25 and agreement joined, 0 to 1; comparable within one result
}

// A Result is what was found for one question, the best entry first.
type Result struct {
	Hits []Hit
	// Score is the chance that the first hit answers the question, 0 to 1.
	Score float64
	// Answerable says that the chance is high enough to show the entry.
	Answerable bool
}

// New indexes the entries of one language.
func New(entries []faq.Entry, lang string) (*Index, error) {
	syn, err := loadSynonyms()
	if err != nil {
		return nil, err
	}
	m, analyzer := newMapping(lang)
	bl, err := bleve.NewUsing("", m, scorch.Name, scorch.Name, nil)
	if err != nil {
		return nil, fmt.Errorf("make the search index: %w", err)
	}
	x := &Index{bleve: bl, synonyms: syn, docs: map[string]doc{}, analyzer: m.AnalyzerNamed(analyzer)}
	if err := x.fill(entries, lang); err != nil {
		return nil, fmt.Errorf("fill the search index: %w", err)
	}
	x.weigh()
	return x, nil
}

// Close frees the index.
func (x *Index) Close() error {
	if err := x.bleve.Close(); err != nil {
		return fmt.Errorf("close the search index: %w", err)
	}
	return nil
}

func newMapping(lang string) (*mapping.IndexMappingImpl, string) {
	analyzer := en.AnalyzerName
	if lang == "es" {
		analyzer = es.AnalyzerName
	}
	m := bleve.NewIndexMapping()
	m.DefaultAnalyzer = analyzer
	m.ScoringModel = index.BM25Scoring
	text := bleve.NewTextFieldMapping()
	text.Store = false
	text.IncludeInAll = false
	d := bleve.NewDocumentMapping()
	d.Dynamic = false
	d.AddFieldMappingsAt("wording", text)
	d.AddFieldMappingsAt("all", text)
	m.DefaultMapping = d
	return m, analyzer
}

func (x *Index) fill(entries []faq.Entry, lang string) error {
	batch := x.bleve.NewBatch()
	add := func(id, field, text string, d doc) error {
		text = x.synonyms.replace(text)
		d.terms = x.terms(text)
		x.docs[id] = d
		return batch.Index(id, map[string]any{field: text})
	}
	for _, e := range entries {
		if e.Lang != lang {
			continue
		}
		wordings := e.Wordings()
		for i, w := range wordings {
			if err := add(fmt.Sprintf("%s#%d", e.ID, i), "wording", w, doc{entry: e.ID}); err != nil {
				return fmt.Errorf("index entry %s: %w", e.ID, err)
			}
		}
		all := strings.Join(append(wordings, strings.Join(e.Tags, " "), e.Body), "\n")
		if err := add(e.ID, "all", all, doc{entry: e.ID, whole: true}); err != nil {
			return fmt.Errorf("index entry %s: %w", e.ID, err)
		}
	}
	if err := x.bleve.Batch(batch); err != nil {
		return fmt.Errorf("write the batch: %w", err)
	}
	return nil
}

// terms returns the stemmed words of a text that count.
func (x *Index) terms(text string) map[string]bool {
	out := map[string]bool{}
	for _, t := range x.analyzer.Analyze([]byte(text)) {
		out[string(t.Term)] = true
	}
	return out
}

// Find returns the entries that may answer the question.
func (x *Index) Find(ctx context.Context, question string) (Result, error) {
	question = x.synonyms.replace(cut(question, MaxQuery))
	terms := x.terms(question)
	if len(terms) == 0 {
		return Result{}, nil
	}
	byEntry := map[string]*match{}
	for _, field := range []string{"wording", "all"} {
		q := bleve.NewMatchQuery(question)
		q.SetField(field)
		found, err := x.bleve.SearchInContext(ctx, bleve.NewSearchRequestOptions(q, candidates, 0, false))
		if err != nil {
			return Result{}, fmt.Errorf("search the entries: %w", err)
		}
		for _, h := range found.Hits {
			x.note(byEntry, x.docs[h.ID], h.Score, terms)
		}
	}
	return x.rank(byEntry, terms), nil
}

// match is how well one entry agrees with the question.
type match struct {
	entry    string
	wording  float64 // BM25 of its best wording
	whole    float64 // BM25 of its whole text
	covered  float64 // share of the question's weight found in the best wording
	known    float64 // share of the question's weight found in the whole entry
	precise  float64 // share of the best wording's weight found in the question
	combined float64
}

func (x *Index) note(byEntry map[string]*match, d doc, score float64, terms map[string]bool) {
	m := byEntry[d.entry]
	if m == nil {
		m = &match{entry: d.entry}
		byEntry[d.entry] = m
	}
	if d.whole {
		m.whole = max(m.whole, score)
		m.known = max(m.known, x.share(terms, d.terms))
		return
	}
	covered := x.share(terms, d.terms)
	precise := x.share(d.terms, terms)
	if covered+precise > m.covered+m.precise {
		m.covered, m.precise = covered, precise
	}
	m.wording = max(m.wording, score)
}

// rank orders the entries and says how sure the first one is.
func (x *Index) rank(byEntry map[string]*match, terms map[string]bool) Result {
	matches := make([]*match, 0, len(byEntry))
	topWording, topWhole := 0.0, 0.0
	for _, m := range byEntry {
		topWording, topWhole = max(topWording, m.wording), max(topWhole, m.whole)
		matches = append(matches, m)
	}
	for _, m := range matches {
		m.combined = 0.25*ratio(m.wording, topWording) + 0.4*ratio(m.whole, topWhole) + 0.1*m.covered + 0.25*m.precise
	}
	slices.SortFunc(matches, func(a, b *match) int {
		if a.combined != b.combined {
			if a.combined > b.combined {
				return -1
			}
			return 1
		}
		return strings.Compare(a.entry, b.entry)
	})
	r := Result{}
	for _, m := range matches[:min(len(matches), 5)] {
		r.Hits = append(r.Hits, Hit{Entry: m.entry, Score: m.combined})
	}
	if len(matches) > 0 {
		r.Score = chance(x.features(matches, terms))
		r.Answerable = r.Score >= Threshold
	}
	return r
}

func ratio(a, of float64) float64 {
	if of == 0 {
		return 0
	}
	return a / of
}

func cut(s string, limit int) string {
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "")
	}
	return s
}

// Empty reports whether the index holds no entry.
func (x *Index) Empty() bool { return len(x.docs) == 0 }
