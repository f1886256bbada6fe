package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/config"
	"kapbot/internal/desk"
	"kapbot/internal/inbox"
	"kapbot/internal/store"
	"kapbot/internal/store/storetest"
	"kapbot/internal/web/console"
)

// The size of an installation that has been in use for years.
const (
	manyEntries   = 1000
	manyRevisions = 100 // of each
	manyQuestions = 2000
	manyVoted     = 20 // revisions of each
)

// BenchmarkConsole times every page of the console over a large store, as its server
// sees it: the median and the slowest of a hundred.
func BenchmarkConsole(b *testing.B) {
	b.Run("SQLite", func(b *testing.B) { benchConsole(b, filepath.Join(b.TempDir(), "kapbot.db")) })
	b.Run("PostgreSQL", func(b *testing.B) {
		where, err := storetest.NewCluster(b).Create(b.Context(), "console")
		if err != nil {
			b.Fatal(err)
		}
		benchConsole(b, where)
	})
}

func benchConsole(b *testing.B, where string) {
	log := slog.New(slog.DiscardHandler)
	p, err := newPipeline(unpacked().parts, log, config.Model{}, b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	notes, err := store.Open(b.Context(), where)
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
	fillInbox(b, notes)
	d, err := openDesk(b.Context(), cfg, notes, p, log)
	if err != nil {
		b.Fatal(err)
	}
	if err := openInbox(cfg, notes, d, log, p, nil); err != nil {
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
		"questions", "questions?from=1900", "questions?text=number+77", "questions/q1000", "entries/en/entry-500/edit?with=q1000",
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
	first, err := unpacked().entries()
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

// fillInbox writes questions that are worded in all the ways that search is tested with,
// and votes.
func fillInbox(b *testing.B, kept *store.Store) {
	of, now := chat.Community{Network: "net", Space: "community"}, time.Now()
	asked := readAsked(b)
	for i := range manyQuestions {
		c := inbox.Cluster{ID: fmt.Sprint("q", i), Of: of, Lang: chat.English, Opened: now}
		for n := range 1 + i%3 {
			note := inbox.Note{ID: fmt.Sprint("q", i, "n", n), Text: fmt.Sprintf("%s (number %d)", asked[(i+n)%len(asked)], i), At: now}
			if _, err := kept.PutNote(b.Context(), c, note); err != nil {
				b.Fatal(err)
			}
		}
	}
	for i := range manyEntries {
		for n := range manyVoted {
			if err := kept.CountVote(b.Context(), of, desk.Key{ID: fmt.Sprint("entry-", i), Lang: "en"}, 1+n, inbox.Vote(n%3)); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// readAsked reads questions as people word them.
func readAsked(b *testing.B) (all []string) {
	data, err := os.ReadFile(filepath.Join("..", "..", "internal", "search", "testdata", "answerable.jsonl"))
	if err != nil {
		b.Fatal(err)
	}
	for line := range bytes.Lines(data) {
		var one struct{ Text string }
		if err := json.Unmarshal(line, &one); err != nil {
			b.Fatal(err)
		}
		all = append(all, one.Text)
	}
	return all
}
