package slack

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"golang.org/x/sync/singleflight"

	"kapbot/bots"
)

const (
	// groupsEvery is how often the user groups of a workspace are asked for.
	groupsEvery = time.Minute
	// groupsFor is how long an answer counts: whoever has left a group must not be
	// taken for a moderator because Slack gives no new one.
	groupsFor = 5 * time.Minute
	// groupsIdle is how long a workspace is asked about in which nobody writes.
	groupsIdle = time.Hour
	// groupsAgain is how long a workspace that has just been asked is left alone by those
	// who wait for its answer.
	groupsAgain = 5 * time.Second
)

var (
	_ bots.RoleReader   = (*Platform)(nil)
	_ bots.MemberReader = (*Platform)(nil)
	_ bots.GroupReader  = (*Platform)(nil)
)

// errHome says that Slack has not said yet which workspace the app is in.
var errHome = errors.New("which workspace this is has not been said by Slack")

// errGroups says that Slack has not told for a while who is in which group.
var errGroups = errors.New("who is in which user group is not told by Slack")

// groups knows which user groups people are in. What it does not know it asks for
// beside everything else: nothing that somebody wrote waits for it.
type groups struct {
	// ask lists the groups of a workspace, by the ids of their people.
	ask    func(ctx context.Context, team string) (map[string][]string, error)
	failed func(team string, err error)
	wake   chan struct{}
	asking singleflight.Group

	mu    sync.Mutex
	teams map[string]*membership
}

// A membership is what is known of the groups of a workspace.
type membership struct {
	of       map[string][]string
	at       time.Time // when it was true
	asked    time.Time
	failed   time.Time // when Slack did not tell last
	wanted   time.Time
	complain bool // the last time, it could be asked
}

func newGroups(ask func(context.Context, string) (map[string][]string, error), failed func(string, error)) *groups {
	return &groups{ask: ask, failed: failed, wake: make(chan struct{}, 1), teams: map[string]*membership{}}
}

// of returns the groups that somebody is in, as far as they are known.
func (g *groups) of(team, person string, now time.Time) []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	m := g.teams[team]
	if m == nil {
		m = &membership{complain: true}
		g.teams[team] = m
		select {
		case g.wake <- struct{}{}:
		default:
		}
	}
	m.wanted = now
	if now.Sub(m.at) > groupsFor {
		return nil
	}
	return m.of[person]
}

// now returns the groups that somebody is in by now, and waits for Slack where they are
// not known. While Slack does not tell, the last answer counts for a while.
func (g *groups) now(ctx context.Context, team, person string) ([]string, error) {
	now := time.Now()
	m, ok := g.known(team)
	if !ok || now.Sub(m.at) > groupsEvery && now.Sub(m.failed) > groupsAgain {
		g.of(team, person, now) // from here on it is kept up to date
		g.refresh(ctx, team)
		m, _ = g.known(team)
	}
	if now.Sub(m.at) > groupsFor {
		return nil, errGroups
	}
	return g.of(team, person, now), nil
}

// known returns what is known of a workspace.
func (g *groups) known(team string) (membership, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if m := g.teams[team]; m != nil {
		return *m, true
	}
	return membership{}, false
}

// Roles returns the ids of the user groups that a member of a workspace is in.
func (p *Platform) Roles(ctx context.Context, space, person string) ([]string, error) {
	return p.groups.now(ctx, space, person)
}

// Memberships returns the workspace that the app is in, for whoever may be a member of
// it: Slack tells this app no more. An app that many workspaces install does not know
// whose member somebody is.
func (p *Platform) Memberships(ctx context.Context, person string) ([]bots.Membership, error) {
	one, ok := p.o.Installations.(*One)
	if !ok || !strings.HasPrefix(person, "U") && !strings.HasPrefix(person, "W") {
		return nil, nil
	}
	team := one.home().team
	if team == "" {
		return nil, errHome
	}
	roles, err := p.groups.now(ctx, team, person)
	if err != nil {
		return nil, err
	}
	return []bots.Membership{{Space: team, Name: one.name(), Roles: roles}}, nil
}

// InGroups returns who is in user groups of the workspace that the app is in.
func (p *Platform) InGroups(ctx context.Context, groups []string) ([]string, error) {
	one, ok := p.o.Installations.(*One)
	if !ok {
		return nil, nil
	}
	if one.home().team == "" {
		return nil, errHome
	}
	return p.groups.people(ctx, one.home().team, groups)
}

// people returns who is in groups of a workspace.
func (g *groups) people(ctx context.Context, team string, groups []string) (people []string, err error) {
	if _, err := g.now(ctx, team, ""); err != nil {
		return nil, err
	}
	m, _ := g.known(team)
	for person, in := range m.of { // a map that is never changed, only exchanged
		if slices.ContainsFunc(in, func(id string) bool { return slices.Contains(groups, id) }) {
			people = append(people, person)
		}
	}
	slices.Sort(people)
	return people, nil
}

// keep asks until ctx is done.
func (g *groups) keep(ctx context.Context) {
	tick := time.NewTicker(groupsEvery / 4)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-g.wake:
		case <-tick.C:
		}
		for _, team := range g.due(time.Now()) {
			g.refresh(ctx, team)
		}
	}
}

// due lists the workspaces to ask about, and forgets those in which nobody writes.
func (g *groups) due(now time.Time) (teams []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for team, m := range g.teams {
		switch {
		case now.Sub(m.wanted) > groupsIdle:
			delete(g.teams, team)
		case now.Sub(m.asked) >= groupsEvery:
			m.asked = now
			teams = append(teams, team)
		}
	}
	return teams
}

// refresh asks about a workspace. Who comes while it is asked waits for that answer.
func (g *groups) refresh(ctx context.Context, team string) {
	_, _, _ = g.asking.Do(team, func() (any, error) { g.tell(ctx, team); return nil, nil }) //nolint:nilnil // what it finds is kept
}

func (g *groups) tell(ctx context.Context, team string) {
	asking, cancel := context.WithTimeout(ctx, callFor)
	defer cancel()
	now := time.Now()
	of, err := g.ask(asking, team)
	if ctx.Err() != nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	m := g.teams[team]
	switch {
	case m == nil:
	case err == nil:
		m.of, m.at, m.complain = of, now, true
	default:
		m.failed = now
		if m.complain { // once is enough
			m.complain = false
			g.failed(team, err)
		}
	}
}

// askGroups asks Slack for the user groups of a workspace.
func (p *Platform) askGroups(ctx context.Context, team string) (map[string][]string, error) {
	api, err := p.clients.of(ctx, team, false)
	if err != nil {
		return nil, err
	}
	all, err := api.GetUserGroupsContext(ctx, slack.GetUserGroupsOptionIncludeUsers(true))
	if err != nil {
		return nil, p.failed("list the user groups of the writer of", team, err)
	}
	of := map[string][]string{}
	for _, group := range all {
		for _, person := range group.Users {
			of[person] = append(of[person], group.ID)
		}
	}
	return of, nil
}

func (p *Platform) noGroups(team string, err error) {
	p.o.Log.Warn("who is in which user group is not known: moderators are known by their member ids alone; kapbot doctor may tell why", "network", Network, "team", team, "err", err)
}
