package rota

import (
	"context"

	"kapbot/internal/chat"
	"kapbot/internal/responder"
)

// Serve leads the commands and buttons of a responder here, and offers peers under its
// cards.
func (r *Rota) Serve(to *responder.Responder) {
	to.AddOffer(r.offer)
	to.Lead(responder.Routes{
		"alerts": {Reply: func(ctx context.Context, q responder.Request) chat.Reply {
			line := ""
			if c, ok := q.Body.(chat.Command); ok && len(c.Args) > 0 {
				line = c.Args[0].Value
			}
			return r.command(ctx, q.Event, line, q.Lang)
		}},
		actionAsk:   {Reply: r.pressed(r.ask), Urgent: true},
		actionClaim: {Reply: r.pressed(r.claim), Urgent: true},
	})
}

// pressed answers a button in the language of the reply that it is under.
func (r *Rota) pressed(do func(context.Context, chat.Event, chat.Pressed) chat.Reply) func(context.Context, responder.Request) chat.Reply {
	return func(ctx context.Context, q responder.Request) chat.Reply {
		p, _ := q.Body.(chat.Pressed)
		return do(ctx, q.Event, p)
	}
}

// offer is the button with which somebody asks for a peer, under a card that only they
// read. It reads memory only.
func (r *Rota) offer(ev chat.Event, reply chat.Reply) []chat.Button {
	if !ev.Direct || !reply.Kind.ShowsCard() {
		return nil
	}
	return r.Offer(ev.At, reply.Lang)
}

// Offer is the button for a card that only its person reads at a place; none where
// there is nobody to ask.
func (r *Rota) Offer(at chat.Ref, lang chat.Lang) []chat.Button {
	if _, ok := r.home(at); !ok {
		return nil
	}
	return []chat.Button{{Label: r.text(lang).Ask, Action: actionAsk}}
}

// The actions of the buttons.
const (
	actionAsk   = "peer" // asks for a peer supporter
	actionClaim = "take" // takes the alert whose id is the value
)
