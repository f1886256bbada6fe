package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/inbox"
	"kapbot/internal/inbox/inboxtest"
	"kapbot/internal/store"
	"kapbot/internal/store/storetest"
)

func TestInbox(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		inboxtest.Run(t, func(t *testing.T) inbox.Store { return storetest.Open(t, storetest.File(t)) })
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		inboxtest.Run(t, func(t *testing.T) inbox.Store { return storetest.Open(t, storetest.Postgres(t)) })
	})
}

// What is erased is in no file either.
func TestAnErasedTextIsInNoFile(t *testing.T) {
	dir := t.TempDir()
	s, err := store.Open(t.Context(), filepath.Join(dir, "kapbot.db"))
	if err != nil {
		t.Fatal(err)
	}
	c := inbox.Cluster{ID: "c", Of: chat.Community{Network: "net", Space: "s"}, Opened: time.Now()}
	if _, err := s.PutNote(t.Context(), c, inbox.Note{ID: "n", Text: "zebra crossing", At: time.Now()}); err != nil {
		t.Fatal(err)
	}
	if !inFiles(t, dir, "zebra crossing") {
		t.Fatal("it was never there")
	}
	if err := s.EraseNotes(t.Context(), time.Now(), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if inFiles(t, dir, "zebra crossing") {
		t.Error("it is still there")
	}
}

// inFiles reports whether a text is in any file of a folder.
func inFiles(t *testing.T, dir, text string) bool {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte(text)) {
			return true
		}
	}
	return false
}
