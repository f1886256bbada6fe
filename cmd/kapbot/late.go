package main

import (
	"context"
	"log/slog"
	"time"

	"kapbot/internal/outbox"
	"kapbot/internal/store"
)

const (
	// startPatience is how long a start waits for the store. Cards and the embedded
	// entries need none.
	startPatience = 5 * time.Second
	// Between attempts at what a start reads from the store.
	firstAgain   = time.Second
	longestAgain = 30 * time.Second
)

// openNotes opens the store, in which cards are noted. Where it cannot be opened cards
// are sent all the same, only not again after a crash, and it is tried until it can.
func openNotes(ctx context.Context, where string, log *slog.Logger) (notes outbox.Store, closeNotes func() error) {
	db, err := store.Later(where)
	if err != nil {
		log.Error("there is no store: cards are sent, but a crash could lose one that is on its way. Mend KAPBOT_STORE or DATABASE_URL and start again", "err", err)
		return outbox.Nowhere{}, func() error { return nil }
	}
	db.Arrive(ctx, log, startPatience)
	return db, db.Close
}

// withStore does what a start needs the store for: now, and if that fails again and
// again beside the networks. log says what does not work until then.
func (p *pipeline) withStore(ctx context.Context, notes outbox.Store, log *slog.Logger, do func(context.Context) error) {
	if later := retried(ctx, notes, log, do); later != nil {
		p.beside = append(p.beside, later)
	}
}

// retried does something that needs the store, and returns what does it later if that
// failed; nil if not.
func retried(ctx context.Context, notes outbox.Store, log *slog.Logger, do func(context.Context) error) (later func(context.Context) error) {
	db, ok := notes.(*store.Store)
	there := !ok || db.Up()
	if there {
		err := do(ctx)
		if err == nil {
			return nil
		}
		log.Error("it is tried again and again", "err", err)
	}
	return func(ctx context.Context) error {
		if ok {
			select {
			case <-db.Arrived():
			case <-ctx.Done():
				return nil
			}
		}
		for wait := firstAgain; do(ctx) != nil; wait = min(2*wait, longestAgain) {
			select {
			case <-time.After(wait):
			case <-ctx.Done():
				return nil
			}
		}
		return nil
	}
}

// told is what tells that other replicas have changed something; nil where there are
// none.
func told(notes outbox.Store, of store.Topic) <-chan struct{} {
	if db, ok := notes.(*store.Store); ok && db.Shared() {
		return db.Told(of)
	}
	return nil
}

// whenTold does something whenever it is told, and every so often, until ctx is done.
func whenTold(ctx context.Context, told <-chan struct{}, every time.Duration, do func()) error {
	look := time.NewTicker(every)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-told:
		case <-look.C:
		}
		do()
	}
}
