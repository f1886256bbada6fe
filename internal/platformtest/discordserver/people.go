package discordserver

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// A Said is how a message is said beyond its words.
type Said struct {
	Mention bool   // it mentions the bot
	ReplyTo string // id of the message that it replies to
	Bot     bool   // its author is another bot
	Webhook bool
	Files   []string
	Again   bool // the event is delivered twice
}

// Room makes a room and returns its id.
func (s *Server) Room(id string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels[id] = &channel{id: id}
	return id
}

// Thread makes a thread below a room that the bot is in, if joined.
func (s *Server) Thread(id, parent string, joined bool) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &channel{id: id, parent: parent, thread: true}
	s.channels[id] = c
	s.dispatch("THREAD_CREATE", threadOf(c, joined))
	return id
}

// PrivateThread makes a thread below a room that only those who are added can see.
func (s *Server) PrivateThread(id, parent string, added ...string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels[id] = &channel{id: id, parent: parent, thread: true, private: true, added: added}
	return id
}

// Hide takes the right to see a room from a person.
func (s *Server) Hide(channel, person string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels[channel].hidden = append(s.channels[channel].hidden, person)
}

func threadOf(c *channel, joined bool) map[string]any {
	kind := 11
	if c.private {
		kind = 12
	}
	t := map[string]any{"id": c.id, "type": kind, "guild_id": Guild, "parent_id": c.parent, "name": "thread"}
	if joined {
		t["member"] = map[string]any{"id": c.id, "user_id": BotID, "flags": 0}
	}
	return t
}

// Direct returns the id of the direct message of a person.
func (s *Server) Direct(person string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known(person, false)
	return s.directOf(person).id
}

// Close lets the bot write in a room no more.
func (s *Server) Close(channel string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels[channel].closed = true
}

func (s *Server) known(person string, bot bool) user {
	u, ok := s.users[person]
	if !ok {
		u = user{ID: person, Username: "user" + person, Bot: bot}
		s.users[person] = u
	}
	return u
}

// Role gives a person a role on the server.
func (s *Server) Role(person, role string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.roles[person] = append(s.roles[person], role)
}

// Say lets a person say something and returns the id of the message.
func (s *Server) Say(channel, person, text string, how Said) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[channel]
	if how.Mention {
		text = "<@" + BotID + "> " + text
	}
	m := s.create(c, s.known(person, how.Bot), text)
	if how.Mention {
		m.Mentions = []user{s.users[BotID]}
	}
	if to := s.messages[how.ReplyTo]; to != nil {
		m.Type, m.Reference, m.Referenced = 19, &reference{MessageID: to.ID, ChannelID: c.id}, to
	}
	if how.Webhook {
		m.WebhookID = s.snowflake()
	}
	for _, f := range how.Files {
		m.Attachments = append(m.Attachments, attachment{s.snowflake(), f})
	}
	s.dispatch("MESSAGE_CREATE", m)
	if how.Again {
		s.dispatch("MESSAGE_CREATE", m)
	}
	return m.ID
}

// Edit changes the words of a person's message.
func (s *Server) Edit(message, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.messages[message]
	now := time.Now().UTC().Format(time.RFC3339Nano)
	if len(m.Mentions) > 0 && !strings.Contains(text, BotID) {
		text = "<@" + BotID + "> " + text
	}
	m.Content, m.EditedTimestamp = text, &now
	s.dispatch("MESSAGE_UPDATE", m)
}

// Preview is what happens when a link in a message gets its preview: an update
// that is no edit and tells the message in part.
func (s *Server) Preview(message string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.messages[message]
	s.dispatch("MESSAGE_UPDATE", map[string]any{
		"id": m.ID, "channel_id": m.ChannelID, "guild_id": m.GuildID, "embeds": []any{map[string]any{"url": "https://example.org"}},
	})
}

// EditInPart is an edit of which the gateway tells the time only.
func (s *Server) EditInPart(message, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.messages[message]
	now := time.Now().UTC().Format(time.RFC3339Nano)
	m.Content, m.EditedTimestamp = text, &now
	s.dispatch("MESSAGE_UPDATE", map[string]any{"id": m.ID, "channel_id": m.ChannelID, "guild_id": m.GuildID, "edited_timestamp": now})
}

// Delete takes a message away.
func (s *Server) Delete(message string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.messages[message]
	delete(s.messages, message)
	s.dispatch("MESSAGE_DELETE", map[string]any{"id": m.ID, "channel_id": m.ChannelID, "guild_id": m.GuildID})
}

// Command lets a person use "/kap name", or "/group name" for a name of two words, and
// returns the id of the interaction.
func (s *Server) Command(channel, person, name, question string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known(person, false)
	group, name, ok := strings.Cut(name, " ")
	if !ok {
		group, name = "kap", group
	}
	sub := map[string]any{"type": 1, "name": name}
	if question != "" {
		sub["options"] = []any{map[string]any{"type": 3, "name": "question", "value": question}}
	}
	return s.ask(typeCommand, s.channels[channel], person, map[string]any{"id": "1", "name": group, "type": 1, "options": []any{sub}}, nil).id
}

