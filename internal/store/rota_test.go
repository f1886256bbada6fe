package store_test

import (
	"testing"

	"kapbot/internal/rota"
	"kapbot/internal/rota/rotatest"
	"kapbot/internal/store/storetest"
)

func TestRota(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		rotatest.Run(t, func(t *testing.T) rota.Store { return storetest.Open(t, storetest.File(t)) })
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		rotatest.Run(t, func(t *testing.T) rota.Store { return storetest.Open(t, storetest.Postgres(t)) })
	})
}
