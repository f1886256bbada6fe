package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"kapbot/bots"
	"kapbot/internal/chat"
)

// rolesFor is how long roles are taken for those of today: a page that is read asks a
// network once, and a role that was taken away is gone in a moment.
const rolesFor = 15 * time.Second

// rolesWithin is how long a network is waited for.
const rolesWithin = time.Second

// errNoRoles says that a network cannot be asked for roles.
var errNoRoles = errors.New("the network does not tell roles")

// people knows the roles that members have by now.
type people struct {
	readers map[chat.Network]bots.RoleReader
	mu      sync.Mutex
	known   map[member]seen
}

type member struct {
	network   chat.Network
	space, id string
}

type seen struct {
	roles []string
	until time.Time
}

// newPeople asks those networks that can tell.
func newPeople(all []network) *people {
	p := &people{readers: map[chat.Network]bots.RoleReader{}, known: map[member]seen{}}
	for _, n := range all {
		if r, ok := n.Platform.(bots.RoleReader); ok {
			p.readers[n.Name()] = r
		}
	}
	return p
}

// Person returns a member with the roles of today.
func (p *people) Person(ctx context.Context, network chat.Network, space, id string) (chat.Person, error) {
	reader, ok := p.readers[network]
	if !ok {
		return chat.Person{}, errNoRoles
	}
	who, now := member{network, space, id}, time.Now()
	p.mu.Lock()
	last := p.known[who]
	p.mu.Unlock()
	if now.Before(last.until) {
		return chat.Person{ID: id, Roles: last.roles}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, rolesWithin)
	defer cancel()
	roles, err := reader.Roles(ctx, space, id)
	if err != nil {
		return chat.Person{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for other, s := range p.known {
		if now.After(s.until) {
			delete(p.known, other)
		}
	}
	p.known[who] = seen{roles, now.Add(rolesFor)}
	return chat.Person{ID: id, Roles: roles}, nil
}
