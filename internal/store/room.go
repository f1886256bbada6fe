package store

import (
	"context"
	"errors"
	"fmt"

	"kapbot/internal/chat"
)

// rooms holds how rooms are read where a moderator said so.
const rooms = `
CREATE TABLE IF NOT EXISTS room (
	network TEXT NOT NULL,
	space   TEXT NOT NULL,
	channel TEXT NOT NULL,
	mode    INTEGER NOT NULL,
	PRIMARY KEY (network, space, channel)
) WITHOUT ROWID, STRICT;`

// SetRoom keeps how a room is read.
func (s *SQLite) SetRoom(ctx context.Context, at chat.Ref, mode chat.Mode) error {
	_, err := s.db.ExecContext(ctx, `INSERT INTO room (network, space, channel, mode) VALUES (?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET mode = excluded.mode`, at.Network, at.Space, at.Channel, mode)
	if err != nil {
		return fmt.Errorf("keep the mode of a room: %w", err)
	}
	return nil
}

// Rooms returns how the rooms of a network are read, by the room's id.
func (s *SQLite) Rooms(ctx context.Context, network chat.Network) (modes map[string]chat.Mode, err error) {
	rows, err := s.db.QueryContext(ctx, "SELECT channel, mode FROM room WHERE network = ?", network)
	if err != nil {
		return nil, fmt.Errorf("list the modes of rooms: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	modes = map[string]chat.Mode{}
	for rows.Next() {
		var channel string
		var mode uint8
		if err := rows.Scan(&channel, &mode); err != nil {
			return nil, fmt.Errorf("read the mode of a room: %w", err)
		}
		modes[channel] = chat.Mode(mode)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list the modes of rooms: %w", err)
	}
	return modes, nil
}
