package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
)

// ErrNewer says that a later version of the program has written the store.
var ErrNewer = errors.New("it was written by a newer kapbot: run that version, or restore a backup from before it")

// ErrDamaged says that the file of a store is not whole.
var ErrDamaged = errors.New("the file is damaged: stop kapbot, move the file away, and bring back a backup with kapbot restore (without one, start with a new file; crisis cards work all the same)")

// migrations are the steps from an empty database to that of this version, as
// NNNNN_what.sql. One that is for one database alone is NNNNN_what.sqlite.sql or
// NNNNN_what.postgres.sql. A step that was released is never changed.
//
//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the tables up to date.
func (s *Store) migrate(ctx context.Context) error {
	provider, err := s.provider()
	if err != nil {
		return err
	}
	if err := s.refuseNewer(ctx, provider); err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		// Another program that starts now may have made the same step first.
		if _, again := provider.Up(ctx); again != nil {
			return fmt.Errorf("bring its tables up to date: %w", err)
		}
	}
	return nil
}

func (s *Store) provider() (*goose.Provider, error) {
	steps, err := s.steps()
	if err != nil {
		return nil, err
	}
	kind, options, err := s.dialect.migrations()
	if err != nil {
		return nil, err
	}
	options = append(options, goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true), goose.WithAllowOutofOrder(true))
	provider, err := goose.NewProvider(kind, s.pools[0], nil, options...)
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	return provider, nil
}

// steps are the migrations for the dialect.
func (s *Store) steps() ([]*goose.Migration, error) {
	files, err := migrations.ReadDir("migrations")
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	var steps []*goose.Migration
	for _, file := range files {
		parts := strings.Split(file.Name(), ".")
		if len(parts) == 3 && parts[1] != s.dialect.name() {
			continue
		}
		number, _, _ := strings.Cut(file.Name(), "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("the migration %s has no number: %w", file.Name(), err)
		}
		text, err := migrations.ReadFile(path.Join("migrations", file.Name()))
		if err != nil {
			return nil, fmt.Errorf("read a migration: %w", err)
		}
		run := func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, s.dialect.tables(string(text)))
			return err //nolint:wrapcheck // goose says which one it was
		}
		steps = append(steps, goose.NewGoMigration(version, &goose.GoFunc{RunTx: run}, nil))
	}
	return steps, nil
}

// refuseNewer finds steps in a database that this program does not know.
func (s *Store) refuseNewer(ctx context.Context, provider *goose.Provider) error {
	there, err := provider.GetDBVersion(ctx) // makes goose's table if there is none
	if err != nil {
		return fmt.Errorf("read its version: %w", err)
	}
	known := map[int64]bool{0: true}
	for _, source := range provider.ListSources() {
		known[source.Version] = true
	}
	applied, err := list(ctx, s.writes.early(), one[int64], "SELECT version_id FROM goose_db_version")
	if err != nil {
		return fmt.Errorf("read its version: %w", err)
	}
	for _, version := range append(applied, there) {
		if !known[version] {
			return fmt.Errorf("%w (step %d)", ErrNewer, version)
		}
	}
	return nil
}
