package slack

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"kapbot/bots"
	"kapbot/internal/chat"
)

// Slack delivers an event again for about five minutes. What was written while the
// bot was away for longer would be lost, and somebody may have written that they
// want to die: so a start looks back, from where Slack has given up.
const (
	lookFrom = 30 * time.Minute
	lookTo   = 5 * time.Minute
	// lookPage is how many messages of a room are read at most.
	lookPage = 200
	// lookRooms is how many rooms, and how many direct messages, are looked into beside
	// those that are known.
	lookRooms = 200
)

// Directs remembers the direct messages that people have with the bot, by channel
// id: to list them, Slack wants a further scope.
type Directs interface {
	SawDirect(ctx context.Context, network, channel string, at time.Time) error
	// LastDirects lists the channels in which somebody wrote last, newest first.
	LastDirects(ctx context.Context, network string, limit int) ([]string, error)
}

const (
	directsEvery = time.Hour // how often the same one is noted at most
	lastDirects  = 200
)

// sawDirect notes that there is a direct message, now and then.
func (p *Platform) sawDirect(ctx context.Context, channel string) {
	now := time.Now()
	if last, ok := p.directs.get(channel); p.o.Directs == nil || ok && now.Sub(last) < directsEvery {
		return
	}
	p.directs.put(channel, now)
	p.aside(ctx, channel, func(ctx context.Context) error { return p.o.Directs.SawDirect(ctx, string(Network), channel, now) })
}

// catchUp reads what was written while the bot was away, for signs of a crisis only.
// What had its card is known by its key and gets no second one. An app that is in
// several workspaces does not know which of its rooms is where, and looks at none.
func (p *Platform) catchUp(ctx context.Context, h bots.Handler, one *One) {
	began := time.Now()
	bots.Patiently(ctx, []*One{one}, func(one *One) (done bool, err error) {
		return true, p.past(one.home().team, one.Learn(ctx))
	}, func(_ *One, err error) {
		p.o.Log.Warn("Slack does not say whose token SLACK_BOT_TOKEN is; kapbot doctor may tell why", "err", err)
	})
	at := one.home()
	if at.team == "" {
		return
	}
	p.groups.of(at.team, "", began) // asks for them before anybody writes
	var rooms []string
	for _, room := range p.o.Rooms.Read() {
		if room.Space == "" || room.Space == at.team {
			rooms = append(rooms, room.Channel)
		}
	}
	if p.o.Directs != nil {
		bots.Patiently(ctx, []Directs{p.o.Directs}, func(d Directs) (done bool, err error) {
			direct, err := d.LastDirects(ctx, string(Network), lastDirects)
			rooms = append(rooms, direct...)
			return true, err
		}, func(_ Directs, err error) {
			p.o.Log.Error("direct messages of before cannot be read", "err", err)
		})
	}
	rooms = append(rooms, p.belongs(ctx, at.team)...)
	slices.Sort(rooms)
	bots.Patiently(ctx, slices.Compact(rooms), func(id string) (done bool, err error) {
		return true, p.catchUpRoom(ctx, h, at, id, began)
	}, func(id string, err error) {
		p.o.Log.Warn("what was written in a room before cannot be read", "channel", id, "err", err)
	})
}

// past says why something of before cannot be read, and whether it ever can; nil if err
// is.
func (p *Platform) past(team string, err error) error {
	if err == nil {
		return nil
	}
	return p.failed("look back for", team, err)
}

// belongs lists the direct messages that people have begun with the bot and the rooms
// that it is in, as far as its scopes allow: somebody may have written to it there for
// the first time.
func (p *Platform) belongs(ctx context.Context, team string) (rooms []string) {
	bots.Patiently(ctx, [][]string{{"im"}, {"public_channel", "private_channel"}}, func(kinds []string) (done bool, err error) {
		api, err := p.clients.of(ctx, team, false)
		if err != nil {
			return false, p.past(team, err)
		}
		list, _, err := api.GetConversationsForUserContext(ctx, &slack.GetConversationsForUserParameters{Types: kinds, ExcludeArchived: true, Limit: lookRooms})
		for _, c := range list {
			rooms = append(rooms, c.ID)
		}
		return true, p.past(team, err)
	}, func(kinds []string, err error) {
		p.o.Log.Warn("what was written to the bot for the first time while it was away may not be seen; kapbot doctor may tell why", "network", Network, "where", kinds[0], "err", err)
	})
	return rooms
}

func (p *Platform) catchUpRoom(ctx context.Context, h bots.Handler, at home, id string, began time.Time) error {
	api, err := p.clients.of(ctx, at.team, false)
	if err != nil {
		return p.past(at.team, err)
	}
	page, err := api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
		ChannelID: id, Oldest: stamp(began.Add(-lookFrom)), Latest: stamp(began.Add(-lookTo)), Limit: lookPage,
	})
	if err != nil {
		return p.past(at.team, err)
	}
	for _, m := range slices.Backward(page.Messages) { // newest first, so the oldest is last
		if ev, ok := p.readOld(at, id, &m.Msg); ok {
			if err := p.lanes.Go(ctx, lane{ev.At.Conversation(), ev.From.ID}, func() { h.Handle(ctx, ev) }); err != nil {
				return nil //nolint:nilerr // it is being stopped
			}
		}
	}
	return nil
}

// stamp is a time as Slack writes it.
func stamp(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) + ".000000" }

// readOld reads a message from the history as one that is not addressed to the bot,
// so that only a crisis is answered.
func (p *Platform) readOld(at home, channel string, m *slack.Msg) (chat.Event, bool) {
	if !slices.Contains(subtypes, m.SubType) {
		return chat.Event{}, false
	}
	w := written{
		channel: channel, ts: m.Timestamp, thread: m.ThreadTimestamp, user: m.User, bot: m.BotID,
		body:     chat.Said{Text: readable(m.Text, at.bot), Files: files(m.Files), Quoted: quoted(m.Attachments)},
		mentions: names(m.Text, at.bot),
	}
	if m.Edited != nil {
		w.edit = m.Edited.Timestamp
	}
	ev, ok := p.said(at, w)
	ev.Addressed = false
	if m.Edited != nil {
		ev.Body = chat.Edited{Said: w.body}
	}
	return ev, ok
}
