package store_test

import (
	"path/filepath"
	"testing"

	"kapbot/internal/desk"
	"kapbot/internal/desk/desktest"
	"kapbot/internal/store/storetest"
)

func TestRevisions(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		desktest.Run(t, func(t *testing.T) desk.Store { return storetest.Open(t, filepath.Join(t.TempDir(), "kapbot.db")) })
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		desktest.Run(t, func(t *testing.T) desk.Store { return storetest.Open(t, storetest.Postgres(t)) })
	})
}
