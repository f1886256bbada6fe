package inbox

import (
	"context"
	"time"

	"kapbot/bots"
	"kapbot/internal/chat"
)

// homeWithin is how long an answer waits to hear which communities its person is in.
const homeWithin = 700 * time.Millisecond

// mostHomes is among how many communities somebody can choose.
const mostHomes = 5

// A home is a community whose moderators somebody may write to.
type home struct {
	of   chat.Community
	name string // for people; empty where it is plain
}

// homes are where an event happened or, of a direct message that is in no community,
// those that its person shares with the bot. There are none where nobody can tell: a
// button is missing then, and nothing else.
func (b *Inbox) homes(ctx context.Context, ev chat.Event) []home {
	if ev.At.Space != "" {
		return []home{{of: ev.At.Community()}}
	}
	reader, ok := b.networks[ev.At.Network].(bots.MemberReader)
	if !ok {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, homeWithin)
	defer cancel()
	in, err := reader.Memberships(ctx, ev.From.ID)
	if err != nil {
		b.Log.Debug("which communities somebody is in is not known", "network", ev.At.Network, "err", err)
		return nil
	}
	var all []home
	for _, m := range in {
		all = append(all, home{chat.Community{Network: ev.At.Network, Space: m.Space}, m.Name})
	}
	return all
}

// home is the one with a space, or the only one where none is named. Whoever names a
// community is in it.
func (b *Inbox) home(ctx context.Context, ev chat.Event, space string) (chat.Community, bool) {
	all := b.homes(ctx, ev)
	for _, h := range all {
		if h.of.Space == space || space == "" && len(all) == 1 {
			return h.of, true
		}
	}
	return chat.Community{}, false
}
