package store

import (
	"context"
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
