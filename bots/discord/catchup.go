package discord

import (
	"context"
	"encoding/json"
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

// pages is how many times 100 messages of a room are read at most, the newest first.
const pages = 20

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
	if p.Directs != nil {
		direct, err := p.Directs.LastDirects(ctx, string(Network), lastDirects)
		if err != nil {
			p.Log.Error("direct messages of before cannot be read", "err", err)
		}
		rooms = append(rooms, direct...)
	}
	p.catchUpRooms(ctx, h, rooms, began)
}

func (p *Platform) catchUpRooms(ctx context.Context, h bots.Handler, rooms []string, began time.Time) {
	for _, id := range rooms {
		err := p.catchUpRoom(ctx, h, id, began)
		if err != nil && ctx.Err() == nil && status(err) != http.StatusForbidden { // a room that is closed to the bot
			p.Log.Warn("what was written in a room before cannot be read", "channel", id, "err", err)
		}
	}
}

func (p *Platform) catchUpRoom(ctx context.Context, h bots.Handler, id string, began time.Time) error {
	body, err := p.request(ctx, p.api, "GET", discordgo.EndpointChannel(id), nil)
	if err != nil {
		return err
	}
	var room discordgo.Channel
	if err := json.Unmarshal(body, &room); err != nil {
		return errUnreadable
	}
	after, before := snowflake(began.Add(-lookBack)), snowflake(began)+1<<22
	var all []*discordgo.Message // newest first
	for range pages {
		body, err := p.request(ctx, p.api, "GET", discordgo.EndpointChannelMessages(id)+"?limit=100&before="+strconv.FormatInt(before, 10), nil)
		if err != nil {
			return err
		}
		var found []*discordgo.Message
		if err := json.Unmarshal(body, &found); err != nil {
			return errUnreadable
		}
		for _, m := range found {
			number, err := strconv.ParseInt(m.ID, 10, 64)
			if err != nil {
				return errUnreadable
			}
			if before = min(before, number); number >= after {
				all = append(all, m)
			}
		}
		if len(found) < 100 || before < after {
			break
		}
	}
	for _, m := range slices.Backward(all) {
		m.GuildID = room.GuildID
		p.again(ctx, h, m)
	}
	return nil
}

// again hands an older message on as one that is not addressed to the bot, so that
// only a crisis is answered.
func (p *Platform) again(ctx context.Context, h bots.Handler, m *discordgo.Message) {
	ev, ok := p.message(m)
	if m.EditedTimestamp != nil {
		ev, ok = p.edit(m)
	}
	if ok {
		ev.Addressed = false
		p.hand(ctx, h, ev)
	}
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
