package responder

import (
	"sync"
	"time"

	"kapbot/internal/chat"
)

// How long it is remembered that an event was handled: at least remember, at
// most twice as long. Networks deliver an event again for up to an hour. A
// generation also ends when it is full.
const (
	remember   = time.Hour
	generation = 100_000
)

// revisions remembers by their keys which events were handled, and of each
// message which event was the last. It holds ids only.
type revisions struct {
	mu         sync.Mutex
	seen, old  map[string]bool // whether it was addressed to the bot
	messages   map[chat.Ref]message
	oldMessage map[chat.Ref]message
	since      time.Time
}

// A message is what is known of one.
type message struct {
	last   string // key of the last event
	gone   bool
	edited bool
	carded bool // it got a card
}

func newRevisions() *revisions {
	return &revisions{seen: map[string]bool{}, messages: map[chat.Ref]message{}}
}

// first notes an event and reports whether it is the first time. An event without
// a key is always new. One that was read as not addressed to the bot is new when it
// comes as addressed: what an adapter reads again after a restart, for signs of a
// crisis only, must not keep its question from being answered.
func (r *revisions) first(ev chat.Event, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Sub(r.since) > remember || len(r.seen) >= generation {
		r.old, r.seen = r.seen, map[string]bool{}
		r.oldMessage, r.messages = r.messages, map[chat.Ref]message{}
		r.since = now
	}
	if ev.Key == "" {
		return true
	}
	key := string(ev.At.Network) + " " + ev.Key
	addressed, known := r.seen[key]
	before, knew := r.old[key]
	if (known || knew) && (addressed || before || !ev.Addressed) {
		return false
	}
	r.seen[key] = ev.Addressed
	r.note(ev)
	return true
}

// note remembers what became of the message of an event. Events may come out of
// order: a first revision that comes after an edit or a deletion is not the last.
func (r *revisions) note(ev chat.Event) {
	if ev.At.Message == "" {
		return
	}
	m := r.get(ev.At)
	switch ev.Body.(type) {
	case chat.Said:
		if m.edited || m.gone {
			return
		}
	case chat.Edited:
		if m.gone {
			return
		}
		m.edited = true
	case chat.Deleted:
		m.gone = true
	default:
		return
	}
	m.last = ev.Key
	r.messages[ev.At] = m
}

func (r *revisions) get(at chat.Ref) message {
	if m, ok := r.messages[at]; ok {
		return m
	}
	return r.oldMessage[at]
}

// newest reports whether no later event of the same message has come.
func (r *revisions) newest(ev chat.Event) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.get(ev.At)
	return ev.Key == "" || m.last == "" || m.last == ev.Key
}

// card notes that a message gets a card, and reports whether it had one before.
func (r *revisions) card(at chat.Ref) (before bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if at.Message == "" {
		return false
	}
	m := r.get(at)
	before, m.carded = m.carded, true
	r.messages[at] = m
	return before
}
