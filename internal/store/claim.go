package store

import (
	"context"
	"fmt"
	"time"
)

// Claim notes that an event is to be answered, and reports whether it is the first to
// do so.
func (s *Store) Claim(ctx context.Context, network, key string) (first bool, err error) {
	n, err := s.answers.exec(ctx, "INSERT INTO claim (network, key, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", network, key, stamp(time.Now()))
	if err != nil {
		return false, fmt.Errorf("claim an event: %w", err)
	}
	if s.claimed.Add(1)%pruneEvery == 0 {
		err = s.dropClaims(ctx)
	}
	return n > 0, err
}

// dropClaims forgets claims that are older than any event that a network still brings.
func (s *Store) dropClaims(ctx context.Context) error {
	if _, err := s.answers.exec(ctx, "DELETE FROM claim WHERE at < ?", stamp(time.Now().Add(-keepFor))); err != nil {
		return fmt.Errorf("drop old claims: %w", err)
	}
	return nil
}
