package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// queries runs what is asked of a database or of a transaction in it. Arguments are
// question marks in both dialects.
type queries struct {
	on interface {
		ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
		QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
		QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	}
	dialect dialect
	there   *atomic.Bool // false while nothing may be asked yet; nil for always
}

// early are queries that are asked while the store is being opened.
func (q queries) early() queries {
	q.there = nil
	return q
}

// away is ErrAway while nothing may be asked.
func (q queries) away() error {
	if q.there != nil && !q.there.Load() {
		return ErrAway
	}
	return nil
}

// exec runs a statement and returns how many rows it has changed.
func (q queries) exec(ctx context.Context, query string, args ...any) (changed int64, err error) {
	if err := q.away(); err != nil {
		return 0, err
	}
	result, err := q.on.ExecContext(ctx, q.dialect.rebind(query), plain(args)...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected() //nolint:wrapcheck // as above
}

// A row is one that was asked for.
type row struct {
	found *sql.Row
	err   error
}

// Scan reads it; sql.ErrNoRows says that there is none.
func (r row) Scan(into ...any) error {
	if r.err != nil {
		return r.err
	}
	return r.found.Scan(into...) //nolint:wrapcheck // the caller says what it was
}

// row asks for one row.
func (q queries) row(ctx context.Context, query string, args ...any) row {
	if err := q.away(); err != nil {
		return row{err: err}
	}
	return row{found: q.on.QueryRowContext(ctx, q.dialect.rebind(query), plain(args)...)}
}

// A scan reads one row; both row and *sql.Rows have it as a method.
type scan func(into ...any) error

// one reads a row of one column.
func one[T any](read scan) (value T, err error) {
	err = read(&value)
	return value, err
}

// list asks for rows, each of which read makes a value of.
func list[T any](ctx context.Context, q queries, read func(scan) (T, error), query string, args ...any) (all []T, err error) {
	if err := q.away(); err != nil {
		return nil, err
	}
	rows, err := q.on.QueryContext(ctx, q.dialect.rebind(query), plain(args)...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		value, err := read(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, value)
	}
	return all, rows.Err() //nolint:wrapcheck // as above
}

// plain makes numbers of truth values, which are kept as such.
func plain(args []any) []any {
	out := make([]any, len(args))
	for i, arg := range args {
		out[i] = arg
		if yes, ok := arg.(bool); ok {
			out[i] = 0
			if yes {
				out[i] = 1
			}
		}
	}
	return out
}

// tries is how often something is tried that others are in the way of.
const tries = 10

// again runs do until nothing is in its way.
func again(d dialect, do func() error) (err error) {
	for n := range tries {
		if err = do(); err == nil || !d.clashed(err) {
			return err
		}
		time.Sleep(time.Duration(n) * 5 * time.Millisecond)
	}
	return err
}

// atomically runs do in a transaction, as if no other one ran at the same time. All of
// it is kept or, if do fails, nothing. It may run more than once; within it, only the
// queries that it is given may be used.
func (s *Store) atomically(ctx context.Context, do func(q queries) error) error {
	return again(s.dialect, func() error { return s.attempt(ctx, s.writes, false, do) })
}

// frozen lets do read the store as it is at one moment, while others write.
func (s *Store) frozen(ctx context.Context, do func(q queries) error) error {
	return again(s.dialect, func() error { return s.attempt(ctx, s.reads, true, do) })
}

func (s *Store) attempt(ctx context.Context, in queries, readOnly bool, do func(q queries) error) error {
	pool, ok := in.on.(*sql.DB)
	if !ok {
		return errors.New("there is no transaction in a transaction")
	}
	if err := in.away(); err != nil {
		return err
	}
	tx, err := pool.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable, ReadOnly: readOnly})
	if err != nil {
		return fmt.Errorf("begin a transaction: %w", err)
	}
	if err := do(queries{on: tx, dialect: s.dialect}); err != nil {
		if undo := tx.Rollback(); undo != nil && !errors.Is(undo, sql.ErrTxDone) {
			return errors.Join(err, undo)
		}
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("keep a transaction: %w", err)
	}
	return nil
}
