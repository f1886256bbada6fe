package slackserver

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Say is what a person writes. Empty fields are left out.
type Say struct {
	Channel, User, Text string
	Thread              string
	Files               []string // names of attached files
	Shares              []string // texts of messages that are shared with it
	SubType             string   // "file_share", "thread_broadcast", "me_message" …
	Bot                 string   // the id of a bot that writes, instead of a person
	Blocks              string   // JSON, of a person's rich text
	// Before is how long ago it was written, while the app was not told of it.
	Before time.Duration
}

// Say lets a person write and returns the message's timestamp.
func (s *Server) Say(what Say) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[what.Channel]
	m := &Message{
		User: what.User, Team: s.homeOf(what.User, c), Text: what.Text, Thread: what.Thread, SubType: what.SubType,
		BotID: what.Bot, Files: what.Files, Shared: what.Shares,
	}
	if what.Blocks != "" {
		m.Blocks = json.RawMessage(what.Blocks)
	}
	if what.Before > 0 {
		m.TS = fmt.Sprintf("%d.%06d", time.Now().Add(-what.Before).Unix(), s.next())
		s.put(c, m)
		return m.TS
	}
	s.put(c, m)
	s.announce(c, m, what.Text)
	return m.TS
}

func (s *Server) homeOf(user string, c *Channel) string {
	if u, ok := s.users[user]; ok {
		return u.Team
	}
	return c.Teams[0]
}

// Edit lets the author change a message.
func (s *Server) Edit(channel, ts, text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.find(channel, ts)
	if err != nil {
		return err
	}
	before := *m
	m.Text = text
	m.Edits++
	s.announceChange(s.channels[channel], m, before)
	return nil
}

// Unfurl changes a message as Slack does when it finds a link's preview: the
// same words, and a message_changed all the same.
func (s *Server) Unfurl(channel, ts string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.find(channel, ts)
	if err != nil {
		return err
	}
	s.announceChange(s.channels[channel], m, *m)
	return nil
}

// Delete lets the author take a message away.
func (s *Server) Delete(channel, ts string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.find(channel, ts)
	if err != nil {
		return err
	}
	m.Deleted = true
	s.announceDeletion(s.channels[channel], m)
	return nil
}

// announce tells the apps in a channel of a new message.
func (s *Server) announce(c *Channel, m *Message, mentions string) {
	event := m.wire(true)
	event["channel"], event["channel_type"], event["event_ts"] = c.ID, c.Kind, m.TS
	s.publishEvent(c, "message."+messageEvent(c.Kind), event)
	for _, t := range s.teams {
		if strings.Contains(mentions, "<@"+t.BotUser+">") && c.Kind != Direct && m.BotID == "" {
			mention := m.wire(true)
			mention["type"], mention["channel"], mention["event_ts"] = "app_mention", c.ID, m.TS
			delete(mention, "subtype")
			s.toTeam(t, c, "app_mention", mention)
		}
	}
}

// messageEvent is the name of the subscription for messages of a kind.
func messageEvent(k Kind) string {
	if k == Public {
		return "channels"
	}
	if k == Private {
		return "groups"
	}
	return string(k)
}

func (s *Server) announceChange(c *Channel, m *Message, before Message) {
	s.publishEvent(c, "message."+messageEvent(c.Kind), map[string]any{
		"type": "message", "subtype": "message_changed", "hidden": true, "channel": c.ID, "channel_type": c.Kind,
		"ts": s.ts(), "event_ts": s.ts(), "message": m.wire(true), "previous_message": before.wire(true),
	})
}

func (s *Server) announceDeletion(c *Channel, m *Message) {
	s.change()
	s.publishEvent(c, "message."+messageEvent(c.Kind), map[string]any{
		"type": "message", "subtype": "message_deleted", "hidden": true, "channel": c.ID, "channel_type": c.Kind,
		"ts": s.ts(), "event_ts": s.ts(), "deleted_ts": m.TS, "previous_message": m.wire(true),
	})
}

func (s *Server) publishEvent(c *Channel, name string, event map[string]any) {
	for _, t := range s.teams {
		s.toTeam(t, c, name, event)
	}
}

// toTeam delivers an event to the app in one workspace, if the bot is in the
// channel and the app has asked for it and may have it.
func (s *Server) toTeam(t *Team, c *Channel, name string, event map[string]any) {
	scope := c.Kind.prefix() + ":history"
	if name == "app_mention" {
		scope = "app_mentions:read"
	}
	if !slices.Contains(c.Members, t.BotUser) || !slices.Contains(t.Scopes, scope) {
		return
	}
	s.event(t, name, len(c.Teams) > 1, event)
}

// event wraps and delivers an event. The lock is held.
func (s *Server) event(t *Team, name string, shared bool, event map[string]any) {
	if s.app.Events != nil && !slices.Contains(s.app.Events, name) {
		return
	}
	team := t.ID
	if author, ok := event["team"].(string); ok && shared {
		team = author // of a channel that is shared, the author's workspace
	}
	s.send(events, map[string]any{
		"token": "legacy", "team_id": team, "api_app_id": s.app.ID, "type": "event_callback", "event": event,
		"event_id": fmt.Sprintf("Ev%d", s.next()), "event_time": time.Now().Unix(), "is_ext_shared_channel": shared,
		"authorizations": []any{map[string]any{
			"enterprise_id": nil, "team_id": t.ID, "user_id": t.BotUser, "is_bot": true, "is_enterprise_install": false,
		}},
	})
}

