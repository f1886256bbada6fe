package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"kapbot/bots"
	"kapbot/internal/chat"
	"kapbot/internal/config"
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
	groups := [][]bots.Check{{
		{Name: "crisis triage", Run: func(ctx context.Context) (string, error) { return checkTriage(ctx, p) }},
		{Name: "store", Run: func(ctx context.Context) (string, error) { return checkStore(ctx, cfg) }},
	}}
	if p.model != nil {
		groups = append(groups, []bots.Check{{Name: "language model", Run: func(ctx context.Context) (string, error) { return checkModel(ctx, p) }}})
	}
	// checkStore says so if the store cannot be opened.
	notes, closeNotes := openNotes(ctx, cfg.Place(), slog.New(slog.DiscardHandler))
	defer func() { err = errors.Join(err, closeNotes()) }()
	all, err := networks(cfg, slog.New(slog.DiscardHandler), p, nil, notes)
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

// checkStore opens the store as run does.
func checkStore(ctx context.Context, cfg config.Config) (string, error) {
	db, err := store.Open(ctx, cfg.Place())
	if err != nil && cfg.Database.Set() {
		return "", err
	}
	if err != nil {
		return "", fmt.Errorf("set KAPBOT_STORE to a file in a folder that kapbot may write in: %w", err)
	}
	left, err := db.Pending(ctx)
	if err := errors.Join(err, db.Close()); err != nil {
		return "", err
	}
	what := cfg.Store
	if cfg.Database.Set() {
		what = "PostgreSQL"
	}
	return fmt.Sprintf("%s can be written; %d cards on their way", what, len(left)), nil
}
