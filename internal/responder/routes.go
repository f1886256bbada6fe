package responder

import (
	"context"
	"slices"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
)

// A Route is where a command, a button or a form leads that is not the responder's
// own. Its words have passed triage by then.
type Route struct {
	// Open returns the form that an event opens; nil if it opens none, or none now.
	// For Filled it is the form again, with what is wrong in it. The network waits for
	// it: it has OpenWithin and no more. Open may be nil.
	Open func(ev chat.Event) *chat.Form
	// Reply answers an event that opens no form.
	Reply func(ctx context.Context, q Request) chat.Reply
	// Explain returns a button to put under the card that an event got instead of
	// its reply, if one is wanted. It may be nil.
	Explain func(ev chat.Event, level string) (chat.Button, bool)
	// Urgent says that somebody needs a person: nobody who comes this way is asked to
	// wait.
	Urgent bool
}

// A Request is an event that is to be answered, and what triage made of it.
type Request struct {
	chat.Event
	Lang    chat.Lang
	Level   string   // never one that shows a card
	Signals []string // names of rules
	// Answer is what the bot would answer to a question in the words of the event.
	Answer func(question string) chat.Reply
}

// Routes are found by the name of a command ("faq edit"), the action of a button or
// the name of a form. The three must not share a name.
type Routes map[string]Route

// Lead adds routes. Call it before the first event.
func (r *Responder) Lead(routes Routes) {
	if r.routes == nil {
		r.routes = Routes{}
	}
	for name, route := range routes {
		r.routes[name] = route
	}
}

// For returns where an event leads.
func (r Routes) For(body chat.Body) (Route, bool) {
	var name string
	switch b := body.(type) {
	case chat.Command:
		name = b.Name
	case chat.Pressed:
		name = b.Action
	case chat.Filled:
		name = b.Form
	}
	route, ok := r[name]
	return route, ok
}

// OpenWithin is how long a network waits for a form, with time left to show it.
const OpenWithin = 1200 * time.Millisecond

// form returns the form that an event opens, if it opens one.
func (r *Responder) form(ev chat.Event) *chat.Form {
	route, ok := r.routes.For(ev.Body)
	if !ok || route.Open == nil {
		return nil
	}
	return route.Open(ev)
}

// explain puts the button of a route under a card.
func (r *Responder) explain(ev chat.Event, level string, card *chat.Reply) {
	route, ok := r.routes.For(ev.Body)
	if !ok || route.Explain == nil {
		return
	}
	if b, ok := route.Explain(ev, level); ok {
		card.Buttons = append(card.Buttons, b)
	}
}

// EntryForms are the forms in which moderators write entries: by name, the fields
// that hold the text of the entry.
type EntryForms map[string][]string

// EditEntries lets whoever roles makes a moderator write entries in forms. Entries
// speak of suicide, and writing one is no cry for help. Call it before the first event.
func (r *Responder) EditEntries(roles desk.Roles, forms EntryForms) {
	r.editors, r.entryForms = roles, forms
}

// personal returns the event without the text of an entry that a moderator writes,
// which is the only text that is not triaged. What else they typed into the form is.
func (r *Responder) personal(ev chat.Event) chat.Event {
	f, ok := ev.Body.(chat.Filled)
	entry, ours := r.entryForms[f.Form]
	if !ok || !ours || r.editors.Of(ev.At.Network, ev.From) < desk.Moderator {
		return ev
	}
	f.Fields = slices.DeleteFunc(slices.Clone(f.Fields), func(field chat.Field) bool { return slices.Contains(entry, field.Name) })
	ev.Body = f
	return ev
}
