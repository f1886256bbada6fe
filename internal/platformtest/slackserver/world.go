package slackserver

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Team is a workspace the app is installed in.
type Team struct {
	ID, Name string
	Token    string // the bot's token
	BotUser  string
	BotID    string
	Scopes   []string
	groups   map[string][]string // of users, by the group's id
}

// A User is somebody in a workspace.
type User struct {
	ID, Team   string
	Locale     string
	Bot        bool
	Restricted bool // a guest
}

// A Kind is what sort of conversation a channel is.
type Kind string

// The kinds, by the names that events carry as channel_type.
const (
	Public  Kind = "channel"
	Private Kind = "group"
	Direct  Kind = "im"
	Group   Kind = "mpim"
)

// A Channel is a conversation of any kind.
type Channel struct {
	ID       string
	Kind     Kind
	Teams    []string // more than one is Slack Connect
	Members  []string
	Archived bool
	messages []*Message
}

// A Metadata is the app's own mark on a message.
type Metadata struct {
	EventType    string         `json:"event_type"`
	EventPayload map[string]any `json:"event_payload"`
}

// A Message is what people see, and what the API says of it.
type Message struct {
	Channel   string
	TS        string
	Thread    string
	User      string
	Team      string
	BotID     string
	SubType   string
	Text      string
	Blocks    json.RawMessage
	Metadata  *Metadata
	Edits     int
	Deleted   bool
	Ephemeral string // the one person who sees it
	Unfurl    bool   // links were to be unfurled
	Pings     bool   // it notified somebody it named
	Files     []string
	Shared    []string // texts of messages it shares
}

// A Change is one thing that a bot did to what people see.
type Change struct {
	What    string // "new", "edited", "removed" or "form"
	Message Message
}

// Changes lists what bots did, in order.
func (s *Server) Changes() []Change {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.changes)
}

// did notes what a bot did. The lock is held.
func (s *Server) did(what string, m *Message) {
	if m.BotID != "" {
		s.changes = append(s.changes, Change{what, *m})
	}
	s.change()
}

// AddTeam installs the app in a workspace with the scopes of a manifest.
func (s *Server) AddTeam(id string, scopes ...string) Team {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &Team{
		ID: id, Name: "Team " + id, Token: "xoxb-" + id + "-test", BotUser: "UBOT" + id, BotID: "B" + id, Scopes: scopes,
	}
	s.teams[id] = t
	s.users[t.BotUser] = &User{ID: t.BotUser, Team: id, Bot: true}
	return *t
}

// AddUser adds a person to a workspace.
func (s *Server) AddUser(u User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users[u.ID] = &u
	s.change()
}

// SetGroup says who is in a user group of a workspace.
func (s *Server) SetGroup(team, group string, users ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.teams[team]
	if t.groups == nil {
		t.groups = map[string][]string{}
	}
	t.groups[group] = users
	s.change()
}

// AddChannel adds a conversation.
func (s *Server) AddChannel(c Channel) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels[c.ID] = &c
}

// Messages lists what stands in a channel, deleted ones left out.
func (s *Server) Messages(channel string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.messages(channel)
}

func (s *Server) messages(channel string) []Message {
	c, ok := s.channels[channel]
	if !ok {
		return nil
	}
	var out []Message
	for _, m := range c.messages {
		if !m.Deleted {
			out = append(out, *m)
		}
	}
	return out
}

// Bots lists what bots wrote in a channel, what only one person sees included.
func (s *Server) Bots(channel string) []Message {
	return slices.DeleteFunc(s.Messages(channel), func(m Message) bool { return m.BotID == "" })
}

var errNoMessage = errors.New("message_not_found")

// find returns a message that is still there. The lock is held.
func (s *Server) find(channel, ts string) (*Message, error) {
	c, ok := s.channels[channel]
	if !ok {
		return nil, errors.New("channel_not_found")
	}
	for _, m := range c.messages {
		if m.TS == ts && !m.Deleted {
			return m, nil
		}
	}
	return nil, errNoMessage
}

// direct returns the conversation of the bot and one person, and makes it if
// need be. The lock is held.
func (s *Server) direct(t *Team, user string) *Channel {
	for _, c := range s.channels {
		if c.Kind == Direct && slices.Contains(c.Members, user) && slices.Contains(c.Members, t.BotUser) {
			return c
		}
	}
	c := &Channel{ID: fmt.Sprintf("D%s%s", t.ID, user), Kind: Direct, Teams: []string{t.ID}, Members: []string{t.BotUser, user}}
	s.channels[c.ID] = c
	return c
}

// put appends a message and says so.
func (s *Server) put(c *Channel, m *Message) {
	m.Channel = c.ID
	if m.TS == "" {
		m.TS = s.ts()
	}
	var blocks any
	_ = json.Unmarshal(m.Blocks, &blocks)
	m.Pings = pings(m.Text) || blocksPing(blocks)
	c.messages = append(c.messages, m)
	s.did("new", m)
}

// pings reports whether a text calls a person or a whole room.
func pings(text string) bool {
	for _, mark := range []string{"<!channel", "<!here", "<!everyone", "<!subteam", "<@"} {
		if strings.Contains(text, mark) {
			return true
		}
	}
	return false
}

// blocksPing looks for calls where Slack does: in mrkdwn, not in plain text.
func blocksPing(v any) bool {
	switch v := v.(type) {
	case []any:
		return slices.ContainsFunc(v, blocksPing)
	case map[string]any:
		if text, ok := v["text"].(string); ok && v["type"] == "mrkdwn" && pings(text) {
			return true
		}
		for _, field := range v {
			if blocksPing(field) {
				return true
			}
		}
	}
	return false
}

// wire is the message as the API shows it.
func (m *Message) wire(withMetadata bool) map[string]any {
	out := map[string]any{"type": "message", "ts": m.TS, "text": m.Text, "user": m.User, "team": m.Team}
	set := func(key string, value any, there bool) {
		if there {
			out[key] = value
		}
	}
	set("thread_ts", m.Thread, m.Thread != "")
	set("bot_id", m.BotID, m.BotID != "")
	set("subtype", m.SubType, m.SubType != "")
	set("blocks", m.Blocks, m.Blocks != nil)
	set("metadata", m.Metadata, withMetadata && m.Metadata != nil)
	set("edited", map[string]any{"user": m.User, "ts": fmt.Sprintf("%s%d", m.TS, m.Edits)}, m.Edits > 0)
	var files, shared []any
	for _, name := range m.Files {
		files = append(files, map[string]any{"id": "F1", "name": name, "title": name})
	}
	for _, text := range m.Shared {
		shared = append(shared, map[string]any{"text": text, "fallback": text, "is_share": true})
	}
	set("files", files, files != nil)
	set("attachments", shared, shared != nil)
	return out
}
