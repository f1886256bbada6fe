package main

import (
	"context"
	"log/slog"
	"time"

	"kapbot/internal/outbox"
	"kapbot/internal/rota"
)

// callPeers lets communities call peer supporters, where there is a store to keep
// alerts in.
func callPeers(ctx context.Context, notes outbox.Store, log *slog.Logger, p *pipeline, all []network) error {
	kept, ok := notes.(rota.Store)
	if !ok {
		return nil
	}
	peers, err := rota.New(kept, p.roles, log, time.Now)
	if err != nil {
		return err
	}
	for _, n := range all {
		peers.Add(n.Name(), n.Sender)
	}
	p.withStore(ctx, notes, log, peers.Refresh)
	peers.Serve(p.Responder)
	p.peers, p.beside = peers, append(p.beside, peers.Run)
	return nil
}
