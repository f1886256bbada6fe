package bottest

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"kapbot/bots"
	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/inbox"
	"kapbot/internal/outbox"
	"kapbot/internal/rota"
)

// OpenDesk lets people of a bot's network call peers and send questions to moderators.
// Whoever holds Moderator is a lead moderator.
func OpenDesk(tb testing.TB, b *Bot, notes outbox.Store, network chat.Network, s bots.Sender) {
	tb.Helper()
	roles, err := desk.ParseRoles([]string{string(network) + ":" + Moderator + "=lead"})
	if err != nil {
		tb.Fatal(err)
	}
	p, err := parts()
	if err != nil {
		tb.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	kept, _ := notes.(interface {
		rota.Store
		inbox.Store
	})
	peers, err := rota.New(kept, roles, log, time.Now)
	if err != nil {
		tb.Fatal(err)
	}
	box, err := inbox.New(inbox.Options{Store: kept, Entries: noEntries{}, Encoder: p.encoder, Roles: roles, Log: log, Now: time.Now})
	if err != nil {
		tb.Fatal(err)
	}
	peers.Add(network, s)
	peers.Serve(b.Responder)
	b.Outbox.Tell(peers)
	box.Add(network, s)
	box.Serve(b.Responder)
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = peers.Run(ctx) }) // it ends with ctx and without an error
	tb.Cleanup(func() {
		stop()
		running.Wait()
		box.Close()
	})
}

// noEntries is a desk without entries.
type noEntries struct{ inbox.Entries }

// Summary knows nothing.
func (noEntries) Summary(context.Context, desk.Actor, desk.Key) (desk.Summary, error) {
	return desk.Summary{}, nil
}
