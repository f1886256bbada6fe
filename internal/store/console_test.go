package store_test

import (
	"testing"

	"kapbot/internal/store/storetest"
	"kapbot/internal/tally/tallytest"
	"kapbot/internal/web/session"
	"kapbot/internal/web/session/sessiontest"
)

func TestSessions(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		sessiontest.Run(t, func(t *testing.T) session.Store { return storetest.Open(t, storetest.File(t)) })
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		sessiontest.Run(t, func(t *testing.T) session.Store { return storetest.Open(t, storetest.Postgres(t)) })
	})
}

func TestCounts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, where string) { tallytest.Run(t, storetest.Open(t, where)) })
}
