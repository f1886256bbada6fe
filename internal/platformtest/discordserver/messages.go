package discordserver

import (
	"encoding/json"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// room finds the channel of a request that the bot may write in.
func (s *Server) room(r *http.Request) (*channel, *apiError) {
	c := s.channels[r.PathValue("channel")]
	if c == nil {
		return nil, refuse(http.StatusNotFound, 10003, "Unknown Channel")
	}
	if c.closed {
		return nil, refuse(http.StatusForbidden, 50001, "Missing Access")
	}
	return c, nil
}

// own finds a message of the bot.
func (s *Server) own(r *http.Request) (*Message, *apiError) {
	if _, refusal := s.room(r); refusal != nil {
		return nil, refusal
	}
	m := s.messages[r.PathValue("message")]
	if m == nil || m.ChannelID != r.PathValue("channel") {
		return nil, refuse(http.StatusNotFound, 10008, "Unknown Message")
	}
	if m.Author.ID != BotID {
		return nil, refuse(http.StatusForbidden, 50005, "Cannot edit a message authored by another user")
	}
	return m, nil
}

func (s *Server) postMessage(r *http.Request, body []byte) (any, *apiError) {
	c, refusal := s.room(r)
	if refusal != nil {
		return nil, refusal
	}
	in, refusal := decodeMessage(body)
	if refusal != nil {
		return nil, refusal
	}
	if in.EnforceNonce && in.Nonce != "" {
		if id, known := s.nonces[BotID+in.Nonce]; known && s.messages[id] != nil {
			return s.messages[id], nil
		}
	}
	m := s.create(c, s.users[BotID], in.Content)
	m.Components, m.Flags, m.Nonce = in.Components, in.Flags, in.Nonce
	if ref := in.Reference; ref != nil {
		if to := s.messages[ref.MessageID]; to != nil {
			m.Type, m.Reference, m.Referenced = 19, &reference{MessageID: ref.MessageID, ChannelID: c.id}, to
		} else if ref.FailIfNotExists == nil || *ref.FailIfNotExists {
			delete(s.messages, m.ID)
			return nil, invalid("message_reference: Unknown message")
		}
	}
	if in.Nonce != "" {
		s.nonces[BotID+in.Nonce] = m.ID
	}
	s.operate("new", *m)
	s.dispatch("MESSAGE_CREATE", m)
	return m, nil
}

// create stores a message. s.mu is held.
func (s *Server) create(c *channel, author user, content string) *Message {
	m := &Message{
		ID: s.snowflake(), ChannelID: c.id, Author: author, Content: content, Timestamp: time.Now().UTC().Format(time.RFC3339Nano),
		Mentions: []user{}, Components: []component{}, Attachments: []attachment{}, Embeds: json.RawMessage("[]"),
	}
	if c.direct == "" {
		m.GuildID = Guild
	}
	s.messages[m.ID] = m
	return m
}

func (s *Server) getMessage(r *http.Request, _ []byte) (any, *apiError) {
	if _, refusal := s.room(r); refusal != nil {
		return nil, refusal
	}
	m := s.messages[r.PathValue("message")]
	if m == nil {
		return nil, refuse(http.StatusNotFound, 10008, "Unknown Message")
	}
	seen := *s.visible(m)
	seen.GuildID = "" // REST does not tell it
	return seen, nil
}

func (s *Server) listMessages(r *http.Request, _ []byte) (any, *apiError) {
	if _, refusal := s.room(r); refusal != nil {
		return nil, refusal
	}
	limit := 50
	if text := r.FormValue("limit"); text != "" {
		var err error
		if limit, err = strconv.Atoi(text); err != nil || limit < 1 || limit > 100 {
			return nil, invalid("limit: %q is not from 1 to 100", text)
		}
	}
	after, _ := strconv.ParseInt(r.FormValue("after"), 10, 64)
	before, err := strconv.ParseInt(r.FormValue("before"), 10, 64)
	if err != nil {
		before = math.MaxInt64
	}
	found := []Message{}
	for _, m := range s.messages {
		if id, _ := strconv.ParseInt(m.ID, 10, 64); m.ChannelID == r.PathValue("channel") && id > after && id < before {
			seen := *s.visible(m)
			seen.Nonce, seen.GuildID = "", ""
			found = append(found, seen)
		}
	}
	slices.SortFunc(found, func(x, y Message) int { return len(y.ID) - len(x.ID) + compare(y.ID, x.ID) })
	if after > 0 && len(found) > limit { // the oldest of those after it
		return found[len(found)-limit:], nil
	}
	return found[:min(limit, len(found))], nil
}

func compare(x, y string) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

func (s *Server) patchMessage(r *http.Request, body []byte) (any, *apiError) {
	m, refusal := s.own(r)
	if refusal != nil {
		return nil, refusal
	}
	in, refusal := decodeMessage(body)
	if refusal != nil {
		return nil, refusal
	}
	s.alter(m, in)
	s.operate("edited", *m)
	s.dispatch("MESSAGE_UPDATE", m)
	return m, nil
}

// alter gives a message new content.
func (s *Server) alter(m *Message, in messageIn) {
	now := time.Now().UTC().Format(time.RFC3339Nano)
	m.Content, m.Components, m.EditedTimestamp = in.Content, in.Components, &now
}

func (s *Server) deleteMessage(r *http.Request, _ []byte) (any, *apiError) {
	m, refusal := s.own(r)
	if refusal != nil {
		return nil, refusal
	}
	delete(s.messages, m.ID)
	s.operate("removed", *m)
	s.dispatch("MESSAGE_DELETE", map[string]string{"id": m.ID, "channel_id": m.ChannelID, "guild_id": m.GuildID})
	return nil, nil
}

func (s *Server) openDirect(_ *http.Request, body []byte) (any, *apiError) {
	var in struct {
		Recipient string `json:"recipient_id"`
	}
	if err := json.Unmarshal(body, &in); err != nil || s.users[in.Recipient].ID == "" {
		return nil, invalid("recipient_id")
	}
	return map[string]any{"id": s.directOf(in.Recipient).id, "type": 1}, nil
}

// directOf is the direct message of a person. s.mu is held.
func (s *Server) directOf(person string) *channel {
	for _, c := range s.channels {
		if c.direct == person {
			return c
		}
	}
	c := &channel{id: s.snowflake(), direct: person}
	s.channels[c.id] = c
	return c
}
