// Package bots names what an adapter is: a Platform turns its network's events
// into chat values, hands them to a Handler and shows what comes back. It
// decides nothing; the folders beside this file hold one adapter each.
package bots

import (
	"context"

	"kapbot/internal/chat"
)

// A Handler decides what to show for an event.
type Handler interface {
	Handle(ctx context.Context, ev chat.Event) chat.Ack
}

// A Platform is a place where people write.
type Platform interface {
	// Name is the network that the platform's Refs carry.
	Name() chat.Network
	// Run hands events to h until ctx is done or the platform ends by itself.
	Run(ctx context.Context, h Handler) error
}
