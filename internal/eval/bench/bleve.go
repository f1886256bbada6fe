package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	index "github.com/blevesearch/bleve_index_api"
)

// bleveAlone is what one gets from the library in a dozen lines: an English
// document for each entry, BM25, the score as it comes.
func bleveAlone(t task) (contestant, error) {
	before := held()
	m := bleve.NewIndexMapping()
	m.DefaultAnalyzer = en.AnalyzerName
	m.ScoringModel = index.BM25Scoring
	x, err := bleve.NewMemOnly(m)
	if err != nil {
		return contestant{}, fmt.Errorf("make the bleve index: %w", err)
	}
	for _, e := range t.entries {
		if e.Lang != "en" {
			continue
		}
		if err := x.Index(e.ID, map[string]string{"text": strings.Join(append(t.wordings[e.ID], e.Body), "\n")}); err != nil {
			return contestant{}, fmt.Errorf("index entry %s: %w", e.ID, err)
		}
	}
	c := contestant{name: "bleve, BM25 alone"}
	for _, q := range t.questions() {
		start := time.Now()
		found, err := x.SearchInContext(context.Background(), bleve.NewSearchRequest(bleve.NewMatchQuery(q.Text)))
		if err != nil {
			return contestant{}, fmt.Errorf("search with bleve: %w", err)
		}
		c.times = append(c.times, time.Since(start))
		a := answer{}
		for _, h := range found.Hits {
			a.Ranked = append(a.Ranked, h.ID)
			a.Score = max(a.Score, h.Score)
		}
		c.answers = append(c.answers, a)
	}
	c.memory = held() - before
	if err := x.Close(); err != nil {
		return contestant{}, fmt.Errorf("close the bleve index: %w", err)
	}
	return c, nil
}
