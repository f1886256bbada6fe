package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"kapbot/internal/config"
	"kapbot/internal/desk"
	"kapbot/internal/faq"
	"kapbot/internal/outbox"
	"kapbot/internal/store"
)

// lookEvery is how often a replica looks whether other entries are published.
const lookEvery = time.Second

// newDesk makes a desk over a store; without published entries in there, the first
// ones answer.
func newDesk(kept desk.Store, cfg config.Config, of *parts) (*desk.Desk, error) {
	linter, err := of.linter()
	if err != nil {
		return nil, err
	}
	first, err := of.entries()
	if err != nil {
		return nil, err
	}
	return desk.New(kept, first, linter, desk.Rules{OneModerator: cfg.OneModerator}, time.Now), nil
}

// fill takes over what this version of the program brings, and reads what is published.
func fill(ctx context.Context, d *desk.Desk, log *slog.Logger) error {
	if err := d.Seed(ctx, d.Published().Entries()); err != nil {
		return err
	}
	return d.Look(ctx, log)
}

// openDesk opens the moderators' desk of a running bot; nil without a store. Until it can
// be read, the embedded entries answer.
func openDesk(ctx context.Context, cfg config.Config, notes outbox.Store, p *pipeline, log *slog.Logger) (*desk.Desk, error) {
	kept, ok := notes.(desk.Store)
	if !ok {
		return nil, nil //nolint:nilnil // no store is no desk and no fault
	}
	d, err := newDesk(kept, cfg, p.parts)
	if err != nil {
		return nil, err
	}
	first, err := p.parts.entries()
	if err != nil {
		return nil, err
	}
	// What is published before anybody follows is in use from the start.
	seed := func(ctx context.Context) error { return d.Seed(ctx, first.Entries()) }
	p.withStore(ctx, notes, log, seed)
	if db, ok := notes.(*store.Store); ok && !db.Up() {
		return d, nil
	}
	if err := d.Look(ctx, log); err != nil {
		log.Error("the entries of the store cannot be read; the embedded ones answer", "err", err)
		return d, nil
	}
	if err := p.use(d.Published()); err != nil { // cards need none, and follow tries again
		log.Error("the published entries cannot be used yet; the embedded ones answer", "err", err)
	}
	return d, nil
}

// use answers from a snapshot, unless it answers already.
func (p *pipeline) use(s *faq.Snapshot) error {
	if s.Revision() == p.answers.Revision() {
		return nil
	}
	if err := p.answers.Use(s); err != nil {
		return fmt.Errorf("index the published entries: %w", err)
	}
	return nil
}

// useStored answers from what is published in the store, if there is one.
func (p *pipeline) useStored(ctx context.Context, s streams, log *slog.Logger) error {
	entries, err := published(ctx, s, log)
	if err != nil {
		return err
	}
	return p.use(entries)
}

// follow lets replies use what is published, whoever did it, until ctx is done. It looks
// every so often, and at once when another replica tells that something was done.
func follow(d *desk.Desk, changed <-chan struct{}, p *pipeline, log *slog.Logger) func(context.Context) error {
	return func(ctx context.Context) error {
		if d == nil {
			return nil
		}
		var both errgroup.Group
		both.Go(func() error { return whenTold(ctx, changed, time.Minute, d.Hurry) })
		d.Watch(ctx, lookEvery, p.answers.Revision(), p.answers.Use, log)
		return both.Wait()
	}
}

// withDesk opens the store of a command line and its desk for as long as do runs.
func withDesk(ctx context.Context, s streams, do func(*desk.Desk) error) (err error) {
	cfg, err := settings(s)
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, cfg.Place())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	d, err := newDesk(db, cfg, s.parts)
	if err != nil {
		return err
	}
	if err := fill(ctx, d, slog.New(slog.NewJSONHandler(s.err, nil))); err != nil {
		return err
	}
	return do(d)
}

// published returns the entries of the store if there is one that was filled, else the
// first ones. It changes no store and makes none.
func published(ctx context.Context, s streams, log *slog.Logger) (*faq.Snapshot, error) {
	first, err := s.parts.entries()
	if err != nil {
		return nil, err
	}
	cfg, err := settings(s)
	if err != nil || !store.IsPostgres(cfg.Place()) && !exists(cfg.Place()) {
		return first, nil //nolint:nilerr // whoever connects to a network hears of wrong settings
	}
	entries := first
	db, err := store.Open(ctx, cfg.Place())
	if err == nil {
		d, fault := newDesk(db, cfg, s.parts)
		if fault != nil {
			return nil, errors.Join(fault, db.Close())
		}
		err = errors.Join(d.Look(ctx, log), db.Close())
		entries = d.Published()
	}
	if err != nil {
		log.Error("the entries of the store cannot be read; the embedded ones answer", "err", err)
	}
	return entries, nil
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
