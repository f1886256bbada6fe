package store

import "context"

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
