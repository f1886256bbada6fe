package bots

import (
	"maps"
	"slices"
	"sync"

	"kapbot/internal/chat"
)

// Rooms says how the rooms of a network are read. It may change while an adapter
// runs, and is safe for concurrent use. A nil Rooms has none.
type Rooms struct {
	mu    sync.RWMutex
	modes map[string]chat.Mode // by the room's id; those in Mentions are left out
}

// NewRooms returns the rooms of two lists of ids. A room in both is in Support.
func NewRooms(support, watch []string) *Rooms {
	r := &Rooms{modes: map[string]chat.Mode{}}
	for _, id := range watch {
		r.modes[id] = chat.Watch
	}
	for _, id := range support {
		r.modes[id] = chat.Support
	}
	return r
}

// Set says how a room is read from now on.
func (r *Rooms) Set(id string, mode chat.Mode) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if mode == chat.Mentions {
		delete(r.modes, id)
		return
	}
	r.modes[id] = mode
}

// Mode returns how a room is read.
func (r *Rooms) Mode(id string) chat.Mode {
	if r == nil {
		return chat.Mentions
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.modes[id]
}

// Read lists the rooms in which everything is read, in a fixed order.
func (r *Rooms) Read() []string {
	if r == nil {
		return nil
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.Sorted(maps.Keys(r.modes))
}
