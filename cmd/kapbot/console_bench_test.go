package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/config"
	"kapbot/internal/desk"
	"kapbot/internal/store"
	"kapbot/internal/web/console"
)

// The size of an installation that has been in use for years.
const (
	manyEntries   = 1000
	manyRevisions = 100 // of each
)

// BenchmarkConsole times every page of the console over a large store, as its server
// sees it: the median and the slowest of a hundred.
func BenchmarkConsole(b *testing.B) {
	log := slog.New(slog.DiscardHandler)
	p, err := newPipeline(log, config.Model{}, b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	notes, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "kapbot.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := errors.Join(p.Close(), notes.Close()); err != nil {
			b.Error(err)
		}
	}()
	if p.roles, err = desk.ParseRoles([]string{"net:ann=lead"}); err != nil {
		b.Fatal(err)
	}
	cfg := config.Config{URL: "http://127.0.0.1"}
	fillStore(b, notes)
	d, err := openDesk(b.Context(), cfg, notes, p, log)
	if err != nil {
		b.Fatal(err)
	}
	page, err := newConsole(cfg, log, p, d, notes, newTally(notes, p, log), newPeople(nil))
	if err != nil {
		b.Fatal(err)
	}
	cookie := cookieOf(b, page)
	for _, path := range []string{
		"entries", "entries?text=number+7", "entries?state=published&from=900", "entries/en/entry-500", "entries/en/entry-500/edit",
		"entries/en/entry-500/history", "entries/en/entry-500/diff?to=50", "calendar", "figures", "audit", "try",
	} {
		b.Run(path, func(b *testing.B) { timePage(b, page, cookie, console.Path+path) })
	}
}

// timePage asks for a page until the benchmark has enough.
func timePage(b *testing.B, page http.Handler, cookie *http.Cookie, path string) {
	var took []time.Duration
	for b.Loop() {
		r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, path, http.NoBody)
		r.AddCookie(cookie)
		w := httptest.NewRecorder()
		start := time.Now()
		page.ServeHTTP(w, r)
		took = append(took, time.Since(start))
		if w.Code != http.StatusOK {
			b.Fatalf("status %d", w.Code)
		}
	}
	slices.Sort(took)
	milliseconds := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	b.ReportMetric(milliseconds(took[len(took)/2]), "median-ms")
	b.ReportMetric(milliseconds(took[len(took)-1]), "slowest-ms")
	b.ReportMetric(0, "ns/op")
}

// cookieOf signs a lead in.
func cookieOf(b *testing.B, page *console.Console) *http.Cookie {
	link, err := page.Link(b.Context(), "net", "community", chat.Person{ID: "ann", Name: "Ann"})
	if err != nil {
		b.Fatal(err)
	}
	at, err := url.Parse(link)
	if err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, console.Path+"enter", strings.NewReader(at.RawQuery))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	page.ServeHTTP(w, r)
	cookies := w.Result().Cookies()
	if len(cookies) != 1 {
		b.Fatalf("status %d and no session", w.Code)
	}
	return cookies[0]
}

// fillStore writes entries with a long history each.
func fillStore(b *testing.B, kept desk.Store) {
	first, err := embedded()
	if err != nil {
		b.Fatal(err)
	}
	like := first.Entries()
	for i := range manyEntries {
		e := like[i%len(like)]
		e.ID, e.Lang, e.Question = fmt.Sprintf("entry-%d", i), "en", fmt.Sprintf("What is number %d?", i)
		e.Also = []string{fmt.Sprintf("tell me about number %d", i)}
		key := desk.Key{ID: e.ID, Lang: e.Lang}
		var all []desk.Revision
		for n := 1; n <= manyRevisions; n++ {
			e.Body = fmt.Sprintf("%s\n\nThis is version %d.", like[i%len(like)].Body, n)
			all = append(all, desk.Revision{Key: key, N: n, Base: n - 1, State: desk.Published, Entry: e, Author: "net:ann", Reviewer: "net:bo", At: time.Now()})
		}
		step := desk.Step{
			Summary:   desk.Summary{Key: key, State: desk.Published, N: manyRevisions, Newest: manyRevisions, Question: e.Question, Tags: e.Tags, ReviewBy: e.ReviewBy},
			Revisions: all, Action: desk.Action{At: time.Now(), Who: "net:ann", Name: "Ann", Deed: desk.Approved, Key: key, N: manyRevisions},
		}
		if err := kept.Commit(context.Background(), step); err != nil {
			b.Fatal(err)
		}
	}
}
