package responder

import (
	"fmt"
	"strings"

	"time"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
)

// Remembered prints what is held of all conversations, words included.
func (r *Responder) Remembered() string {
	r.memory.mu.Lock()
	defer r.memory.mu.Unlock()
	var all strings.Builder
	for k, c := range r.memory.all {
		fmt.Fprintf(&all, "%+v: %+v\n", k, c.state)
	}
	return all.String()
}

// Conversations counts what is held.
func (r *Responder) Conversations() int {
	r.memory.mu.Lock()
	defer r.memory.mu.Unlock()
	return len(r.memory.all)
}

// MaxConversations is how many are held at most.
const MaxConversations = maxConversations

// Held reports whether whoever sent the event is under a hold.
func (r *Responder) Held(ev chat.Event) bool { return r.held(keyOf(ev)) }

// Generation is how many events are remembered, before the older half is dropped.
const Generation = generation

// First notes an event as Receive does.
func (r *Responder) First(ev chat.Event, now time.Time) bool { return r.revisions.first(ev, now) }

// RememberedEvents counts the events that are remembered.
func (r *Responder) RememberedEvents() int { return len(r.revisions.seen) + len(r.revisions.old) }

// Free reports whether something may be generated for an event.
func (r *Responder) Free(ev chat.Event) bool {
	return !r.Held(ev) && r.peers.hold(keyOf(ev), r.memory.known(keyOf(ev)), r.now()) == crisis.Free
}
