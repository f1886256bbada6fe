package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
	"golang.org/x/sync/errgroup"

	"kapbot/bots"
)

const (
	// memberFor is how long it counts what servers somebody is on, and how long the
	// bot's own servers count.
	memberFor = 5 * time.Minute
	// mostServers is on how many servers the bot may be for people to be looked for on
	// them: it takes a request for each.
	mostServers = 10
	// mostMembers bounds how many people are remembered.
	mostMembers = 5000
)

// errServers says that the bot is on too many servers to look for somebody.
var errServers = errors.New("the bot is on too many servers to look for somebody on all of them")

var _ bots.MemberReader = (*Platform)(nil)

// members remembers who is on which servers, in memory and for minutes.
type members struct {
	mu      sync.Mutex
	servers []server
	asked   time.Time // for the servers
	known   map[string]membership
}

type server struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type membership struct {
	in []bots.Membership
	at time.Time
}

func newMembers() *members { return &members{known: map[string]membership{}} }

// Memberships returns the servers that somebody shares with the bot, with their roles
// there.
func (p *Platform) Memberships(ctx context.Context, person string) ([]bots.Membership, error) {
	if in, ok := p.members.of(person); ok {
		return in, nil
	}
	all, err := p.servers(ctx)
	if err != nil {
		return nil, err
	}
	found := make([]*bots.Membership, len(all))
	asking, ctx := errgroup.WithContext(ctx)
	for i, s := range all {
		asking.Go(func() (err error) {
			found[i], err = p.member(ctx, s, person)
			return err
		})
	}
	if err := asking.Wait(); err != nil {
		return nil, err //nolint:wrapcheck // wrapped by member
	}
	var in []bots.Membership
	for _, m := range found {
		if m != nil {
			in = append(in, *m)
		}
	}
	p.members.keep(person, in)
	return in, nil
}

// member returns what somebody is on a server, nil if they are not there.
func (p *Platform) member(ctx context.Context, s server, person string) (*bots.Membership, error) {
	body, err := p.request(ctx, p.api, "GET", discordgo.EndpointGuildMember(s.ID, url.PathEscape(person)), nil)
	if code := status(err); code == http.StatusNotFound || code == http.StatusBadRequest { // no member, or no id of anybody
		return nil, nil //nolint:nilnil // no membership and no fault
	}
	if err != nil {
		return nil, fmt.Errorf("look for somebody on a server: %w", err)
	}
	var m discordgo.Member
	if err := json.Unmarshal(body, &m); err != nil {
		return nil, errUnreadable
	}
	return &bots.Membership{Space: s.ID, Name: s.Name, Roles: m.Roles}, nil
}

// servers are those that the bot is on.
func (p *Platform) servers(ctx context.Context) ([]server, error) {
	p.members.mu.Lock()
	all, at := p.members.servers, p.members.asked
	p.members.mu.Unlock()
	if time.Since(at) > memberFor {
		body, err := p.request(ctx, p.api, "GET", discordgo.EndpointUserGuilds("@me"), nil)
		if err != nil {
			return nil, fmt.Errorf("list the bot's servers: %w", err)
		}
		all = nil
		if err := json.Unmarshal(body, &all); err != nil {
			return nil, errUnreadable
		}
		p.members.mu.Lock()
		p.members.servers, p.members.asked = all, time.Now()
		p.members.mu.Unlock()
	}
	if len(all) > mostServers {
		return nil, errServers
	}
	return all, nil
}

func (m *members) of(person string) ([]bots.Membership, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k, ok := m.known[person]
	return k.in, ok && time.Since(k.at) < memberFor
}

func (m *members) keep(person string, in []bots.Membership) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.known) >= mostMembers {
		clear(m.known)
	}
	m.known[person] = membership{in, time.Now()}
}
