package slackserver

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Slack's limits on a message.
const (
	maxText     = 40_000
	maxMetadata = 8_000 // bytes of JSON
)

// content reads and checks what a message is to say.
func (s *Server) content(r request, name string) (*Message, error) {
	m := &Message{
		User: r.team.BotUser, Team: r.team.ID, BotID: r.team.BotID, Text: r.values.Get("text"),
		Thread: r.values.Get("thread_ts"), Unfurl: r.values.Get("unfurl_links") != "false" || r.values.Get("unfurl_media") != "false",
	}
	if utf8.RuneCountInString(m.Text) > maxText {
		return nil, refuse("msg_too_long")
	}
	if raw := r.values.Get("blocks"); raw != "" {
		m.Blocks = json.RawMessage(raw)
		if problems := checkBlocks(m.Blocks, inMessage); len(problems) > 0 {
			return nil, invalid("invalid_blocks", problems)
		}
		m.Blocks = s.named(m.Blocks)
	}
	empty := len(m.Blocks) == 0 || string(m.Blocks) == "[]"
	if empty && strings.TrimSpace(m.Text) == "" {
		return nil, refuse("no_text")
	}
	if !empty && strings.TrimSpace(m.Text) == "" {
		s.violation("%s: blocks without fallback text", name)
	}
	if raw := r.values.Get("metadata"); raw != "" {
		if len(raw) > maxMetadata {
			return nil, refuse("metadata_too_large")
		}
		if err := json.Unmarshal([]byte(raw), &m.Metadata); err != nil || m.Metadata.EventType == "" {
			return nil, refuse("invalid_metadata_format")
		}
	}
	return m, nil
}

func invalid(code string, problems []string) error {
	return refusal{code, reply{"response_metadata": reply{"messages": problems}}}
}

// room returns the channel a bot may write in.
func (s *Server) room(r request) (*Channel, error) {
	id := r.values.Get("channel")
	if u, ok := s.users[id]; ok && !u.Bot { // a person's id opens a direct message
		return s.direct(r.team, id), nil
	}
	c, ok := s.channels[id]
	switch {
	case !ok || !slices.Contains(c.Teams, r.team.ID):
		return nil, refuse("channel_not_found")
	case c.Archived:
		return nil, refuse("is_archived")
	case !slices.Contains(c.Members, r.team.BotUser):
		return nil, refuse("not_in_channel")
	}
	return c, nil
}

func (s *Server) postMessage(r request) (reply, error) {
	c, err := s.room(r)
	if err != nil {
		return nil, err
	}
	m, err := s.content(r, "chat.postMessage")
	if err != nil {
		return nil, err
	}
	if _, err := s.find(c.ID, m.Thread); err != nil {
		m.Thread = "" // of a thread whose first message is gone, Slack makes none
	}
	s.put(c, m)
	s.announce(c, m, "")
	return reply{"channel": c.ID, "ts": m.TS, "message": m.wire(true)}, nil
}

func (s *Server) postEphemeral(r request) (reply, error) {
	c, err := s.room(r)
	if err != nil {
		return nil, err
	}
	m, err := s.content(r, "chat.postEphemeral")
	if err != nil {
		return nil, err
	}
	m.Ephemeral = r.values.Get("user")
	if !slices.Contains(c.Members, m.Ephemeral) {
		return nil, refuse("user_not_in_channel")
	}
	s.put(c, m)
	return reply{"message_ts": m.TS}, nil
}

// own returns a message of the bot's that it may change.
func (s *Server) own(r request, code string) (*Channel, *Message, error) {
	c, err := s.room(r)
	if err != nil {
		return nil, nil, err
	}
	m, err := s.find(c.ID, r.values.Get("ts"))
	if err != nil || m.Ephemeral != "" {
		return nil, nil, refuse("message_not_found")
	}
	if m.BotID != r.team.BotID {
		return nil, nil, refuse(code)
	}
	return c, m, nil
}

func (s *Server) update(r request) (reply, error) {
	c, m, err := s.own(r, "cant_update_message")
	if err != nil {
		return nil, err
	}
	changed, err := s.content(r, "chat.update")
	if err != nil {
		return nil, err
	}
	before := *m
	m.Text, m.Blocks = changed.Text, changed.Blocks
	if changed.Metadata != nil {
		m.Metadata = changed.Metadata
	}
	m.Edits++
	s.did("edited", m)
	s.announceChange(c, m, before)
	return reply{"channel": c.ID, "ts": m.TS, "text": m.Text}, nil
}

func (s *Server) deleteMessage(r request) (reply, error) {
	c, m, err := s.own(r, "cant_delete_message")
	if err != nil {
		return nil, err
	}
	m.Deleted = true
	s.did("removed", m)
	s.announceDeletion(c, m)
	return reply{"channel": c.ID, "ts": m.TS}, nil
}

// maxHooks is how often a response URL may be used.
const maxHooks = 5

// A hook is a response URL: where it writes, and as whose answer.
type hook struct {
	team          *Team
	channel, user string
	used          int
	original      string // the message whose button was pressed
}

// hook makes a response URL. The lock is held.
func (s *Server) newHook(t *Team, channel, user, original string) string {
	path := fmt.Sprintf("/hooks/%s/%d", t.ID, s.next())
	s.hooks[path] = hook{team: t, channel: channel, user: user, original: original}
	return s.http.URL + path
}

// serveHook takes what is posted to a response URL. It works where the bot is
// no member, five times.
func (s *Server) serveHook(w http.ResponseWriter, r *http.Request) {
	values, err := form(r)
	if err != nil {
		answer(w, nil, refuse("invalid_payload"))
		return
	}
	s.mu.Lock()
	fault := s.fault("response_url")
	s.mu.Unlock()
	if !fault.before(w, r) {
		return
	}
	s.mu.Lock()
	err = s.useHook(r.URL.Path, values)
	s.mu.Unlock()
	if !fault.after(w, r) {
		return
	}
	if err != nil {
		w.WriteHeader(http.StatusNotFound)
	}
	answer(w, nil, err)
}

func (s *Server) useHook(path string, values map[string][]string) error {
	h, ok := s.hooks[path]
	if !ok || h.used >= maxHooks {
		return refuse("used_url")
	}
	h.used++
	s.hooks[path] = h
	r := request{h.team, values}
	r.values.Del("metadata") // the SDK always sends one; response URLs have none
	s.calls = append(s.calls, Call{Method: "response_url", Team: h.team.ID, Values: values})
	if remove, _ := strconv.ParseBool(r.values.Get("delete_original")); remove {
		if m, err := s.find(h.channel, h.original); err == nil {
			m.Deleted = true
			s.did("removed", m)
		}
		return nil
	}
	m, err := s.content(r, "response_url")
	if err != nil {
		return err
	}
	if replace, _ := strconv.ParseBool(r.values.Get("replace_original")); replace {
		if old, err := s.find(h.channel, h.original); err == nil {
			old.Text, old.Blocks = m.Text, m.Blocks
			old.Edits++
			s.did("edited", old)
			return nil
		}
	}
	if r.values.Get("response_type") != "in_channel" {
		m.Ephemeral = h.user
	}
	s.put(s.channels[h.channel], m)
	return nil
}
