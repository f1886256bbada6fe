package store

import (
	"context"

	"github.com/pressly/goose/v3"
)

// A dialect is in what one database differs from the other.
type dialect interface {
	// rebind writes a query whose arguments are question marks in the dialect.
	rebind(query string) string
	// tables writes a migration, which speaks SQLite, in the dialect.
	tables(migration string) string
	// now is the time by the clock of the database, as a stamp.
	now() string
	// name is the part of the names of migrations that are for this dialect alone.
	name() string
	// examine reports whether the database is whole, and of no later version.
	examine(ctx context.Context, q queries) error
	// migrations are what goose has to know of the database.
	migrations() (goose.Dialect, []goose.ProviderOption, error)
	// clashed reports whether a transaction failed only since another one was in its
	// way, so that it can be tried again.
	clashed(err error) bool
}
