package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// PutSecret keeps a sealed secret under a name, in the place of an earlier one.
func (s *Store) PutSecret(ctx context.Context, name string, sealed []byte) error {
	_, err := s.writes.exec(ctx, "INSERT INTO secret (name, sealed) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed", name, sealed)
	if err != nil {
		return fmt.Errorf("keep a secret: %w", err)
	}
	return nil
}

// Secret returns what is kept under a name; false if nothing is.
func (s *Store) Secret(ctx context.Context, name string) (sealed []byte, ok bool, err error) {
	err = s.reads.row(ctx, "SELECT sealed FROM secret WHERE name = ?", name).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("read a secret: %w", err)
	}
	return sealed, true, nil
}

// DropSecret forgets what is kept under a name. It is no error if nothing is.
func (s *Store) DropSecret(ctx context.Context, name string) error {
	if _, err := s.writes.exec(ctx, "DELETE FROM secret WHERE name = ?", name); err != nil {
		return fmt.Errorf("forget a secret: %w", err)
	}
	return nil
}
