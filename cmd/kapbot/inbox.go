package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"kapbot/internal/config"
	"kapbot/internal/desk"
	"kapbot/internal/inbox"
	"kapbot/internal/outbox"
	"kapbot/internal/store"
	"kapbot/internal/vault"
)

// How often the inbox looks whether an answer has come, and what is to be erased.
const (
	tellEvery  = 30 * time.Second
	eraseEvery = 6 * time.Hour
)

// openInbox lets people send questions to their moderators, where there is a store to
// keep them in.
func openInbox(cfg config.Config, notes outbox.Store, entries *desk.Desk, log *slog.Logger, p *pipeline, all []network) error {
	kept, ok := notes.(*store.Store)
	if !ok || entries == nil {
		return nil
	}
	o := inbox.Options{Store: kept, Entries: entries, Encoder: p.encoder, Roles: p.roles, Log: log, Now: time.Now}
	if cfg.Key.Set() {
		key, err := vault.ParseKey(cfg.Key.Reveal())
		if err != nil {
			return fmt.Errorf("KAPBOT_KEY: %w", err)
		}
		if o.Sealer, err = vault.New(key); err != nil {
			return fmt.Errorf("KAPBOT_KEY: %w", err)
		}
	}
	box, err := inbox.New(o)
	if err != nil {
		return err
	}
	for _, n := range all {
		box.Add(n.Name(), n.Sender)
	}
	box.Serve(p.Responder)
	p.inbox = box
	p.beside = append(p.beside, func(ctx context.Context) error {
		defer box.Close()
		kept.Work(ctx, log,
			store.Job{Name: "tell of answers", Every: tellEvery, Do: box.Tell},
			store.Job{Name: "erase what people sent", Every: eraseEvery, Do: box.Erase})
		return nil
	})
	return nil
}
