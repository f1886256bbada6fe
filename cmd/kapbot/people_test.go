package main

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"kapbot/bots"
	"kapbot/internal/chat"
)

// teller is a network that tells roles while it is up.
type teller struct {
	bots.Platform
	roles []string
	err   error
	asked int
}

func (*teller) Name() chat.Network { return "net" }

func (r *teller) Roles(context.Context, string, string) ([]string, error) {
	r.asked++
	return r.roles, r.err
}

func TestRolesAreThoseOfToday(t *testing.T) {
	r := &teller{roles: []string{"mods"}}
	p := newPeople([]network{{Platform: r}})
	now := time.Now()
	p.now = func() time.Time { return now }
	is := func(what string, want []string, fails bool) {
		t.Helper()
		got, err := p.Person(t.Context(), "net", "space", "ann")
		if !slices.Equal(got.Roles, want) || (err != nil) != fails {
			t.Errorf("%s: %v, %v", what, got.Roles, err)
		}
	}
	is("at first", []string{"mods"}, false)
	is("at once again", []string{"mods"}, false)
	if r.asked != 1 {
		t.Errorf("asked %d times for one page", r.asked)
	}
	r.roles = nil
	now = now.Add(rolesFor)
	is("a moment after the role was taken away", nil, false)
	r.roles = []string{"mods"}
	now = now.Add(rolesFor)
	is("it is given back", []string{"mods"}, false)
	r.err = errors.New("down")
	now = now.Add(rolesFor)
	is("while the network is down", []string{"mods"}, false)
	now = now.Add(rolesAtMost - rolesFor)
	is("and it stays down", nil, true)
	if _, err := p.Person(t.Context(), "other", "space", "ann"); !errors.Is(err, errNoRoles) {
		t.Errorf("a network that does not tell: %v", err)
	}
}
