package store_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/outbox"
	"kapbot/internal/outbox/outboxtest"
	"kapbot/internal/store"
	"kapbot/internal/store/storetest"
)

// fill puts something into tables of every kind of column.
func fill(t *testing.T, s *store.Store) {
	t.Helper()
	done := outboxtest.Card(2)
	done.At, done.Direct = time.Now(), true
	for _, c := range []outbox.Card{outboxtest.Card(1), done} {
		if _, err := s.Intend(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Settle(t.Context(), done, outbox.Shown); err != nil {
		t.Fatal(err)
	}
	if err := s.PutSecret(t.Context(), "slack T1", []byte{0, 255, 16}); err != nil {
		t.Fatal(err)
	}
	if err := s.SetRoom(t.Context(), chat.Ref{Network: "net", Space: "s", Channel: "öé 'x"}, watched); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Claim(t.Context(), "net", "answered"); err != nil {
		t.Fatal(err)
	}
}

// watched is how a moderator wants a room to be read.
var watched = desk.RoomMode{Mode: chat.Watch, By: "mod", At: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)}

// filled reports whether all of fill is there.
func filled(t *testing.T, where string) {
	t.Helper()
	s := storetest.Open(t, where)
	if cards, err := s.Pending(t.Context()); err != nil || len(cards) != 1 || cards[0] != outboxtest.Card(1) {
		t.Errorf("cards %v, %v", cards, err)
	}
	if sealed, _, err := s.Secret(t.Context(), "slack T1"); err != nil || !bytes.Equal(sealed, []byte{0, 255, 16}) {
		t.Errorf("secret %x, %v", sealed, err)
	}
	if rooms, err := s.Rooms(t.Context(), "net"); err != nil || rooms[chat.Ref{Network: "net", Space: "s", Channel: "öé 'x"}] != watched {
		t.Errorf("rooms %v, %v", rooms, err)
	}
	if fresh, err := s.Intend(t.Context(), outboxtest.Card(2)); err != nil || fresh {
		t.Errorf("the card that was shown is fresh: %v, %v", fresh, err)
	}
	if first, err := s.Claim(t.Context(), "net", "answered"); err != nil || first {
		t.Errorf("the claim is the first: %v, %v", first, err)
	}
}

func TestABackupComesBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, where string) {
		s := storetest.Open(t, where)
		fill(t, s)
		backup := filepath.Join(t.TempDir(), "backup")
		if err := s.Backup(t.Context(), backup); err != nil {
			t.Fatal(err)
		}
		if err := s.Backup(t.Context(), backup); !errors.Is(err, store.ErrThere) {
			t.Errorf("written over: %v", err)
		}
		if info, err := os.Stat(backup); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("others may read it: %v, %v", info.Mode(), err)
		}
		before, err := os.ReadFile(backup)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Claim(t.Context(), "net", "after the backup"); err != nil {
			t.Fatal(err)
		}
		storetest.Each(t, func(t *testing.T, to string) {
			if aside, err := store.Restore(t.Context(), backup, to, false); err != nil || aside != "" {
				t.Fatal(aside, err)
			}
			filled(t, to)
			if first, err := storetest.Open(t, to).Claim(t.Context(), "net", "after the backup"); err != nil || !first {
				t.Errorf("the backup knows what came after it: %v", err)
			}
			if _, err := store.Restore(t.Context(), backup, to, false); !errors.Is(err, store.ErrThere) && !errors.Is(err, store.ErrNotEmpty) {
				t.Errorf("restored over what is there: %v", err)
			}
		})
		if after, err := os.ReadFile(backup); err != nil || !bytes.Equal(before, after) {
			t.Errorf("the backup has changed, %v", err)
		}
		left, err := os.ReadDir(filepath.Dir(backup))
		if err != nil || len(left) != 1 {
			t.Errorf("beside the backup: %v, %v", left, err)
		}
	})
}

func TestRestoreReplacesAFileThatNobodyUses(t *testing.T) {
	dir := t.TempDir()
	file, backup := filepath.Join(dir, "kapbot.db"), filepath.Join(dir, "backup")
	s, err := store.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	fill(t, s)
	if err := s.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Restore(t.Context(), backup, file, true); !errors.Is(err, store.ErrInUse) {
		t.Errorf("restored under a store in use: %v", err)
	}
	t.Run("in use", func(t *testing.T) { filled(t, file) })
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func() error{
		"whole":   func() error { return nil },
		"damaged": func() error { return os.WriteFile(file, []byte(strings.Repeat("no database ", 1000)), 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			if err := spoil(); err != nil {
				t.Fatal(err)
			}
			was, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			aside, err := store.Restore(t.Context(), backup, file, true)
			if err != nil {
				t.Fatal(err)
			}
			if kept, err := os.ReadFile(aside); err != nil || name == "damaged" && !bytes.Equal(kept, was) {
				t.Errorf("the earlier file is not kept: %v", err)
			}
			if err := os.Remove(aside); err != nil {
				t.Fatal(err)
			}
			filled(t, file)
		})
	}
}

func TestDamageIsSaid(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kapbot.db")
	s, err := store.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	fill(t, s)
	for i := range 500 {
		if _, err := s.Claim(t.Context(), "net", strings.Repeat("k", 100+i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	bytes, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(bytes) / 2; i < len(bytes)/2+8192; i++ {
		bytes[i] = 0xa5
	}
	if err := os.WriteFile(file, bytes, 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := store.Open(t.Context(), file); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("it opens: %v, %v", s, err)
	}
	if _, err := store.Restore(t.Context(), file, file+"2", false); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("it is restored: %v", err)
	}
}
