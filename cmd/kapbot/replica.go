package main

import (
	"context"
	"log/slog"
	"sync"

	"kapbot/internal/outbox"
	"kapbot/internal/store"
)

// attend tells other replicas that this one lives, until the function that it returns
// is called: after the last card was sent, so that nobody takes it over.
func attend(notes outbox.Store, log *slog.Logger) (leave func()) {
	return beside(context.Background(), notes, func(ctx context.Context, db *store.Store) { db.Attend(ctx, log) })
}

// takeOver sends the cards of replicas that have ended, until the function that it
// returns is called.
func takeOver(ctx context.Context, notes outbox.Store, cards *outbox.Outbox, networks []outbox.Network) (stop func()) {
	return beside(ctx, notes, func(ctx context.Context, _ *store.Store) { cards.Watch(ctx, networks, told(notes, store.Leases)) })
}

// share exchanges with other replicas what is known of conversations, until the function
// that it returns is called.
func share(ctx context.Context, notes outbox.Store, log *slog.Logger, p *pipeline) (stop func()) {
	return beside(ctx, notes, func(ctx context.Context, db *store.Store) {
		var both sync.WaitGroup
		both.Go(func() { p.Share(ctx, db, db.Told(store.Holds)) })
		both.Go(func() { db.Work(ctx, log, db.Forget()) })
		both.Wait()
	})
}

// beside runs do where a store may have other replicas, and returns what ends it.
func beside(ctx context.Context, notes outbox.Store, do func(ctx context.Context, db *store.Store)) (stop func()) {
	db, ok := notes.(*store.Store)
	if !ok || !db.Shared() {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { do(ctx, db) })
	return func() {
		cancel()
		running.Wait()
	}
}