// Menu lets a person choose "Answer from the FAQ" in the menu of a message.
func (s *Server) Menu(message, person string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known(person, false)
	m := s.messages[message]
	data := map[string]any{
		"id": "2", "name": "Answer from the FAQ", "type": 3, "target_id": message,
		"resolved": map[string]any{"messages": map[string]any{message: m}},
	}
	return s.ask(typeCommand, s.channels[m.ChannelID], person, data, nil).id
}

// Press lets a person press the button with a custom id under a message.
func (s *Server) Press(message, customID, person string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known(person, false)
	m := s.messages[message]
	return s.ask(typeComponent, s.channels[m.ChannelID], person, map[string]any{"custom_id": customID, "component_type": 2}, map[string]any{"message": m}).id
}

// Type is what happens while a person types a question after "/kap ask". It returns
// what the bot suggests, as a function that waits for it.
func (s *Server) Type(channel, person, typed string) (interaction string, suggested func() ([]string, bool)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known(person, false)
	option := map[string]any{"type": 3, "name": "question", "value": typed, "focused": true}
	i := s.ask(typeAutocomplete, s.channels[channel], person, map[string]any{
		"id": "1", "name": "kap", "type": 1, "options": []any{map[string]any{"type": 1, "name": "ask", "options": []any{option}}},
	}, nil)
	return i.id, func() ([]string, bool) {
		s.mu.Lock()
		defer s.mu.Unlock()
		var names []string
		for _, c := range i.choices {
			names = append(names, c.Name)
		}
		return names, i.answered
	}
}

// CustomID is the custom id of the button with a label under a message, or "".
func (s *Server) CustomID(message, label string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.messages[message]; m != nil {
		for _, row := range m.Components {
			for _, b := range row.Components {
				if b.Label == label {
					return b.CustomID
				}
			}
		}
	}
	return ""
}

func (s *Server) putCommands(_ *http.Request, body []byte) (any, *apiError) {
	var in []commandIn
	if refusal := decode(body, &in); refusal != nil {
		return nil, refusal
	}
	for _, c := range in {
		if refusal := checkCommand(c); refusal != nil {
			return nil, refusal
		}
	}
	s.commands = body
	s.change()
	return json.RawMessage(body), nil
}

// Commands returns the commands that the bot has registered, as JSON.
func (s *Server) Commands() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.commands)
}

func (s *Server) application(*http.Request, []byte) (any, *apiError) {
	flags := 0
	if s.MessageContent {
		flags = 1 << 19
	}
	return map[string]any{"id": AppID, "name": "kapbot", "flags": flags}, nil
}

func (s *Server) getChannel(r *http.Request, _ []byte) (any, *apiError) {
	c, refusal := s.room(r)
	if refusal != nil {
		return nil, refusal
	}
	if c.direct != "" {
		return map[string]any{"id": c.id, "type": 1}, nil
	}
	if c.thread {
		return threadOf(c, false), nil
	}
	overwrites := []any{}
	for _, person := range c.hidden {
		overwrites = append(overwrites, map[string]any{"id": person, "type": 1, "allow": "0", "deny": "1024"})
	}
	return map[string]any{"id": c.id, "type": 0, "guild_id": Guild, "name": "room", "permission_overwrites": overwrites}, nil
}

func (s *Server) getThreadMember(r *http.Request, _ []byte) (any, *apiError) {
	c, refusal := s.room(r)
	if refusal != nil {
		return nil, refusal
	}
	person := r.PathValue("user")
	if !slices.Contains(c.added, person) {
		return nil, refuse(http.StatusNotFound, 10007, "Unknown Member")
	}
	return map[string]any{"id": c.id, "user_id": person, "flags": 0}, nil
}

func (s *Server) getGuild(*http.Request, []byte) (any, *apiError) {
	everyone := map[string]any{"id": Guild, "name": "@everyone", "permissions": "274877975552", "position": 0}
	return map[string]any{"id": Guild, "name": "Test", "owner_id": "1", "roles": []any{everyone}}, nil
}

// Response is the message that answers an interaction, "" while there is none.
func (s *Server) Response(interaction string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.interactions[interaction].original
}

// PressAnywhere lets a person press a button that is under no message of this test.
func (s *Server) PressAnywhere(channel, customID, person string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known(person, false)
	return s.ask(typeComponent, s.channels[channel], person, map[string]any{"custom_id": customID, "component_type": 2}, nil).id
}

// RepeatLast delivers the newest thing that a person did once more.
func (s *Server) RepeatLast() {
	s.mu.Lock()
	defer s.mu.Unlock()
	var last *Message
	when := ""
	for _, m := range s.messages {
		at := m.Timestamp
		if m.EditedTimestamp != nil {
			at = *m.EditedTimestamp
		}
		if m.Author.ID != BotID && at > when {
			last, when = m, at
		}
	}
	kind := "MESSAGE_CREATE"
	if last.EditedTimestamp != nil {
		kind = "MESSAGE_UPDATE"
	}
	s.dispatch(kind, last)
}
