// Package store keeps what has to outlive the program, in a SQLite file or in
// PostgreSQL. It implements interfaces that its users declare, a file for each. It
// holds ids, times, numbers, the names of cards, the revisions of entries that
// moderators wrote, and questions that their authors chose to send to moderators. No
// other words of anybody ever come here.
//
// Every query is written once, in the words that both databases know; what differs is
// in dialect_sqlite.go and dialect_postgres.go. Tables are made by migrations/, which
// only go forward. Times are kept as nanoseconds since 1970.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"kapbot/internal/outbox"
)

// Store is a store in one database. It is safe for concurrent use. What it has
// written is on disk when a method returns, claims excepted.
type Store struct {
	dialect dialect
	writes  queries // for what has to survive that the power fails
	reads   queries
	answers queries // for claims: fast, and they have to survive the program only
	pools   []*sql.DB
	me      string      // this replica, or "" if it is the only one
	there   atomic.Bool // false until the tables are known to be those of this version
	up      atomic.Bool // it answered when it was last looked after
	arrived chan struct{}
	looked  background // looks after it; see Arrive
	news    news
	heard   atomic.Int64 // when the last was written of what Heard returned
	settled atomic.Int64
	claimed atomic.Int64
}

var _ outbox.Store = (*Store)(nil)

// Open opens a store: a PostgreSQL database if where is the URL of one (postgres://),
// else the SQLite file of that name, which is made if it is not there. Tables of
// earlier versions are brought up to date; those of a later one are refused.
func Open(ctx context.Context, where string) (*Store, error) {
	s, err := connect(where)
	if err != nil {
		return nil, err
	}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open the store %s: %w", name(where), err), s.Close())
	}
	s.up.Store(true)
	close(s.arrived)
	return s, nil
}

func newStore(d dialect) *Store { return &Store{dialect: d, arrived: make(chan struct{})} }

// connect returns a store whose tables were not looked at yet.
func connect(where string) (*Store, error) {
	if IsPostgres(where) {
		return connectPostgres(where)
	}
	return connectSQLite(where)
}

// IsPostgres reports whether a store is in PostgreSQL, by its address.
func IsPostgres(where string) bool {
	return strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://")
}

// name is what may be said of where a store is: never a password.
func name(where string) string {
	if IsPostgres(where) {
		return "in PostgreSQL"
	}
	return where
}

// open makes a store ready to be asked: whole, of this version, and with this replica
// among those that live.
func (s *Store) open(ctx context.Context) error {
	if err := again(s.dialect, func() error { return s.prepare(ctx) }); err != nil {
		return err
	}
	s.there.Store(true)
	if err := s.dropClaims(ctx); err != nil {
		return err
	}
	return s.prune(ctx)
}

func (s *Store) prepare(ctx context.Context) error {
	if err := s.dialect.examine(ctx, s.writes.early()); err != nil {
		return err
	}
	if err := s.migrate(ctx); err != nil {
		return err
	}
	if s.me == "" {
		return nil
	}
	_, err := s.take(ctx, s.answers.early(), alive(s.me))
	return err
}

// Close closes the database.
func (s *Store) Close() error {
	s.looked.stop()
	var errs []error
	for _, pool := range s.pools {
		errs = append(errs, pool.Close())
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close the store: %w", err)
	}
	return nil
}

// stamp is a time as it is kept; 0 for the zero time.
func stamp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

// instant is the time of a stamp.
func instant(stamp int64) time.Time {
	if stamp == 0 {
		return time.Time{}
	}
	return time.Unix(0, stamp).UTC()
}
