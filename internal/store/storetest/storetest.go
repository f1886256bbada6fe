// Package storetest runs tests of stores on both databases, SQLite and a private
// PostgreSQL.
package storetest

import (
	"path/filepath"
	"testing"

	"kapbot/internal/store"
)

// Each runs a test on each database. The address that it is given is that of a
// database that is empty at first. A package that uses it has to call Main.
func Each(t *testing.T, test func(t *testing.T, where string)) {
	t.Run("SQLite", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "a file?.db")) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, Postgres(t)) })
}

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
