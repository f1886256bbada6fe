package responder

import "kapbot/internal/chat"

// A Counter counts replies. It works in memory: it comes before a card is shown.
type Counter interface {
	Count(at chat.Ref, r chat.Reply)
}

// CountWith counts the cards and the answers to questions. Call it before the first
// event.
func (r *Responder) CountWith(c Counter) { r.counter = c }

// counted counts what is shown for an event: a card, or the answer to a question that
// was asked just now.
func (r *Responder) counted(ev chat.Event, ack chat.Ack) chat.Ack {
	if r.counter == nil || ack.Reply == nil {
		return ack
	}
	asked := false
	switch body := ev.Body.(type) {
	case chat.Said:
		asked = true
	case chat.Command:
		asked = body.Name == "ask"
	}
	if asked || ack.Reply.Kind.ShowsCard() {
		r.counter.Count(ev.At, *ack.Reply)
	}
	return ack
}
