package discord_test

import (
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"kapbot/internal/outbox"
	"kapbot/internal/platformtest/discordserver"
)

func TestWhichServersSomebodyIsOn(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.Elsewhere("930000000000000001", "Veterans of the test", "both", "there")
	s.Direct("here")
	s.Role("here", "77")
	s.Leave("there")
	p := platform(t, s, outbox.Nowhere{}, slog.New(slog.NewTextHandler(io.Discard, nil)), listed())
	on := func(person string) string {
		t.Helper()
		in, err := p.Memberships(t.Context(), person)
		if err != nil {
			return "error"
		}
		var names []string
		for _, m := range in {
			names = append(names, strings.Join(append([]string{m.Space, m.Name}, m.Roles...), " "))
		}
		return strings.Join(names, ", ")
	}
	s.HideMembers(http.StatusBadGateway)
	if got := on("here"); got != "error" {
		t.Errorf("while Discord does not tell: %q", got)
	}
	s.HideMembers(0)
	for person, want := range map[string]string{
		"here": discordserver.Guild + " Test 77", "both": discordserver.Guild + " Test, 930000000000000001 Veterans of the test",
		"there": "930000000000000001 Veterans of the test", "nobody": "",
	} {
		if got := on(person); got != want {
			t.Errorf("%s is on %q, want %q", person, got, want)
		}
	}
	requests := s.Requests()
	on("both")
	if n := s.Requests() - requests; n != 0 {
		t.Errorf("what is known is asked for again: %d requests", n)
	}
}
