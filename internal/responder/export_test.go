package responder

import (
	"fmt"

	"kapbot/internal/chat"
)

// Remembered prints what is held of all conversations, words included.
func (r *Responder) Remembered() string {
	r.memory.mu.Lock()
	defer r.memory.mu.Unlock()
	return fmt.Sprintf("%+v", r.memory.states)
}

// Conversations counts what is held.
func (r *Responder) Conversations() int {
	r.memory.mu.Lock()
	defer r.memory.mu.Unlock()
	return len(r.memory.states)
}

// MaxConversations is how many are held at most.
const MaxConversations = maxConversations

// Held reports whether whoever sent the event is under a hold.
func (r *Responder) Held(ev chat.Event) bool { return r.memory.held(keyOf(ev), r.now()) }
