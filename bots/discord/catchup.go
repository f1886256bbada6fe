package discord

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/bwmarrin/discordgo"

	"kapbot/bots"
)

// lookBack is how far back a new gateway session reads. A session that is resumed
// gets from Discord what it missed; a new one gets nothing, and somebody may have
// written meanwhile that they want to die.
const lookBack = 10 * time.Minute

// What is read of a room at most, the newest first: pages of so many messages. Discord
// gives no longer ones.
const (
	pages   = 20
	perPage = 100
)

// inTurn is how many messages of before are handled at a time.
const inTurn = 16

// lookRooms is how many rooms of a server are looked into for mentions.
const lookRooms = 20

// Directs remembers the direct messages that people have with the bot, by channel
// id: Discord does not list them.
type Directs interface {
	SawDirect(ctx context.Context, network, channel string, at time.Time) error
	// LastDirects lists the channels in which somebody wrote last, newest first.
	LastDirects(ctx context.Context, network string, limit int) ([]string, error)
}

const (
	directsEvery = time.Hour // how often the same one is noted at most
	lastDirects  = 200
)

// catchUp reads what was written before this session began, for signs of a crisis
// only. What had its card is known by its key and gets no second one.
func (p *Platform) catchUp(ctx context.Context, h bots.Handler, began time.Time) {
	var rooms []string
	for _, at := range p.Rooms.Read() {
		rooms = append(rooms, at.Channel)
	}
	p.catchUpRooms(ctx, h, rooms, began)
}

// catchUpDirects does the same for direct messages, as soon as the store can name them.
func (p *Platform) catchUpDirects(ctx context.Context, h bots.Handler, began time.Time) {
	bots.Patiently(ctx, []Directs{p.Directs}, func(d Directs) (done bool, err error) {
		rooms, err := d.LastDirects(ctx, string(Network), lastDirects)
		if err != nil {
			return false, err
		}
		p.catchUpRooms(ctx, h, rooms, began)
		return true, nil
	}, func(_ Directs, err error) {
		p.Log.Error("direct messages of before cannot be read", "err", err)
	})
}

// catchUpRooms reads the newest page of each room, then the page before it, and so on:
// what was written last is what nobody has read, most likely. Only a few messages are
// handled at a time, so that somebody who writes now does not wait behind all of them.
func (p *Platform) catchUpRooms(ctx context.Context, h bots.Handler, rooms []string, began time.Time) {
	after, turns := snowflake(began.Add(-lookBack)), make(chan struct{}, inTurn)
	var all []*past
	for _, id := range rooms {
		all = append(all, &past{id: id, before: snowflake(began) + 1<<22})
	}
	bots.Patiently(ctx, all, func(r *past) (done bool, err error) {
		late, more, err := p.older(ctx, r, after)
		if err != nil {
			return false, err
		}
		for _, m := range slices.Backward(late) { // newest first, so the oldest is last
			p.again(ctx, h, m, turns)
		}
		r.pages++
		return !more || r.pages == pages, nil
	}, func(r *past, err error) {
		if status(err) != http.StatusForbidden { // a room that is closed to the bot
			p.Log.Warn("what was written in a room before cannot be read", "channel", r.id, "err", err)
		}
	})
}

// A past is a room that is read backwards.
type past struct {
	id     string
	guild  string
	known  bool  // whether guild is known
	before int64 // the id of a message: those before it have not been read
	pages  int   // that have been read
}

// older reads the next page of a room, the newest message first, of which it returns those
// from an id on, and whether there may be more.
func (p *Platform) older(ctx context.Context, r *past, after int64) (late []*discordgo.Message, more bool, err error) {
	if !r.known {
		var room discordgo.Channel
		if err := p.fetch(ctx, p.api, discordgo.EndpointChannel(r.id), &room); err != nil {
			return nil, false, err
		}
		r.guild, r.known = room.GuildID, true
	}
	url := fmt.Sprintf("%s?limit=%d&before=%d", discordgo.EndpointChannelMessages(r.id), perPage, r.before)
	var page []*discordgo.Message
	if err := p.fetch(ctx, p.api, url, &page); err != nil {
		return nil, false, err
	}
	for _, m := range page {
		number, err := strconv.ParseInt(m.ID, 10, 64)
		if err != nil {
			return nil, false, errUnreadable
		}
		if r.before, m.GuildID = min(r.before, number), r.guild; number >= after {
			late = append(late, m)
		}
	}
	return late, len(page) >= perPage && r.before >= after, nil
}

// again hands an older message on as one that is not addressed to the bot, so that
// only a crisis is answered.
func (p *Platform) again(ctx context.Context, h bots.Handler, m *discordgo.Message, turns chan struct{}) {
	ev, ok := p.message(m)
	if m.EditedTimestamp != nil {
		ev, ok = p.edit(m)
	}
	if !ok {
		return
	}
	ev.Addressed = false
	select {
	case turns <- struct{}{}:
	case <-ctx.Done():
		return
	}
	p.in(ctx, ev.At.Channel, ev.From.ID, func() {
		defer func() { <-turns }()
		h.Handle(ctx, ev)
	})
}

// snowflake is the smallest id of a message of that time.
func snowflake(at time.Time) int64 { return (at.UnixMilli() - 1420070400000) << 22 }

// sawDirect notes that there is a direct message, now and then.
func (p *Platform) sawDirect(ctx context.Context, channel string) {
	now := time.Now()
	if p.Directs == nil || !p.rooms.direct(channel, now) {
		return
	}
	p.in(ctx, channel, "note", func() {
		// It is noted even while the bot ends: that is when it is needed.
		if err := p.Directs.SawDirect(context.WithoutCancel(ctx), string(Network), channel, now); err != nil {
			p.Log.Error("a direct message cannot be noted: after a crash it is not looked at", "err", err)
		}
	})
}
