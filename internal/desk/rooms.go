package desk

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"kapbot/internal/chat"
)

// A RoomMode is how a room is read, and who said so.
type RoomMode struct {
	Mode chat.Mode
	By   string    // the id of a person; "" where the settings say it, or nobody kept it
	At   time.Time // zero where By is ""
}

// RoomStore keeps how rooms are read.
type RoomStore interface {
	SetRoom(ctx context.Context, at chat.Ref, to RoomMode) error
	Rooms(ctx context.Context, network chat.Network) (map[chat.Ref]RoomMode, error)
}

// Switch changes how an adapter reads a room; *bots.Rooms is one.
type Switch interface {
	Set(at chat.Ref, mode chat.Mode)
	Mode(at chat.Ref) chat.Mode
}

// Rooms lets moderators say how rooms are read. Fill it before it is used.
type Rooms struct {
	roles    Roles
	store    RoomStore // nil where there is none
	now      func() time.Time
	switches map[chat.Network]Switch
	mu       sync.Mutex // what was read earlier must not undo what is set now
}

// NewRooms returns the rooms of a desk. Without a store, which may be nil, nothing
// can be changed.
func NewRooms(roles Roles, store RoomStore, now func() time.Time) *Rooms {
	return &Rooms{roles: roles, store: store, now: now, switches: map[chat.Network]Switch{}}
}

// Add hands over the rooms of a network. Add all before the first Refresh.
func (r *Rooms) Add(network chat.Network, s Switch) { r.switches[network] = s }

// Refresh sets what was changed earlier, or at another replica.
func (r *Rooms) Refresh(ctx context.Context) error {
	var errs []error
	for network, s := range r.switches {
		errs = append(errs, r.read(ctx, network, s))
	}
	return errors.Join(errs...)
}

func (r *Rooms) read(ctx context.Context, network chat.Network, s Switch) error {
	if r.store == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	modes, err := r.store.Rooms(ctx, network)
	if err != nil {
		return fmt.Errorf("read how the rooms of %s are read: %w", network, err)
	}
	for at, is := range modes {
		s.Set(at, is.Mode)
	}
	return nil
}

// ErrNoRoom says that there is no room whose reading could be changed: a direct
// message, the terminal, or a bot without a store.
var ErrNoRoom = errors.New("there is no room here that can be read another way")

// SetMode says how a room is read from now on. The error is a *DeniedError for whoever
// is no moderator.
func (r *Rooms) SetMode(ctx context.Context, at chat.Ref, by chat.Person, mode chat.Mode) error {
	if r.roles.Of(at.Network, by) < Moderator {
		return &DeniedError{Moderator}
	}
	s := r.switches[at.Network]
	if s == nil || r.store == nil || at.Space == "" {
		return ErrNoRoom
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.store.SetRoom(ctx, at, RoomMode{mode, by.ID, r.now()}); err != nil {
		return fmt.Errorf("keep how a room is read: %w", err)
	}
	s.Set(at, mode)
	return nil
}

// Mode says how a room is read, and who said so last. The errors are those of SetMode.
func (r *Rooms) Mode(ctx context.Context, at chat.Ref, by chat.Person) (RoomMode, error) {
	if r.roles.Of(at.Network, by) < Moderator {
		return RoomMode{}, &DeniedError{Moderator}
	}
	s := r.switches[at.Network]
	if s == nil || at.Space == "" {
		return RoomMode{}, ErrNoRoom
	}
	if r.store == nil {
		return RoomMode{Mode: s.Mode(at)}, nil
	}
	modes, err := r.store.Rooms(ctx, at.Network)
	if err != nil {
		return RoomMode{}, fmt.Errorf("read how a room is read: %w", err)
	}
	is := modes[chat.Ref{Network: at.Network, Space: at.Space, Channel: at.Channel}]
	is.Mode = s.Mode(at) // that of the settings, where nobody said anything
	return is, nil
}
