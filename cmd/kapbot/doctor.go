package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"kapbot/bots"
	"kapbot/internal/chat"
	"kapbot/internal/config"
	"kapbot/internal/desk"
	"kapbot/internal/outbox"
	"kapbot/internal/store"
)

// checkFor is how long one check may take.
const checkFor = 15 * time.Second

type doctorCmd struct{}

// Run checks everything that can be wrong, and says how to mend it.
func (doctorCmd) Run(ctx context.Context, s streams) (err error) {
	cfg, err := settings(s)
	if err != nil {
		return err
	}
	p, err := newPipeline(s.parts, slog.New(slog.DiscardHandler), cfg.Model, s.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	kept := openKept(ctx, cfg)
	defer func() { err = errors.Join(err, kept.close()) }()
	groups := [][]bots.Check{{
		{Name: "crisis triage", Run: func(ctx context.Context) (string, error) { return checkTriage(ctx, p) }},
		{Name: "store", Run: func(ctx context.Context) (string, error) { return kept.check(ctx, cfg) }},
	}}
	if p.model != nil {
		groups = append(groups, []bots.Check{{Name: "language model", Run: func(ctx context.Context) (string, error) { return checkModel(ctx, p) }}})
	}
	all, err := networks(cfg, slog.New(slog.DiscardHandler), p, nil, kept.notes())
	if err != nil {
		return err
	}
	for _, n := range all {
		if c, ok := n.Platform.(bots.Checker); ok {
			groups = append(groups, c.Checks())
		}
	}
	if len(all) == 0 {
		fmt.Fprintln(s.out, "note  chat networks: none is set up; see .env.example")
	} else if len(cfg.Roles) > 0 {
		groups = append(groups, []bots.Check{{Name: "moderators", Run: func(context.Context) (string, error) { return checkRoles(cfg.Roles, all) }}})
	}
	faults := 0
	for _, checks := range groups {
		faults += examine(ctx, s, checks)
	}
	if faults > 0 {
		return fmt.Errorf("to be mended: %d", faults)
	}
	return nil
}

// examine runs checks, prints a line for each and counts the faults. Where the
// first one fails the others would only say the same.
func examine(ctx context.Context, s streams, checks []bots.Check) (faults int) {
	for i, c := range checks {
		ctx, cancel := context.WithTimeout(ctx, checkFor)
		well, err := c.Run(ctx)
		cancel()
		var advice bots.Advice
		switch {
		case err == nil:
			fmt.Fprintf(s.out, "ok    %s: %s\n", c.Name, well)
		case errors.As(err, &advice):
			fmt.Fprintf(s.out, "note  %s: %v\n", c.Name, err)
		default:
			faults++
			fmt.Fprintf(s.out, "FAULT %s: %v\n", c.Name, err)
			if rest := len(checks) - 1; i == 0 && rest > 0 {
				fmt.Fprintf(s.out, "      (%d further checks were left out)\n", rest)
				return faults
			}
		}
	}
	return faults
}

// checkTriage lets the detector read a sentence that it must flag.
func checkTriage(ctx context.Context, p *pipeline) (string, error) {
	ack := p.Handle(ctx, chat.Event{Direct: true, Body: chat.Said{Text: "I want to kill myself"}})
	if ack.Reply == nil || ack.Reply.Kind != chat.Crisis || ack.Reply.Card == nil {
		return "", errors.New("shows no card for a plain sign: do not run this build")
	}
	return "shows its card", nil
}

// kept is the store as the doctor finds it.
type kept struct {
	db    *store.Store // nil where it cannot be opened
	fault error
}

// openKept opens the store once, and not as that of a replica: nobody is to wait for one
// that only looks.
func openKept(ctx context.Context, cfg config.Config) kept {
	ctx, cancel := context.WithTimeout(ctx, checkFor)
	defer cancel()
	db, err := store.Open(ctx, cfg.Place())
	return kept{db, err}
}

// notes is the store for the adapters.
func (k kept) notes() outbox.Store {
	if k.db == nil {
		return outbox.Nowhere{}
	}
	return k.db
}

func (k kept) close() error {
	if k.db == nil {
		return nil
	}
	return k.db.Close()
}

// check says whether the store could be opened as run does it, and be read.
func (k kept) check(ctx context.Context, cfg config.Config) (string, error) {
	if k.db == nil {
		if cfg.Database.Set() {
			return "", k.fault
		}
		return "", fmt.Errorf("set KAPBOT_STORE to a file in a folder that kapbot may write in: %w", k.fault)
	}
	left, err := k.db.Pending(ctx)
	if err != nil {
		return "", err
	}
	what := cfg.Store
	if cfg.Database.Set() {
		what = "PostgreSQL"
	}
	return fmt.Sprintf("%s can be written; %d cards on their way", what, len(left)), nil
}

// checkRoles looks whether somebody is a moderator on each network, and on no other one.
// How a role is written is looked at with all settings.
func checkRoles(list []string, all []network) (string, error) {
	roles, err := desk.ParseRoles(list)
	if err != nil {
		return "", fmt.Errorf("KAPBOT_ROLES: %w", err)
	}
	var errs []error
	for _, n := range all {
		if len(roles[n.Name()]) == 0 {
			errs = append(errs, fmt.Errorf("nobody is a moderator on %s: add %s:id=moderator to KAPBOT_ROLES", n.Name(), n.Name()))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(roles)) {
		if !slices.ContainsFunc(all, func(n network) bool { return n.Name() == name }) {
			errs = append(errs, fmt.Errorf("KAPBOT_ROLES names people on %q, which is not set up: write discord or slack as it is here", name))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return "", bots.Advice(strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	return "somebody is named on each network", nil
}
