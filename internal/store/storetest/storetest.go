// Package storetest runs tests of stores on both databases, SQLite and a private
// PostgreSQL.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"kapbot/internal/store"
)

// Each runs a test on each database. The address that it is given is that of a
// database that is empty at first. A package that uses it has to call Main.
func Each(t *testing.T, test func(t *testing.T, where string)) {
	t.Run("SQLite", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "a file?.db")) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, Postgres(t)) })
}

// File returns a SQLite file that a store was opened in once and that holds nothing, for
// tests that are not about how a store is made. Making the tables takes half a second
// with the race detector, so they are made once, and each test gets a copy.
func File(t testing.TB) string {
	t.Helper()
	data, err := tables()
	file := filepath.Join(t.TempDir(), "kapbot.db")
	if err := errors.Join(err, os.WriteFile(file, data, 0o600)); err != nil {
		t.Fatal(err)
	}
	return file
}

// tables is a SQLite file with tables and nothing in them.
var tables = sync.OnceValues(func() (data []byte, err error) {
	dir, err := os.MkdirTemp("", "kapbot-store")
	if err != nil {
		return nil, fmt.Errorf("make a folder for a store: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file := filepath.Join(dir, "kapbot.db")
	s, err := store.Open(context.Background(), file)
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(file) //nolint:gosec // its own
})

// Open opens a store for the time of a test.
func Open(t testing.TB, where string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), where)
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
