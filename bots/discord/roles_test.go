package discord_test

import (
	"io"
	"log/slog"
	"slices"
	"testing"

	"kapbot/bots/discord"
	"kapbot/internal/chat"
	"kapbot/internal/outbox"
	"kapbot/internal/platformtest/discordserver"
)

func TestWhoMayReadARoom(t *testing.T) {
	s := newServer(t)
	for _, person := range []string{"200", "300", "400"} {
		s.Role(person, "77")
		s.Direct(person) // makes them known
	}
	s.Leave("400")
	open, staff := s.Room("1000"), s.Room("2000")
	s.Hide(staff, "300")
	p := platform(t, s, outbox.Nowhere{}, slog.New(slog.NewTextHandler(io.Discard, nil)), listed())
	for _, test := range []struct {
		name, room, person string
		want               bool
	}{
		{"an open room", open, "300", true},
		{"a closed room, a member of it", staff, "200", true},
		{"a closed room, somebody else", staff, "300", false},
		{"a thread of an open room", s.Thread("1001", open, false), "300", true},
		{"a thread of a closed room", s.Thread("2001", staff, false), "300", false},
		{"a private thread, somebody in it", s.PrivateThread("1002", open, "300"), "300", true},
		{"a private thread, somebody else", s.PrivateThread("1003", open, "300"), "200", false},
		{"somebody who has left", open, "400", false},
		{"a room that is gone", "9999", "300", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			at := chat.Ref{Network: discord.Network, Space: discordserver.Guild, Channel: test.room, Message: "1"}
			if got, err := p.MayRead(t.Context(), test.person, at); got != test.want || err != nil {
				t.Errorf("%v, %v", got, err)
			}
		})
	}
}

func TestRolesOfMembers(t *testing.T) {
	s := newServer(t)
	s.Direct("member") // makes them known
	s.Role("member", "77")
	p := platform(t, s, outbox.Nowhere{}, slog.New(slog.NewTextHandler(io.Discard, nil)), listed())
	for person, want := range map[string][]string{"member": {"77"}, "left": nil} {
		if got, err := p.Roles(t.Context(), discordserver.Guild, person); err != nil || !slices.Equal(got, want) {
			t.Errorf("roles of %s: %v, %v; want %v", person, got, err, want)
		}
	}
}
