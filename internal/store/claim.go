package store

import (
	"context"
	"fmt"
	"time"
)

// claims holds which events were answered, by the keys that their networks give them.
const claims = `
CREATE TABLE IF NOT EXISTS claim (
	network TEXT NOT NULL,
	key     TEXT NOT NULL,
	at      INTEGER NOT NULL, -- nanoseconds since 1970
	PRIMARY KEY (network, key)
) WITHOUT ROWID, STRICT;
CREATE INDEX IF NOT EXISTS claim_at ON claim (at);`

// Claim notes that an event is to be answered, and reports whether it is the first to
// do so.
func (s *SQLite) Claim(ctx context.Context, network, key string) (first bool, err error) {
	result, err := s.answers.ExecContext(ctx, "INSERT INTO claim (network, key, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", network, key, time.Now().UnixNano())
	if err != nil {
		return false, fmt.Errorf("claim an event: %w", err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("claim an event: %w", err)
	}
	if s.claimed.Add(1)%pruneEvery == 0 {
		err = s.dropClaims(ctx)
	}
	return n > 0, err
}

// dropClaims forgets claims that are older than any event that a network still brings.
func (s *SQLite) dropClaims(ctx context.Context) error {
	_, err := s.answers.ExecContext(ctx, "DELETE FROM claim WHERE at < ?", time.Now().Add(-keepFor).UnixNano())
	if err != nil {
		return fmt.Errorf("drop old claims: %w", err)
	}
	return nil
}
