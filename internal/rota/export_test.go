package rota

import (
	"context"

	"kapbot/internal/chat"
)

// Work does once what Run does again and again.
func (r *Rota) Work(ctx context.Context) error { return r.work(ctx) }

// Command is command.
func (r *Rota) Command(ctx context.Context, ev chat.Event, line string, lang chat.Lang) chat.Reply {
	return r.command(ctx, ev, line, lang)
}

// Claim is claim.
func (r *Rota) Claim(ctx context.Context, ev chat.Event, p chat.Pressed) chat.Reply {
	return r.claim(ctx, ev, p)
}

// Ask is ask.
func (r *Rota) Ask(ctx context.Context, ev chat.Event, p chat.Pressed) chat.Reply {
	return r.ask(ctx, ev, p)
}
