package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"
	driver "modernc.org/sqlite" // the driver "sqlite"
	lib "modernc.org/sqlite/lib"
)

// sqliteMigrated is the user_version of a file that has migrations. Lower ones are of
// files from before them.
const sqliteMigrated = 3

// readers is how many queries read a file at once.
const readers = 4

type sqlite struct{ file string }

// connectSQLite returns the store of a file, which is opened when it is first asked for
// something. SQLite has one writer: more connections would only wait for each other.
func connectSQLite(file string) (*Store, error) {
	s := newStore(sqlite{file})
	for _, c := range []struct {
		to          *queries
		synchronous string
		at          int
	}{{&s.writes, "full", 1}, {&s.answers, "normal", 1}, {&s.reads, "full", readers}} {
		settings := url.Values{"_pragma": {"journal_mode(wal)", "synchronous(" + c.synchronous + ")", "busy_timeout(2500)", "foreign_keys(1)", "secure_delete(1)"}, "_txlock": {"immediate"}}
		pool, err := sql.Open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?"+settings.Encode())
		if err != nil {
			return nil, errors.Join(fmt.Errorf("open the store: %w", err), s.Close())
		}
		pool.SetMaxOpenConns(c.at)
		s.pools = append(s.pools, pool)
		*c.to = queries{pool, s.dialect, &s.there}
	}
	return s, nil
}

// ownersOnly makes a file that is not there, so that only its owner may read it. SQLite
// takes over its permissions for the files beside it.
func ownersOnly(file string) error {
	f, err := os.OpenFile(filepath.Clean(file), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("make the file: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("make the file: %w", err)
	}
	return nil
}

func (sqlite) rebind(query string) string     { return query }
func (sqlite) tables(migration string) string { return migration }
func (sqlite) now() string                    { return "CAST(unixepoch('subsec') * 1000000000 AS INTEGER)" }
func (sqlite) name() string                   { return "sqlite" }

// clashed knows that a file was locked: writers wait in line, but not while the mode of
// a new file is being set.
func (sqlite) clashed(err error) bool {
	var fault *driver.Error
	return errors.As(err, &fault) && fault.Code()&0xff == lib.SQLITE_BUSY
}

func (sqlite) migrations() (goose.Dialect, []goose.ProviderOption, error) {
	return goose.DialectSQLite3, nil, nil
}

func (d sqlite) examine(ctx context.Context, q queries) error {
	if err := ownersOnly(d.file); err != nil {
		return err
	}
	var version int
	if err := q.row(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return fmt.Errorf("read its version: %w", err)
	}
	if version > sqliteMigrated {
		return fmt.Errorf("%w (version %d)", ErrNewer, version)
	}
	var found string
	if err := q.row(ctx, "PRAGMA quick_check(1)").Scan(&found); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if found != "ok" {
		return ErrDamaged
	}
	return nil
}
