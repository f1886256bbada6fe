package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/store"
	"kapbot/internal/store/storetest"
)

// execute runs statements in a database past the store.
func execute(t *testing.T, where, statements string) {
	t.Helper()
	driver, address := "sqlite", "file:"+(&url.URL{Path: where}).EscapedPath()
	if store.IsPostgres(where) {
		driver, address = "pgx", where
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), statements)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestEveryEarlierFileKeepsWhatItHolds(t *testing.T) {
	for _, version := range []struct {
		name     string
		answered bool // the event "answered" was claimed
		mode     chat.Mode
	}{
		{"version1.sql", false, 0},
		{"version2.sql", true, 2},
	} {
		t.Run(version.name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("testdata", version.name))
			if err != nil {
				t.Fatal(err)
			}
			where := filepath.Join(t.TempDir(), "kapbot.db")
			execute(t, where, string(text))
			for range 2 { // the second time nothing is left to do
				s := storetest.Open(t, where)
				if cards, err := s.Pending(t.Context()); err != nil || len(cards) != 1 || cards[0].Key != "key1" {
					t.Errorf("pending %v, %v", cards, err)
				}
				if directs, err := s.LastDirects(t.Context(), "net", 9); err != nil || len(directs) != 1 || directs[0] != "dm" {
					t.Errorf("directs %v, %v", directs, err)
				}
				if sealed, ok, err := s.Secret(t.Context(), "slack T1"); err != nil || !ok || string(sealed) != "\x00\xff\x10" {
					t.Errorf("secret %x, %v, %v", sealed, ok, err)
				}
				if modes, err := s.Rooms(t.Context(), "net"); err != nil || modes[chat.Ref{Network: "net", Space: "space", Channel: "room"}] != (desk.RoomMode{Mode: version.mode}) {
					t.Errorf("modes %v, %v", modes, err)
				}
			}
			if first, err := storetest.Open(t, where).Claim(t.Context(), "net", "answered"); err != nil || first == version.answered {
				t.Errorf("the claim is the first: %v, %v", first, err)
			}
		})
	}
}

// Each step that a release may have stopped at leads to the tables of today, and the
// rooms keep their modes.
func TestEveryEarlierStepLeadsHere(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, first string) {
		steps, err := store.Steps(first)
		if err != nil || len(steps) < 10 {
			t.Fatalf("steps %v, %v", steps, err)
		}
		for _, step := range steps {
			t.Run(fmt.Sprint(step), func(t *testing.T) {
				where := filepath.Join(t.TempDir(), "kapbot.db")
				if store.IsPostgres(first) {
					where = storetest.Postgres(t)
				}
				if err := store.MigrateTo(t.Context(), where, step); err != nil {
					t.Fatal(err)
				}
				execute(t, where, "INSERT INTO room (network, space, channel, mode) VALUES ('net', 's', 'c', 2)")
				s, room := storetest.Open(t, where), chat.Ref{Network: "net", Space: "s", Channel: "c"}
				if got, err := s.Rooms(t.Context(), "net"); err != nil || got[room] != (desk.RoomMode{Mode: chat.Support}) {
					t.Errorf("rooms %v, %v", got, err)
				}
				if err := s.SetRoom(t.Context(), room, watched); err != nil {
					t.Fatal(err)
				}
				if got, err := s.Rooms(t.Context(), "net"); err != nil || got[room] != watched {
					t.Errorf("rooms %v, %v", got, err)
				}
			})
		}
	})
}

func TestTablesOfALaterVersionAreRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, where string) {
		storetest.Open(t, where)
		execute(t, where, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)")
		if s, err := store.Open(t.Context(), where); !errors.Is(err, store.ErrNewer) {
			t.Errorf("it opens: %v, %v", s, err)
		}
	})
}

func TestManyStartAtOnceOnNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, where string) {
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				s, err := store.Open(t.Context(), where)
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := s.Claim(t.Context(), "net", "key"); err != nil {
					t.Error(err)
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	})
}
