package store

import (
	"context"
	"fmt"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
)

// SetRoom keeps how a room is read, and who said so.
func (s *Store) SetRoom(ctx context.Context, at chat.Ref, to desk.RoomMode) error {
	err := s.atomically(ctx, func(q queries) error {
		_, err := q.exec(ctx, `INSERT INTO room (network, space, channel, mode, person, at) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (network, space, channel) DO UPDATE SET mode = excluded.mode, person = excluded.person, at = excluded.at`,
			at.Network, at.Space, at.Channel, to.Mode, to.By, stamp(to.At))
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
func (s *Store) Rooms(ctx context.Context, network chat.Network) (map[chat.Ref]desk.RoomMode, error) {
	modes := map[chat.Ref]desk.RoomMode{}
	_, err := list(ctx, s.reads, func(read scan) (chat.Ref, error) {
		ref, mode, is, at := chat.Ref{Network: network}, uint8(0), desk.RoomMode{}, int64(0)
		err := read(&ref.Space, &ref.Channel, &mode, &is.By, &at)
		is.Mode, is.At = chat.Mode(mode), instant(at)
		modes[ref] = is
		return ref, err
	}, "SELECT space, channel, mode, person, at FROM room WHERE network = ?", network)
	if err != nil {
		return nil, fmt.Errorf("list the modes of rooms: %w", err)
	}
	return modes, nil
}
