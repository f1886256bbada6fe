package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// ErrThere says that a file would be written over.
var ErrThere = errors.New("there is a file of that name already")

// ErrInUse says that a store is open elsewhere.
var ErrInUse = errors.New("it is in use: stop kapbot first")

// Backup writes all that a store holds to a new file, a SQLite store itself, and reads
// it whole. The store may be in use.
func (s *Store) Backup(ctx context.Context, file string) error {
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(fmt.Errorf("write the backup %s: %w", file, ErrThere), err)
	}
	unfinished := file + ".unfinished"
	if err := os.Remove(unfinished); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("take away an unfinished backup: %w", err)
	}
	if err := s.backup(ctx, unfinished); err != nil {
		return errors.Join(fmt.Errorf("write the backup %s: %w", file, err), os.Remove(unfinished))
	}
	if err := os.Rename(unfinished, file); err != nil {
		return fmt.Errorf("give the backup its name: %w", err)
	}
	return nil
}

func (s *Store) backup(ctx context.Context, file string) error {
	if _, ok := s.dialect.(sqlite); ok {
		if err := ownersOnly(file); err != nil {
			return err
		}
		if _, err := s.reads.exec(ctx, "VACUUM INTO ?", file); err != nil {
			return fmt.Errorf("copy the store: %w", err)
		}
	}
	to, err := Open(ctx, file)
	if err != nil {
		return err
	}
	if _, ok := s.dialect.(postgres); ok {
		_, err = Copy(ctx, s, to)
	}
	return errors.Join(err, to.seal(ctx), to.Close())
}

// seal checks a file whole and puts all of it into the one file, which nobody else may
// have open.
func (s *Store) seal(ctx context.Context) error {
	if err := integrity(ctx, s.writes.early()); err != nil {
		return err
	}
	for _, pool := range s.pools[1:] { // they hold the file open
		pool.SetMaxIdleConns(0)
	}
	var mode string
	if err := s.writes.early().row(ctx, "PRAGMA journal_mode = delete").Scan(&mode); err != nil {
		return fmt.Errorf("%w: %w", ErrInUse, err)
	}
	return nil
}

// Restore brings a backup back: into the file of a store, of which an earlier one is
// moved aside if replace is set, or into an empty PostgreSQL database. The backup itself
// stays as it is. It returns where the earlier file is now, if there was one.
func Restore(ctx context.Context, backup, where string, replace bool) (aside string, err error) {
	near := where
	if IsPostgres(where) {
		near = backup
	}
	work := near + ".restored"
	if err := duplicate(backup, work); err != nil {
		return "", err
	}
	defer func() {
		if removed := os.Remove(work); !errors.Is(removed, fs.ErrNotExist) {
			err = errors.Join(err, removed)
		}
	}()
	from, err := Open(ctx, work) // brings it up to date
	if err != nil {
		return "", fmt.Errorf("read the backup: %w", err)
	}
	if IsPostgres(where) {
		return "", errors.Join(fill(ctx, from, where), from.Close())
	}
	if err := errors.Join(from.seal(ctx), from.Close()); err != nil {
		return "", fmt.Errorf("read the backup: %w", err)
	}
	if aside, err = moveAside(ctx, where, replace); err != nil {
		return "", err
	}
	if err := os.Rename(work, where); err != nil {
		return aside, fmt.Errorf("put the backup in its place: %w", err)
	}
	return aside, nil
}

// fill copies a store into a database.
func fill(ctx context.Context, from *Store, where string) error {
	to, err := Open(ctx, where)
	if err != nil {
		return err
	}
	_, err = Copy(ctx, from, to)
	return errors.Join(err, to.Close())
}

// duplicate copies a file, and sees that the copy is on disk.
func duplicate(from, to string) (err error) {
	in, err := os.Open(filepath.Clean(from))
	if err != nil {
		return fmt.Errorf("open the backup: %w", err)
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	out, err := os.OpenFile(filepath.Clean(to), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("copy the backup: %w", err)
	}
	_, err = io.Copy(out, in)
	if err := errors.Join(err, out.Sync(), out.Close()); err != nil {
		return fmt.Errorf("copy the backup: %w", err)
	}
	return nil
}

// moveAside takes the file of a store out of the way, and what SQLite keeps beside it.
func moveAside(ctx context.Context, file string, replace bool) (aside string, err error) {
	if _, err := os.Lstat(file); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if !replace {
		return "", fmt.Errorf("restore to %s: %w; with --replace it is moved aside", file, ErrThere)
	}
	if err := idle(ctx, file); err != nil {
		return "", err
	}
	aside = file + time.Now().UTC().Format(".before-20060102-150405")
	for _, part := range []string{"", "-wal", "-shm"} {
		if err := os.Rename(file+part, aside+part); err != nil && (part == "" || !errors.Is(err, fs.ErrNotExist)) {
			return "", fmt.Errorf("move the earlier file aside: %w", err)
		}
	}
	return aside, nil
}

// idle reports whether nobody has a file open. One that is damaged counts as such: it
// is to be replaced.
func idle(ctx context.Context, file string) error {
	s, err := connectSQLite(file)
	if err != nil {
		return err
	}
	err = s.seal(ctx)
	if err := errors.Join(err, s.Close()); errors.Is(err, ErrInUse) && s.dialect.clashed(err) {
		return fmt.Errorf("restore to %s: %w", file, ErrInUse)
	}
	return nil
}
