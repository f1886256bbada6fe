package discord_test

import (
	"io"
	"log/slog"
	"slices"
	"testing"

	"kapbot/internal/outbox"
	"kapbot/internal/platformtest/discordserver"
)

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
