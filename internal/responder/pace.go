package responder

import (
	"context"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
	"kapbot/internal/pace"
	"kapbot/prompts"
)

// How often the bot answers. A room shows about one message a second; what is asked
// there faster could not be read.
const (
	personBurst, personEvery = 15, 3 * time.Second
	roomBurst, roomEvery     = 40, time.Second
	formBurst, formEvery     = 5, 20 * time.Second
	tellEvery                = time.Minute // how often somebody is told
)

// paces limit what is answered. Triage comes before them, and cards never ask them.
type paces struct {
	people, forms, told *pace.Pace[person]
	rooms               *pace.Pace[chat.Ref]
}

// person is one, in all rooms of a network.
type person struct {
	network chat.Network
	id      string
}

// Pace limits how many answers a person and a room get. Call it before the first
// event.
func (r *Responder) Pace() {
	r.paces = paces{
		people: pace.New[person](personBurst, personEvery),
		forms:  pace.New[person](formBurst, formEvery),
		told:   pace.New[person](1, tellEvery),
		rooms:  pace.New[chat.Ref](roomBurst, roomEvery),
	}
}

// over says why an event is too much; nil if it is not.
func (p paces) over(ev chat.Event, now time.Time) func(prompts.Texts) string {
	who := person{ev.At.Network, ev.From.ID}
	people := p.people
	if _, form := ev.Body.(chat.Filled); form { // what took long to write is not lost for other haste
		people = p.forms
	}
	switch {
	case !people.Take(who, now):
		return func(t prompts.Texts) string { return t.TooFast }
	case !ev.Direct && !p.rooms.Take(chat.Ref{Network: ev.At.Network, Space: ev.At.Space, Channel: ev.At.Channel}, now):
		return func(t prompts.Texts) string { return t.TooBusy }
	}
	return nil
}

// urgent reports that somebody asks whom to call, or for a person. They are always
// answered.
func (r *Responder) urgent(body chat.Body) bool {
	if route, ok := r.routes.For(body); ok {
		return route.Urgent
	}
	switch b := body.(type) {
	case chat.Command:
		return b.Name == "resources"
	case chat.Pressed:
		return b.Action == chat.ActionCopy
	}
	return false
}

// wait asks somebody to wait. Whoever writes on is told once a minute; a command, a
// button or a form always wants a response. A second opinion still asks for its card.
func (r *Responder) wait(ev chat.Event, v crisis.Verdict, why func(prompts.Texts) string, now time.Time) (chat.Ack, Rest) {
	tell := true
	switch ev.Body.(type) {
	case chat.Said, chat.Edited:
		tell = r.paces.told.Take(person{ev.At.Network, ev.From.ID}, now)
	}
	if !tell && r.second == nil {
		return chat.Ack{}, nil
	}
	return chat.Ack{Later: true}, func(ctx context.Context) (ack chat.Ack) {
		defer func() {
			if p := recover(); p != nil {
				ack = r.recovered(ev, "answer")
			}
		}()
		if level := r.opinion(ctx, ev, v)(); level.ShowsCard() {
			return r.raised(ev, v, level)
		}
		if !tell {
			return chat.Ack{}
		}
		reply := r.answers.Notice(v.Lang, why)
		reply.Private = true
		return show(r.underHold(ev, v, reply))
	}
}
