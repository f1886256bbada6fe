package store_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/sync/errgroup"

	"kapbot/internal/desk"
	"kapbot/internal/desk/desktest"
	"kapbot/internal/faq"
	"kapbot/internal/store"
	"kapbot/internal/store/storetest"
)

func TestRevisions(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		desktest.Run(t, func(t *testing.T) desk.Store { return storetest.Open(t, storetest.File(t)) })
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		desktest.Run(t, func(t *testing.T) desk.Store { return storetest.Open(t, storetest.Postgres(t)) })
	})
}

// newDesk is a desk over a store, with no entries.
func newDesk(t *testing.T, s *store.Store) *desk.Desk {
	t.Helper()
	record := fstest.MapFS{"sources.yaml": {Data: []byte("- {id: gk, kind: general-knowledge, authors: Us, title: Known}\n")}, "facts.yaml": {Data: []byte("{}\n")}, "resources.yaml": {Data: []byte("[]\n")}}
	first, err := faq.Load(record)
	if err != nil {
		t.Fatal(err)
	}
	linter, err := faq.NewLinter(record)
	if err != nil {
		t.Fatal(err)
	}
	return desk.New(s, first, linter, desk.Rules{}, time.Now)
}

func change(base int, body string) desk.Change {
	return desk.Change{Key: desk.Key{ID: "page", Lang: "en"}, Base: base, Entry: faq.Entry{Question: "What?", Body: body}, Why: body}
}

// Replicas change one entry at the same time: each change is kept once or refused as
// out of date, and the audit counts without a gap.
func TestChangesAtOnce(t *testing.T) {
	const each, moderators = 6, 4
	storetest.Each(t, func(t *testing.T, where string) {
		var replicas []*desk.Desk
		for range moderators {
			replicas = append(replicas, newDesk(t, storetest.Open(t, where)))
		}
		var all errgroup.Group
		for i, d := range replicas {
			by := desk.Actor{Network: "net", ID: fmt.Sprint(i), Role: desk.Lead}
			all.Go(func() error {
				for done, base := 0, 0; done < each; {
					r, err := d.Propose(t.Context(), by, change(base, fmt.Sprint("By ", i)))
					var stale *desk.StaleError
					switch {
					case err == nil:
						base = r.N
						done++
					case errors.As(err, &stale):
						base = stale.Newest.N
					case !errors.Is(err, desk.ErrConflict): // five others were faster, one after the other
						return err
					}
				}
				return nil
			})
		}
		if err := all.Wait(); err != nil {
			t.Fatal(err)
		}
		lead := desk.Actor{Network: "net", ID: "lead", Role: desk.Lead}
		history, err := replicas[0].History(t.Context(), lead, desk.Key{ID: "page", Lang: "en"}, 0, 0)
		if err != nil || len(history) != each*moderators {
			t.Fatalf("%d revisions: %v", len(history), err)
		}
		for i, r := range history {
			if want := len(history) - i; r.N != want || r.Base != want-1 {
				t.Errorf("revision %d is based on %d, want %d", r.N, r.Base, want)
			}
		}
		audit, err := replicas[1].Audit(t.Context(), lead, desk.Span{Oldest: true})
		if err != nil || len(audit) != each*moderators || audit[len(audit)-1].Seq != int64(len(audit)) {
			t.Errorf("%d lines in the audit: %v", len(audit), err)
		}
	})
}

// What somebody types who may not change entries comes to no file.
func TestOfMembersNothingIsKept(t *testing.T) {
	const canary = "zx-canary-81"
	dir := t.TempDir()
	s, err := store.Open(t.Context(), filepath.Join(dir, "kapbot.db"))
	if err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, s)
	moderator := desk.Actor{Network: "net", ID: "mod", Role: desk.Moderator}
	if _, err := d.Propose(t.Context(), moderator, change(0, "A draft.")); err != nil {
		t.Fatal(err)
	}
	member := desk.Actor{Network: "net", Space: canary, ID: canary, Name: canary}
	key := desk.Key{ID: "page", Lang: "en"}
	for range 100 {
		_, proposed := d.Propose(t.Context(), member, change(1, canary))
		_, retired := d.Retire(t.Context(), member, key, canary)
		_, sent := d.SendBack(t.Context(), member, key, 1, canary)
		_, listed := d.List(t.Context(), member, desk.Filter{Text: canary})
		for _, err := range []error{proposed, retired, sent, listed, d.Own(t.Context(), member, key, canary)} {
			var denied *desk.DeniedError
			if !errors.As(err, &denied) || strings.Contains(err.Error(), canary) {
				t.Fatalf("error %v", err)
			}
		}
	}
	seen := func() bool {
		files, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(data), canary) {
				return true
			}
		}
		return false
	}
	if seen() {
		t.Error("a member's words are in the store")
	}
	if _, err := d.Propose(t.Context(), moderator, change(1, canary)); err != nil || !seen() {
		t.Errorf("a moderator's words are not in the store: this test finds nothing (%v)", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
