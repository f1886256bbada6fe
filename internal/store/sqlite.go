// Package store keeps what has to outlive the program, in a SQLite file. It holds
// ids, times and names of cards, and no words of anybody. It implements interfaces
// that its users declare.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"sync/atomic"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"kapbot/internal/outbox"
)

// version is that of the schema below. A file of a newer one is not opened.
const version = 2

const schema = `
CREATE TABLE IF NOT EXISTS card (
	network TEXT NOT NULL,
	key     TEXT NOT NULL,
	space   TEXT NOT NULL,
	channel TEXT NOT NULL,
	thread  TEXT NOT NULL,
	message TEXT NOT NULL,
	person  TEXT NOT NULL,
	name    TEXT NOT NULL,
	lang    TEXT NOT NULL,
	kind    INTEGER NOT NULL,
	direct  INTEGER NOT NULL,
	at      INTEGER NOT NULL, -- nanoseconds since 1970
	ended   INTEGER NOT NULL, -- 0 while it is pending
	PRIMARY KEY (network, key)
) WITHOUT ROWID, STRICT;
CREATE TABLE IF NOT EXISTS direct (
	network TEXT NOT NULL,
	channel TEXT NOT NULL,
	at      INTEGER NOT NULL, -- nanoseconds since 1970
	PRIMARY KEY (network, channel)
) WITHOUT ROWID, STRICT;
CREATE INDEX IF NOT EXISTS card_pending ON card (at) WHERE ended = 0;`

// keepFor is how long the note of a card that has ended is kept: well beyond the
// time in which a network delivers an event again.
const keepFor = 48 * time.Hour

// pruneEvery is after how many ended cards old ones are dropped.
const pruneEvery = 1000

// SQLite is a store in one file. It is safe for concurrent use.
type SQLite struct {
	db      *sql.DB // for what has to be on disk
	answers *sql.DB // for claims
	settled atomic.Int64
	claimed atomic.Int64
}

var _ outbox.Store = (*SQLite)(nil)

// Open opens the file, which is made if it is not there. Writes are on disk when
// they return (WAL with full synchronization).
func Open(ctx context.Context, path string) (*SQLite, error) {
	db, err := connect(path, "full")
	if err != nil {
		return nil, err
	}
	answers, err := connect(path, "normal")
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s := &SQLite{db: db, answers: answers}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open the store %s: %w", path, err), s.Close())
	}
	return s, nil
}

// connect opens the file. A note of a card has to survive that the power fails (full).
// A claim has to survive that the program does (normal), and there is one for each
// answer.
func connect(path, synchronous string) (*sql.DB, error) {
	settings := url.Values{"_pragma": {"journal_mode(wal)", "synchronous(" + synchronous + ")", "busy_timeout(2500)"}, "_txlock": {"immediate"}}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+settings.Encode())
	if err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	db.SetMaxOpenConns(1) // SQLite has one writer; more would only wait for each other
	return db, nil
}

func (s *SQLite) prepare(ctx context.Context) error {
	var found int
	if err := s.db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&found); err != nil {
		return fmt.Errorf("read its version: %w", err)
	}
	if found > version {
		return fmt.Errorf("it was written by a newer kapbot (version %d, this one knows %d)", found, version)
	}
	for _, statement := range []string{schema, secrets, claims, rooms, fmt.Sprintf("PRAGMA user_version = %d", version)} {
		if _, err := s.db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("prepare its tables: %w", err)
		}
	}
	if err := s.dropClaims(ctx); err != nil {
		return err
	}
	return s.prune(ctx)
}

// Close closes the file.
func (s *SQLite) Close() error {
	if err := errors.Join(s.answers.Close(), s.db.Close()); err != nil {
		return fmt.Errorf("close the store: %w", err)
	}
	return nil
}

// Intend notes a card.
func (s *SQLite) Intend(ctx context.Context, c outbox.Card) (fresh bool, err error) {
	result, err := s.db.ExecContext(ctx, `INSERT INTO card
		(network, key, space, channel, thread, message, person, name, lang, kind, direct, at, ended)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING`,
		c.To.Network, c.Key, c.To.Space, c.To.Channel, c.To.Thread, c.To.Message, c.For, c.Name, c.Lang, c.Kind, c.Direct, c.At.UnixNano())
	if err != nil {
		return false, fmt.Errorf("note a card: %w", err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("note a card: %w", err)
	}
	return n > 0, nil
}

// Settle notes the end of a card.
func (s *SQLite) Settle(ctx context.Context, c outbox.Card, end outbox.End) error {
	if _, err := s.db.ExecContext(ctx, "UPDATE card SET ended = ? WHERE network = ? AND key = ?", end, c.To.Network, c.Key); err != nil {
		return fmt.Errorf("note the end of a card: %w", err)
	}
	if s.settled.Add(1)%pruneEvery == 0 {
		return s.prune(ctx)
	}
	return nil
}

// Pending lists the cards without an end.
func (s *SQLite) Pending(ctx context.Context) (cards []outbox.Card, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT network, key, space, channel, thread, message, person, name, lang, kind, direct, at
		FROM card WHERE ended = 0 ORDER BY at`)
	if err != nil {
		return nil, fmt.Errorf("list the pending cards: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var c outbox.Card
		var at int64
		to := &c.To
		if err := rows.Scan((*string)(&to.Network), &c.Key, &to.Space, &to.Channel, &to.Thread, &to.Message,
			&c.For, &c.Name, (*string)(&c.Lang), (*uint8)(&c.Kind), &c.Direct, &at); err != nil {
			return nil, fmt.Errorf("read a pending card: %w", err)
		}
		c.At = time.Unix(0, at).UTC()
		cards = append(cards, c)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list the pending cards: %w", err)
	}
	return cards, nil
}

// SawDirect notes that somebody wrote in a direct message.
func (s *SQLite) SawDirect(ctx context.Context, network, channel string, at time.Time) error {
	_, err := s.db.ExecContext(ctx, `INSERT INTO direct (network, channel, at) VALUES (?, ?, ?)
		ON CONFLICT DO UPDATE SET at = max(at, excluded.at)`, network, channel, at.UnixNano())
	if err != nil {
		return fmt.Errorf("note a direct message: %w", err)
	}
	return nil
}

// LastDirects lists the direct messages in which somebody wrote last, newest first.
func (s *SQLite) LastDirects(ctx context.Context, network string, limit int) (channels []string, err error) {
	rows, err := s.db.QueryContext(ctx, "SELECT channel FROM direct WHERE network = ? ORDER BY at DESC LIMIT ?", network, limit)
	if err != nil {
		return nil, fmt.Errorf("list direct messages: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var channel string
		if err := rows.Scan(&channel); err != nil {
			return nil, fmt.Errorf("read a direct message: %w", err)
		}
		channels = append(channels, channel)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list direct messages: %w", err)
	}
	return channels, nil
}

// prune drops notes of cards that ended long ago, and of direct messages in which
// nobody has written for a month.
func (s *SQLite) prune(ctx context.Context) error {
	if _, err := s.db.ExecContext(ctx, "DELETE FROM card WHERE ended <> 0 AND at < ?", time.Now().Add(-keepFor).UnixNano()); err != nil {
		return fmt.Errorf("drop old notes: %w", err)
	}
	if _, err := s.db.ExecContext(ctx, "DELETE FROM direct WHERE at < ?", time.Now().AddDate(0, -1, 0).UnixNano()); err != nil {
		return fmt.Errorf("drop old notes: %w", err)
	}
	return nil
}
