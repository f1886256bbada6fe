package slack

import (
	"context"
	"sync"
	"time"

	"github.com/slack-go/slack"
)

const (
	// groupsEvery is how often the user groups of a workspace are asked for.
	groupsEvery = time.Minute
	// groupsFor is how long an answer counts: whoever has left a group must not be
	// taken for a moderator because Slack gives no new one.
	groupsFor = 5 * time.Minute
	// groupsIdle is how long a workspace is asked about in which nobody writes.
	groupsIdle = time.Hour
)

// groups knows which user groups people are in. What it does not know it asks for
// beside everything else: nothing that somebody wrote waits for it.
type groups struct {
	// ask lists the groups of a workspace, by the ids of their people.
	ask    func(ctx context.Context, team string) (map[string][]string, error)
	failed func(team string, err error)
	wake   chan struct{}

	mu    sync.Mutex
	teams map[string]*membership
}

// A membership is what is known of the groups of a workspace.
type membership struct {
	of       map[string][]string
	at       time.Time // when it was true
	asked    time.Time
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

func (g *groups) refresh(ctx context.Context, team string) {
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
	case m.complain: // once is enough
		m.complain = false
		g.failed(team, err)
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
