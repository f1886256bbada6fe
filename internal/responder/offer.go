package responder

import "kapbot/internal/chat"

// An Offer returns buttons to be put under a reply, a card among them. It reads memory
// only, and a bug in it costs no more than its buttons.
type Offer func(ev chat.Event, reply chat.Reply) []chat.Button

// AddOffer puts buttons under replies. Call it before the first event.
func (r *Responder) AddOffer(o Offer) { r.offers = append(r.offers, o) }

// offered returns a reply with the buttons of all offers.
func (r *Responder) offered(ev chat.Event, reply chat.Reply) chat.Reply {
	for _, o := range r.offers {
		reply.Buttons = append(reply.Buttons[:len(reply.Buttons):len(reply.Buttons)], r.safely(o, ev, reply)...)
	}
	return reply
}

func (r *Responder) safely(o Offer, ev chat.Event, reply chat.Reply) (buttons []chat.Button) {
	defer func() {
		if recover() != nil {
			r.log.Error("recovered while making an offer", "network", ev.At.Network)
			buttons = nil
		}
	}()
	return o(ev, reply)
}
