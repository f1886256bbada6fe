package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kapbot/internal/desk"
	"kapbot/internal/faq"
	"kapbot/internal/store"
	"kapbot/internal/store/storetest"
)

// The size of an installation that is old and busy.
const (
	manyEntries = 1000
	revisionsOf = 100 // each
)

// BenchmarkDesk is what moderators wait for, with 1,000 entries and 100,000 revisions.
func BenchmarkDesk(b *testing.B) {
	for name, where := range map[string]func() string{
		"SQLite":     func() string { return filepath.Join(b.TempDir(), "kapbot.db") },
		"PostgreSQL": func() string { return storetest.Postgres(b) },
	} {
		b.Run(name, func(b *testing.B) {
			s := storetest.Open(b, where())
			fillDesk(b, s)
			benchDesk(b, s)
		})
	}
}

func fillDesk(b *testing.B, s *store.Store) {
	b.Helper()
	body := strings.Repeat("A sentence of an answer as it stands in an entry. [gk]\n\n", 20)
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range manyEntries {
		key := desk.Key{ID: fmt.Sprintf("entry-%04d", i), Lang: "en"}
		e := faq.Entry{
			ID: key.ID, Lang: "en", Question: fmt.Sprintf("What about number %d?", i), Also: []string{"one", "two", "three", "four"},
			Tags: []string{"basics", fmt.Sprintf("tag-%d", i%20)}, Sources: []string{"gk"}, Reviewed: at, ReviewBy: at.AddDate(1, 0, i%90),
			Audience: []string{"everyone"}, Triage: faq.None, Body: body,
		}
		step := desk.Step{
			Summary: desk.Summary{Key: key, State: desk.Published, N: revisionsOf, Newest: revisionsOf, Question: e.Question, Tags: e.Tags, ReviewBy: e.ReviewBy},
			Action:  desk.Action{At: at, Who: "net:ann", Deed: desk.Approved, Key: key, N: revisionsOf},
		}
		for n := range revisionsOf {
			step.Revisions = append(step.Revisions, desk.Revision{Key: key, N: n + 1, Base: n, State: desk.Published, Entry: e, Author: "net:ann", Reviewer: "net:bo", Why: "better", At: at})
		}
		if err := s.Commit(b.Context(), step); err != nil {
			b.Fatal(err)
		}
	}
}

func benchDesk(b *testing.B, s *store.Store) {
	key := func() desk.Key { return desk.Key{ID: fmt.Sprintf("entry-%04d", rand.IntN(manyEntries)), Lang: "en"} }
	length := func(n int, err error) error {
		if err == nil && n == 0 {
			return desk.ErrNotFound
		}
		return err
	}
	for _, look := range []struct {
		name string
		do   func(ctx context.Context) error
	}{
		{"List", func(ctx context.Context) error {
			all, err := s.Summaries(ctx, desk.Filter{Limit: 50, Offset: rand.IntN(900)})
			return length(len(all), err)
		}},
		{"ListByWords", func(ctx context.Context) error {
			all, err := s.Summaries(ctx, desk.Filter{Text: "NUMBER 77", Limit: 50})
			return length(len(all), err)
		}},
		{"ListWhole", func(ctx context.Context) error {
			all, err := s.Summaries(ctx, desk.Filter{Tag: "basics"})
			return length(len(all), err)
		}},
		{"History", func(ctx context.Context) error {
			all, err := s.Revisions(ctx, key(), 0, 50)
			return length(len(all), err)
		}},
		{"Revision", func(ctx context.Context) error {
			all, err := s.Revisions(ctx, key(), rand.IntN(revisionsOf)+2, 1)
			return length(len(all), err)
		}},
		{"Audit", func(ctx context.Context) error {
			all, err := s.Actions(ctx, desk.Span{Limit: 50})
			return length(len(all), err)
		}},
		{"Mark", func(ctx context.Context) error { _, err := s.Mark(ctx); return err }},
	} {
		b.Run(look.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				if err := look.do(b.Context()); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "ms/p95")
		})
	}
}
