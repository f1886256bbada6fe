package store_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"kapbot/internal/chat"
	"kapbot/internal/outbox"
	"kapbot/internal/outbox/outboxtest"
	"kapbot/internal/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, path string) *store.SQLite {
	t.Helper()
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestOutbox(t *testing.T) {
	outboxtest.Run(t, func(t *testing.T) (outbox.Store, func() outbox.Store) {
		path := filepath.Join(t.TempDir(), "a file?.db")
		return open(t, path), func() outbox.Store { return open(t, path) }
	})
}

func TestAFileThatCannotBeUsed(t *testing.T) {
	dir := t.TempDir()
	garbage, newer := filepath.Join(dir, "garbage"), filepath.Join(dir, "newer")
	if err := os.WriteFile(garbage, []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", newer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{garbage: "open the store", newer: "newer kapbot", filepath.Join(dir, "no", "folder"): "open the store"} {
		if s, err := store.Open(t.Context(), path); err == nil {
			t.Errorf("%s opens: %v", path, s.Close())
		} else if !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
}

func TestDirects(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kapbot.db")
	s := open(t, path)
	now := time.Now()
	for i, channel := range []string{"a", "b", "c", "a"} {
		if err := s.SawDirect(t.Context(), "net", channel, now.Add(time.Duration(i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.SawDirect(t.Context(), "net", "old", now.AddDate(0, -2, 0)); err != nil {
		t.Fatal(err)
	}
	if err := s.SawDirect(t.Context(), "other", "x", now); err != nil {
		t.Fatal(err)
	}
	for limit, want := range map[int]string{2: "a c", 9: "a c b"} {
		got, err := open(t, path).LastDirects(t.Context(), "net", limit)
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("the last %d: %q, %v; want %q", limit, got, err, want)
		}
	}
}

func TestClaims(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s := open(t, path)
	claim := func(s *store.SQLite, network, key string, want bool) {
		t.Helper()
		if first, err := s.Claim(t.Context(), network, key); err != nil || first != want {
			t.Errorf("%s of %s: first %v, error %v; want %v", key, network, first, err, want)
		}
	}
	claim(s, "a", "1", true)
	claim(s, "a", "1", false)
	claim(s, "a", "2", true)
	claim(s, "b", "1", true)
	claim(open(t, path), "a", "1", false) // as by a program that was started anew
	t.Run("at once", func(t *testing.T) {
		var firsts atomic.Int32
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if first, err := s.Claim(t.Context(), "a", "at once"); err != nil {
					t.Error(err)
				} else if first {
					firsts.Add(1)
				}
			})
		}
		all.Wait()
		if n := firsts.Load(); n != 1 {
			t.Errorf("%d are the first", n)
		}
	})
}

func TestAnOlderFileIsBroughtUpToDate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s := open(t, path)
	if fresh, err := s.Intend(t.Context(), outbox.Card{Key: "k", Name: "crisis"}); err != nil || !fresh {
		t.Fatal(fresh, err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{"DROP TABLE claim", "PRAGMA user_version = 1"} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, path)
	if cards, err := again.Pending(t.Context()); err != nil || len(cards) != 1 {
		t.Errorf("pending: %v, %v", cards, err)
	}
	if first, err := again.Claim(t.Context(), "a", "1"); err != nil || !first {
		t.Errorf("first %v, %v", first, err)
	}
}

func TestRooms(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s := open(t, path)
	room := chat.Ref{Network: "a", Space: "s", Channel: "c"}
	for _, mode := range []chat.Mode{chat.Watch, chat.Support, chat.Mentions} {
		if err := s.SetRoom(t.Context(), room, mode); err != nil {
			t.Fatal(err)
		}
		got, err := open(t, path).Rooms(t.Context(), "a")
		if err != nil || len(got) != 1 || got["c"] != mode {
			t.Errorf("%v, %v; want %v", got, err, mode)
		}
	}
	if got, err := s.Rooms(t.Context(), "b"); err != nil || len(got) != 0 {
		t.Errorf("of another network: %v, %v", got, err)
	}
}
