package inbox

import (
	"kapbot/internal/chat"
	"kapbot/internal/responder"
)

// Routes are those that Serve adds.
func (b *Inbox) Routes() responder.Routes { return b.routes() }

// Offer is what Serve puts under replies.
func (b *Inbox) Offer(ev chat.Event, reply chat.Reply) []chat.Button { return b.offer(ev, reply) }
