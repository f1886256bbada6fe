package store

import (
	"context"
	"fmt"

	"kapbot/internal/chat"
)

// SetRoom keeps how a room is read.
func (s *Store) SetRoom(ctx context.Context, at chat.Ref, mode chat.Mode) error {
	err := s.atomically(ctx, func(q queries) error {
		_, err := q.exec(ctx, `INSERT INTO room (network, space, channel, mode) VALUES (?, ?, ?, ?)
			ON CONFLICT (network, space, channel) DO UPDATE SET mode = excluded.mode`, at.Network, at.Space, at.Channel, mode)
		if err != nil {
			return err
		}
		return notify(ctx, q, Rooms)
	})
	if err != nil {
		return fmt.Errorf("keep the mode of a room: %w", err)
	}
	return nil
}

// Rooms returns how the rooms of a network are read. Each keeps its community, in
// which alone it counts.
func (s *Store) Rooms(ctx context.Context, network chat.Network) (map[chat.Ref]chat.Mode, error) {
	modes := map[chat.Ref]chat.Mode{}
	_, err := list(ctx, s.reads, func(read scan) (chat.Ref, error) {
		at, mode := chat.Ref{Network: network}, uint8(0)
		err := read(&at.Space, &at.Channel, &mode)
		modes[at] = chat.Mode(mode)
		return at, err
	}, "SELECT space, channel, mode FROM room WHERE network = ?", network)
	if err != nil {
		return nil, fmt.Errorf("list the modes of rooms: %w", err)
	}
	return modes, nil
}