// Command lets a person use the slash command, or another one if the text begins with
// its name, and returns its trigger.
func (s *Server) Command(team, channel, user, text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.teams[team]
	name := s.app.Command
	if strings.HasPrefix(text, "/") {
		name, text, _ = strings.Cut(text, " ")
	}
	trigger := s.trigger(user)
	s.send(slash, map[string]any{
		"token": "legacy", "team_id": team, "team_domain": "kap", "channel_id": channel, "channel_name": "x",
		"user_id": user, "user_name": "x", "command": name, "text": text, "api_app_id": s.app.ID,
		"trigger_id": trigger, "response_url": s.newHook(t, channel, user, ""), "is_enterprise_install": "false",
	})
	return trigger
}

// Shortcut lets a person use the message shortcut of a callback on a message.
func (s *Server) Shortcut(team, callback, channel, ts, user string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.find(channel, ts)
	if err != nil {
		return err
	}
	s.send(interaction, map[string]any{
		"type": "message_action", "callback_id": callback, "trigger_id": s.trigger(user), "action_ts": s.ts(),
		"team": map[string]any{"id": team, "domain": "kap"}, "user": map[string]any{"id": user, "team_id": team},
		"channel": map[string]any{"id": channel}, "message_ts": ts, "message": m.wire(false), "api_app_id": s.app.ID,
		"response_url": s.newHook(s.teams[team], channel, user, ""),
	})
	return nil
}

// Press lets a person press the button of an action on a message.
func (s *Server) Press(team, channel, ts, user, label string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[channel]
	i := slices.IndexFunc(c.messages, func(m *Message) bool { return m.TS == ts && !m.Deleted })
	if i < 0 {
		return errNoMessage
	}
	m := c.messages[i]
	if m.Ephemeral != "" && m.Ephemeral != user {
		return errNoMessage
	}
	action := button(m.Blocks, label)
	if action == nil {
		return errors.New("no such button")
	}
	s.press(team, channel, user, action, m)
	return nil
}

// PressAction presses a button of an action that stands nowhere, as an old client
// may; the message it pretends to be on is the first of the thread.
func (s *Server) PressAction(team, channel, thread, user, action, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fields := map[string]any{"type": "button", "action_id": action, "block_id": "gone", "value": value}
	s.press(team, channel, user, fields, &Message{Channel: channel, TS: s.ts(), Thread: thread})
}

// PressHome lets a person press a button on the Home tab.
func (s *Server) PressHome(team, user, label string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	action := button(s.views[user].Blocks, label)
	if action == nil {
		return errors.New("no such button")
	}
	s.press(team, "", user, action, nil)
	return nil
}

func (s *Server) press(team, channel, user string, action map[string]any, m *Message) {
	action["action_ts"] = s.ts()
	payload := map[string]any{
		"type": "block_actions", "trigger_id": s.trigger(user), "team": map[string]any{"id": team, "domain": "kap"},
		"user": map[string]any{"id": user, "team_id": team}, "api_app_id": s.app.ID, "actions": []any{action},
	}
	if m == nil {
		payload["view"] = map[string]any{"id": "V" + user, "type": "home"}
		payload["container"] = map[string]any{"type": "view", "view_id": "V" + user}
	} else {
		payload["channel"] = map[string]any{"id": channel}
		payload["message"] = m.wire(false)
		payload["container"] = map[string]any{
			"type": "message", "message_ts": m.TS, "channel_id": channel, "is_ephemeral": m.Ephemeral != "", "thread_ts": m.Thread,
		}
		payload["response_url"] = s.newHook(s.teams[team], channel, user, m.TS)
	}
	s.send(interaction, payload)
}

// button finds a button by its label, in JSON blocks.
func button(blocks json.RawMessage, label string) map[string]any {
	var list []map[string]any
	if json.Unmarshal(blocks, &list) != nil {
		return nil
	}
	for _, b := range list {
		elements, _ := b["elements"].([]any)
		if accessory, ok := b["accessory"]; ok {
			elements = append(elements, accessory)
		}
		for _, e := range elements {
			fields, _ := e.(map[string]any)
			text, _ := fields["text"].(map[string]any)
			if fields["type"] == "button" && text["text"] == label {
				return map[string]any{
					"type": "button", "action_id": fields["action_id"], "block_id": b["block_id"], "value": fields["value"], "text": text,
				}
			}
		}
	}
	return nil
}

// OpenHome lets a person open the Home tab.
func (s *Server) OpenHome(team, user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.teams[team]
	s.event(t, "app_home_opened", false, map[string]any{
		"type": "app_home_opened", "user": user, "channel": s.direct(t, user).ID, "tab": "home", "event_ts": s.ts(),
	})
}

// StartAssistant lets a person open an assistant thread, and returns the
// channel and the thread.
func (s *Server) StartAssistant(team, user string) (channel, thread string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.teams[team]
	c := s.direct(t, user)
	root := &Message{User: t.BotUser, Team: team, BotID: t.BotID, SubType: "assistant_app_thread", Text: "New chat"}
	s.put(c, root)
	s.event(t, "assistant_thread_started", false, map[string]any{
		"type": "assistant_thread_started", "event_ts": s.ts(), "assistant_thread": map[string]any{
			"user_id": user, "channel_id": c.ID, "thread_ts": root.TS, "context": map[string]any{"channel_id": "", "team_id": team},
		},
	})
	return c.ID, root.TS
}

// Uninstall takes the app out of a workspace.
func (s *Server) Uninstall(team string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.event(s.teams[team], "app_uninstalled", false, map[string]any{"type": "app_uninstalled", "event_ts": s.ts()})
	s.teams[team].Token = ""
}
