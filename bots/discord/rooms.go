package discord

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"kapbot/bots"
	"kapbot/internal/chat"
)

// rooms knows the threads: which channel each belongs to and which the bot is in.
type rooms struct {
	mu      sync.Mutex
	parents map[string]string
	joined  map[string]bool
	directs map[string]time.Time // when a direct message was noted last
}

func newRooms() *rooms {
	return &rooms{parents: map[string]string{}, joined: map[string]bool{}, directs: map[string]time.Time{}}
}

// direct reports whether a direct message is to be noted now.
func (r *rooms) direct(channel string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Sub(r.directs[channel]) < directsEvery {
		return false
	}
	r.directs[channel] = now
	return true
}

// A thread as the gateway tells it. discordgo's Channel misses the member, which is
// there if the bot is in the thread.
type thread struct {
	ID     string    `json:"id"`
	Parent string    `json:"parent_id"`
	Member *struct{} `json:"member"`
}

func (r *rooms) thread(t thread) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.parents[t.ID] = t.Parent
	if t.Member != nil {
		r.joined[t.ID] = true
	}
}

func (r *rooms) gone(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.parents, id)
	delete(r.joined, id)
}

func (r *rooms) join(id string, in bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if in {
		r.joined[id] = true
	} else {
		delete(r.joined, id)
	}
}

// of returns the channel of a thread, or "" for what is no thread, and whether the
// bot is in it.
func (r *rooms) of(id string) (parent string, joined bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.parents[id], r.joined[id]
}

// listenRooms keeps the threads up to date and looks back into those that the bot is
// in when a session begins.
func (p *Platform) listenRooms(ctx context.Context, s *discordgo.Session, h bots.Handler) {
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.Event) {
		switch e.Type {
		case "GUILD_CREATE":
			var g guild
			if json.Unmarshal(e.RawData, &g) == nil {
				p.enter(ctx, h, g)
			}
		case "THREAD_CREATE", "THREAD_UPDATE":
			var t thread
			if json.Unmarshal(e.RawData, &t) == nil {
				p.rooms.thread(t)
			}
		}
	})
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.ThreadDelete) { p.rooms.gone(e.ID) })
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.ThreadListSync) {
		for _, c := range e.Threads {
			p.rooms.thread(thread{ID: c.ID, Parent: c.ParentID})
		}
		for _, m := range e.Members {
			p.rooms.join(m.ID, true)
		}
	})
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.ThreadMembersUpdate) {
		for _, m := range e.AddedMembers {
			if m.ThreadMember != nil && m.UserID == p.self() {
				p.rooms.join(e.ID, true)
			}
		}
		for _, id := range e.RemovedMembers {
			if id == p.self() {
				p.rooms.join(e.ID, false)
			}
		}
	})
}

// A guild is a server as Discord tells of it at the beginning of a session.
type guild struct {
	ID       string   `json:"id"`
	Threads  []thread `json:"threads"`
	Channels []struct {
		ID   string `json:"id"`
		Last string `json:"last_message_id"`
	} `json:"channels"`
}

// enter notes the threads of a server, and looks back into those that the bot is in and
// into rooms in which somebody may have mentioned it.
func (p *Platform) enter(ctx context.Context, h bots.Handler, g guild) {
	var rooms []string
	for _, t := range g.Threads {
		p.rooms.thread(t)
		if t.Member != nil {
			rooms = append(rooms, t.ID)
		}
	}
	began := time.Now()
	rooms = append(rooms, p.lately(g, began)...)
	p.in(ctx, "", "catch up", func() { p.catchUpRooms(ctx, h, rooms, began) })
}

// lately lists the rooms that the bot does not read whole and in which somebody has just
// written, the last first.
func (p *Platform) lately(g guild, now time.Time) (rooms []string) {
	after := snowflake(now.Add(-lookBack))
	last := map[string]int64{}
	for _, c := range g.Channels {
		number, err := strconv.ParseInt(c.Last, 10, 64)
		if err == nil && number >= after && p.mode(g.ID, c.ID) == chat.Mentions {
			last[c.ID] = number
			rooms = append(rooms, c.ID)
		}
	}
	slices.SortFunc(rooms, func(a, b string) int { return cmp.Compare(last[b], last[a]) })
	return rooms[:min(lookRooms, len(rooms))]
}
