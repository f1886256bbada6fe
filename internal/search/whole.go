package search

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/analysis/lang/es"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	index "github.com/blevesearch/bleve_index_api"

	"kapbot/internal/search/intent"
)

// wholeField is the one field of a document.
const wholeField = "all"

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
	d.AddFieldMappingsAt(wholeField, text)
	m.DefaultMapping = d
	return m, analyzer
}

// indexWhole makes each entry, wordings and answer together, a document for
// BM25.
func (x *Index) indexWhole(list []source, readings [][]reading) error {
	m, analyzer := newMapping(x.lang)
	bl, err := bleve.NewUsing("", m, scorch.Name, scorch.Name, nil)
	if err != nil {
		return fmt.Errorf("make the search index: %w", err)
	}
	x.bleve, x.analyzer = bl, m.AnalyzerNamed(analyzer)
	batch := bl.NewBatch()
	for i, s := range list {
		var text strings.Builder
		for _, r := range readings[i] {
			text.WriteString(joined(r.terms))
			text.WriteByte('\n')
		}
		text.WriteString(joined(x.synonyms.replace(intent.Words(s.rest))))
		x.entries[i].terms = x.termsOf(text.String())
		if err := batch.Index(s.id, map[string]any{wholeField: text.String()}); err != nil {
			return fmt.Errorf("index entry %s: %w", s.id, err)
		}
	}
	if err := bl.Batch(batch); err != nil {
		return fmt.Errorf("write the search index: %w", err)
	}
	x.terms = weighTerms(x.entries)
	return nil
}

// termsOf returns the stemmed words of a text that count.
func (x *Index) termsOf(text string) map[string]bool {
	out := map[string]bool{}
	for _, t := range x.analyzer.Analyze([]byte(text)) {
		out[string(t.Term)] = true
	}
	return out
}

// whole returns the BM25 score of each entry.
func (x *Index) whole(ctx context.Context, q reading) ([]float32, error) {
	scores := make([]float32, len(x.entries))
	query := bleve.NewMatchQuery(joined(q.terms))
	query.SetField(wholeField)
	found, err := x.bleve.SearchInContext(ctx, bleve.NewSearchRequestOptions(query, 2*shortlisted, 0, false))
	if err != nil {
		return nil, fmt.Errorf("search the entries: %w", err)
	}
	for _, h := range found.Hits {
		scores[x.at[h.ID]] = float32(h.Score)
	}
	return scores, nil
}

// termWeights is how much a term tells, by how few entries have it.
type termWeights struct {
	known  map[string]float64
	unseen float64
}

func weighTerms(entries []indexed) termWeights {
	counts := map[string]int{}
	for _, e := range entries {
		for t := range e.terms {
			counts[t]++
		}
	}
	n := float64(len(entries))
	w := termWeights{known: make(map[string]float64, len(counts)), unseen: math.Log(1 + (n+0.5)/0.5)}
	for t, c := range counts {
		w.known[t] = math.Log(1 + (n-float64(c)+0.5)/(float64(c)+0.5))
	}
	return w
}

// shares returns how much of the weight of terms an entry has, and how much no
// entry has, each 0 to 1.
func (w termWeights) shares(terms, entry map[string]bool) (in, nowhere float64) {
	all := 0.0
	for t := range terms {
		weight, known := w.known[t]
		if !known {
			weight = w.unseen
			nowhere += weight
		}
		all += weight
		if entry[t] {
			in += weight
		}
	}
	if all == 0 {
		return 0, 0
	}
	return in / all, nowhere / all
}
