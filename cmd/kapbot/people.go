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

// rolesAtMost is how long the roles that were read last count while a network does not
// answer: whoever lost a role must not keep it because the network is down.
const rolesAtMost = 5 * time.Minute

// rolesWithin is how long a network is waited for.
const rolesWithin = time.Second

// errNoRoles says that a network cannot be asked for roles.
var errNoRoles = errors.New("the network does not tell roles")

// people knows the roles that members have by now.
type people struct {
	readers map[chat.Network]bots.RoleReader
	mu      sync.Mutex
	known   map[member]seen
	now     func() time.Time
}

type member struct {
	network   chat.Network
	space, id string
}

type seen struct {
	roles []string
	at    time.Time
}

// newPeople asks those networks that can tell.
func newPeople(all []network) *people {
	p := &people{readers: map[chat.Network]bots.RoleReader{}, known: map[member]seen{}, now: time.Now}
	for _, n := range all {
		if r, ok := n.Platform.(bots.RoleReader); ok {
			p.readers[n.Name()] = r
		}
	}
	return p
}

// Person returns a member with the roles of today. While the network does not answer, the
// last ones count for a while; then there is an error.
func (p *people) Person(ctx context.Context, network chat.Network, space, id string) (chat.Person, error) {
	reader, ok := p.readers[network]
	if !ok {
		return chat.Person{}, errNoRoles
	}
	who := member{network, space, id}
	last := p.last(who)
	age := p.now().Sub(last.at)
	if age < rolesFor {
		return chat.Person{ID: id, Roles: last.roles}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, rolesWithin)
	defer cancel()
	roles, err := reader.Roles(ctx, space, id)
	switch {
	case err == nil:
		p.keep(who, roles)
		return chat.Person{ID: id, Roles: roles}, nil
	case age < rolesAtMost:
		return chat.Person{ID: id, Roles: last.roles}, nil
	}
	return chat.Person{}, err
}

func (p *people) last(who member) seen {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.known[who]
}

// keep remembers what a network said, and forgets what is too old to count.
func (p *people) keep(who member, roles []string) {
	now := p.now()
	p.mu.Lock()
	defer p.mu.Unlock()
	for other, s := range p.known {
		if now.Sub(s.at) >= rolesAtMost {
			delete(p.known, other)
		}
	}
	p.known[who] = seen{roles, now}
}
