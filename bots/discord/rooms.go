package discord

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
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

// all lists the threads that the bot is in.
func (r *rooms) all() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Collect(maps.Keys(r.joined))
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

// thread notes what an event says of a thread.
func (r *rooms) thread(c *discordgo.Channel) {
	if c == nil || !c.IsThread() {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.parents[c.ID] = c.ParentID
	if c.Member != nil {
		r.joined[c.ID] = true
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

// listenRooms keeps the threads up to date.
func (p *Platform) listenRooms(s *discordgo.Session) {
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.GuildCreate) {
		for _, c := range e.Threads {
			p.rooms.thread(c)
		}
	})
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.ThreadCreate) { p.rooms.thread(e.Channel) })
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.ThreadUpdate) { p.rooms.thread(e.Channel) })
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.ThreadDelete) { p.rooms.gone(e.ID) })
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.ThreadListSync) {
		for _, c := range e.Threads {
			p.rooms.thread(c)
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
