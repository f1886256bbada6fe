package store

import (
	"context"
	"errors"
	"fmt"
)

// Swap replaces a secret by what becomes of it, in a transaction.
func (s *Store) Swap(ctx context.Context, name string, by func(string) string) error {
	return s.atomically(ctx, func(q queries) error {
		var now []byte
		if err := q.row(ctx, "SELECT sealed FROM secret WHERE name = ?", name).Scan(&now); err != nil {
			return err
		}
		_, err := q.exec(ctx, "UPDATE secret SET sealed = ? WHERE name = ?", []byte(by(string(now))), name)
		return err
	})
}

// Limit lets the file of a store grow to so many pages and no further, as a disk does.
func (s *Store) Limit(ctx context.Context, pages int) error {
	_, err := s.writes.exec(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", pages))
	return err
}

// Steps lists the versions of the tables of a store, in order.
func Steps(where string) (versions []int64, err error) {
	s, err := connect(where)
	if err != nil {
		return nil, err
	}
	provider, err := s.provider()
	if err == nil {
		for _, source := range provider.ListSources() {
			versions = append(versions, source.Version)
		}
	}
	return versions, errors.Join(err, s.Close())
}

// MigrateTo makes the tables of an earlier version.
func MigrateTo(ctx context.Context, where string, version int64) error {
	s, err := connect(where)
	if err != nil {
		return err
	}
	provider, err := s.provider()
	if err == nil {
		_, err = provider.UpTo(ctx, version)
	}
	return errors.Join(err, s.Close())
}
