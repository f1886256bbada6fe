package store_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/outbox"
	"kapbot/internal/outbox/outboxtest"
	"kapbot/internal/store"
	"kapbot/internal/store/storetest"
)

func TestMain(m *testing.M) {
	if where := os.Getenv(childStore); where != "" { // a process that is to be killed
		fmt.Fprintln(os.Stderr, writeUntilKilled(where))
		os.Exit(1)
	}
	code := storetest.Main(m.Run)
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func TestOutbox(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		outboxtest.Run(t, func(t *testing.T) (outbox.Store, func() outbox.Store) {
			return reopened(t, filepath.Join(t.TempDir(), "a file?.db"))
		})
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		outboxtest.Run(t, func(t *testing.T) (outbox.Store, func() outbox.Store) {
			return reopened(t, storetest.Postgres(t))
		})
	})
}

func reopened(t *testing.T, where string) (outbox.Store, func() outbox.Store) {
	return storetest.Open(t, where), func() outbox.Store { return storetest.Open(t, where) }
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
	storetest.Each(t, func(t *testing.T, where string) {
		s := storetest.Open(t, where)
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
			got, err := storetest.Open(t, where).LastDirects(t.Context(), "net", limit)
			if err != nil || strings.Join(got, " ") != want {
				t.Errorf("the last %d: %q, %v; want %q", limit, got, err, want)
			}
		}
	})
}

func TestClaims(t *testing.T) {
	storetest.Each(t, func(t *testing.T, where string) {
		s := storetest.Open(t, where)
		claim := func(s *store.Store, network, key string, want bool) {
			t.Helper()
			if first, err := s.Claim(t.Context(), network, key); err != nil || first != want {
				t.Errorf("%s of %s: first %v, error %v; want %v", key, network, first, err, want)
			}
		}
		claim(s, "a", "1", true)
		claim(s, "a", "1", false)
		claim(s, "a", "2", true)
		claim(s, "b", "1", true)
		claim(storetest.Open(t, where), "a", "1", false) // as by a program that was started anew
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
	})
}

func TestRooms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, where string) {
		s := storetest.Open(t, where)
		room := chat.Ref{Network: "a", Space: "s", Channel: "c"}
		noon := time.Date(2026, 3, 4, 12, 0, 0, 1, time.UTC)
		for _, mode := range []desk.RoomMode{{Mode: chat.Watch, By: "ann", At: noon}, {Mode: chat.Support, By: "bo", At: noon.Add(1)}, {Mode: chat.Mentions}} {
			if err := s.SetRoom(t.Context(), room, mode); err != nil {
				t.Fatal(err)
			}
			got, err := storetest.Open(t, where).Rooms(t.Context(), "a")
			if err != nil || len(got) != 1 || got[room] != mode {
				t.Errorf("%v, %v; want %v", got, err, mode)
			}
		}
		if got, err := s.Rooms(t.Context(), "b"); err != nil || len(got) != 0 {
			t.Errorf("of another network: %v, %v", got, err)
		}
	})
}
