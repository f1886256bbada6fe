package bots

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"kapbot/internal/chat"
)

// Rooms says how the rooms of a network are read. It may change while an adapter
// runs, and is safe for concurrent use. A nil Rooms has none. What one community says
// of a room that it shares holds for that community alone.
type Rooms struct {
	mu    sync.RWMutex
	modes map[chat.Ref]chat.Mode // those from a list are of no space
}

// NewRooms returns the rooms of two lists of ids. A room in both is in Support.
func NewRooms(support, watch []string) *Rooms {
	r := &Rooms{modes: map[chat.Ref]chat.Mode{}}
	for _, id := range watch {
		r.modes[chat.Ref{Channel: id}] = chat.Watch
	}
	for _, id := range support {
		r.modes[chat.Ref{Channel: id}] = chat.Support
	}
	return r
}

// Set says how a room is read from now on, whatever the lists say.
func (r *Rooms) Set(at chat.Ref, mode chat.Mode) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.modes[chat.Ref{Space: at.Space, Channel: at.Channel}] = mode
}

// Mode returns how a room is read.
func (r *Rooms) Mode(at chat.Ref) chat.Mode {
	if r == nil {
		return chat.Mentions
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	if mode, ok := r.modes[chat.Ref{Space: at.Space, Channel: at.Channel}]; ok {
		return mode
	}
	return r.modes[chat.Ref{Channel: at.Channel}]
}

// Read lists the rooms in which everything is read, in a fixed order. Those from a
// list have no Space, unless a command has changed them.
func (r *Rooms) Read() []chat.Ref {
	if r == nil {
		return nil
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	set := map[string]bool{}
	for at := range r.modes {
		set[at.Channel] = set[at.Channel] || at.Space != ""
	}
	var rooms []chat.Ref
	for at, mode := range r.modes {
		if mode != chat.Mentions && (at.Space != "" || !set[at.Channel]) {
			rooms = append(rooms, at)
		}
	}
	slices.SortFunc(rooms, func(a, b chat.Ref) int {
		return cmp.Or(strings.Compare(a.Channel, b.Channel), strings.Compare(a.Space, b.Space))
	})
	return rooms
}
