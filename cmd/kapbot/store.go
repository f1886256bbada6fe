package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"kapbot/internal/store"
)

type backupCmd struct {
	File string `arg:"" help:"The file to write; it must not exist."`
}

// Run writes a backup, also while the bot runs.
func (c backupCmd) Run(ctx context.Context, s streams) error {
	cfg, err := settings(s)
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, cfg.Place())
	if err != nil {
		return err
	}
	file := within(s.dir, c.File)
	if err := errors.Join(db.Backup(ctx, file), db.Close()); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "The backup is in %s, and was read again whole. It holds ids of people: keep it as safe as the store.\n", file)
	return nil
}

type restoreCmd struct {
	File    string `arg:"" help:"The backup."`
	Replace bool   `help:"Move the store that is there aside."`
}

// Run brings a backup back.
func (c restoreCmd) Run(ctx context.Context, s streams) error {
	cfg, err := settings(s)
	if err != nil {
		return err
	}
	aside, err := store.Restore(ctx, within(s.dir, c.File), cfg.Place(), c.Replace)
	if err != nil {
		return err
	}
	if aside != "" {
		fmt.Fprintf(s.out, "The store that was there is now %s.\n", aside)
	}
	fmt.Fprintln(s.out, "The backup is restored. Start kapbot again.")
	return nil
}

type migrateStoreCmd struct{}

// Run copies the file of KAPBOT_STORE to the database of DATABASE_URL.
func (migrateStoreCmd) Run(ctx context.Context, s streams) (err error) {
	cfg, err := settings(s)
	if err != nil {
		return err
	}
	if !cfg.Database.Set() {
		return errors.New("DATABASE_URL is missing: set it to the empty PostgreSQL database that the store is to be copied to")
	}
	from, err := store.Open(ctx, cfg.Store)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := store.Open(ctx, cfg.Place())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	tables, err := store.Copy(ctx, from, to)
	if err != nil {
		return fmt.Errorf("copy %s to PostgreSQL: %w", cfg.Store, err)
	}
	for _, table := range tables {
		fmt.Fprintf(s.out, "%-20s %d rows\n", table.Name, table.Rows)
	}
	fmt.Fprintf(s.out, "All of %s is in PostgreSQL, and was read again and compared. Start kapbot with DATABASE_URL; keep the file until you trust it.\n", cfg.Store)
	return nil
}

// within is a file name that is relative to a folder.
func within(dir, file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(dir, file)
}
