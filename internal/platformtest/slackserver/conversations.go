package slackserver

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// prefix is how the scopes of a kind of conversation begin.
func (k Kind) prefix() string {
	if k == Public {
		return "channels"
	}
	if k == Private {
		return "groups"
	}
	return string(k)
}

func (s *Server) readable(r request, right string) (*Channel, error) {
	c, ok := s.channels[r.values.Get("channel")]
	if !ok || !slices.Contains(c.Teams, r.team.ID) {
		return nil, refuse("channel_not_found")
	}
	if scope := c.Kind.prefix() + ":" + right; !slices.Contains(r.team.Scopes, scope) {
		return nil, missing(r.team, scope)
	}
	if c.Kind != Public && !slices.Contains(c.Members, r.team.BotUser) {
		return nil, refuse("channel_not_found")
	}
	return c, nil
}

func (s *Server) conversationInfo(r request) (reply, error) {
	c, err := s.readable(r, "read")
	if err != nil {
		return nil, err
	}
	return reply{"channel": reply{
		"id": c.ID, "is_channel": c.Kind == Public, "is_group": c.Kind == Private, "is_im": c.Kind == Direct,
		"is_mpim": c.Kind == Group, "is_private": c.Kind != Public, "is_archived": c.Archived,
		"is_member":     slices.Contains(c.Members, r.team.BotUser),
		"is_ext_shared": len(c.Teams) > 1, "name": strings.ToLower(c.ID),
	}}, nil
}

// replies lists a thread, its first message included.
func (s *Server) replies(r request) (reply, error) {
	c, err := s.readable(r, "history")
	if err != nil {
		return nil, err
	}
	thread := r.values.Get("ts")
	if _, err := s.find(c.ID, thread); err != nil {
		return nil, refuse("thread_not_found")
	}
	return page(r, c, false, func(m *Message) bool { return m.TS == thread || m.Thread == thread })
}

// history lists a channel, newest first, replies in threads left out.
func (s *Server) history(r request) (reply, error) {
	c, err := s.readable(r, "history")
	if err != nil {
		return nil, err
	}
	return page(r, c, true, func(m *Message) bool { return m.Thread == "" || m.Thread == m.TS || m.SubType == "thread_broadcast" })
}

// page answers with the messages that pass, limited as asked.
func page(r request, c *Channel, newestFirst bool, pass func(*Message) bool) (reply, error) {
	limit, err := strconv.Atoi(r.values.Get("limit"))
	if err != nil || limit <= 0 {
		limit = 100
	}
	if limit > 999 {
		return nil, refuse("invalid_limit")
	}
	start, _ := strconv.Atoi(r.values.Get("cursor"))
	metadata, _ := strconv.ParseBool(r.values.Get("include_all_metadata"))
	oldest, latest := r.values.Get("oldest"), r.values.Get("latest")
	var all []*Message
	for _, m := range c.messages {
		if !m.Deleted && m.Ephemeral == "" && pass(m) && m.TS > oldest && (latest == "" || m.TS < latest) {
			all = append(all, m)
		}
	}
	slices.SortFunc(all, func(a, b *Message) int { return strings.Compare(a.TS, b.TS) })
	if newestFirst {
		slices.Reverse(all)
	}
	list := []map[string]any{}
	for _, m := range all[min(start, len(all)):min(start+limit, len(all))] {
		list = append(list, m.wire(metadata))
	}
	cursor := ""
	if start+limit < len(all) {
		cursor = strconv.Itoa(start + limit)
	}
	return reply{"messages": list, "has_more": cursor != "", "response_metadata": reply{"next_cursor": cursor}}, nil
}

// userConversations lists what the bot is in, of the kinds that were asked for.
func (s *Server) userConversations(r request) (reply, error) {
	list := []reply{}
	kinds := map[string]Kind{"public_channel": Public, "private_channel": Private, "im": Direct}
	for name := range strings.SplitSeq(r.values.Get("types"), ",") {
		kind, ok := kinds[name]
		if !ok {
			return nil, refuse("invalid_types")
		}
		if !slices.Contains(r.team.Scopes, kind.prefix()+":read") {
			return nil, refuse("missing_scope")
		}
		for _, id := range slices.Sorted(maps.Keys(s.channels)) {
			if c := s.channels[id]; c.Kind == kind && !c.Archived && slices.Contains(c.Members, r.team.BotUser) {
				list = append(list, reply{"id": id})
			}
		}
	}
	return reply{"channels": list, "response_metadata": reply{"next_cursor": ""}}, nil
}

func (s *Server) openConversation(r request) (reply, error) {
	u, ok := s.users[r.values.Get("users")]
	if !ok {
		return nil, refuse("user_not_found")
	}
	if u.Bot {
		return nil, refuse("cannot_dm_bot")
	}
	return reply{"channel": reply{"id": s.direct(r.team, u.ID).ID}}, nil
}

func (s *Server) userInfo(r request) (reply, error) {
	u, ok := s.users[r.values.Get("user")]
	if !ok {
		return nil, refuse("user_not_found")
	}
	return reply{"user": reply{
		"id": u.ID, "team_id": u.Team, "is_bot": u.Bot, "is_restricted": u.Restricted,
		"is_stranger": u.Team != r.team.ID, "locale": u.Locale,
	}}, nil
}

func (s *Server) userGroups(r request) (reply, error) {
	all := []reply{}
	for _, id := range slices.Sorted(maps.Keys(r.team.groups)) {
		group := reply{"id": id, "team_id": r.team.ID, "is_usergroup": true, "handle": "g", "name": "g", "date_delete": 0}
		if r.values.Get("include_users") == "true" {
			group["users"] = r.team.groups[id]
		}
		all = append(all, group)
	}
	return reply{"usergroups": all}, nil
}
