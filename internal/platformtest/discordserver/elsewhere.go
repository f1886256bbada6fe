package discordserver

import (
	"cmp"
	"net/http"
	"slices"
)

// A guild is a further server that the bot is on.
type guild struct {
	name    string
	members []string
}

// Elsewhere puts the bot on a further server, which has these members and no rooms.
func (s *Server) Elsewhere(id, name string, members ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.guilds == nil {
		s.guilds = map[string]guild{}
	}
	for _, m := range members {
		s.known(m, false)
	}
	s.guilds[id] = guild{name, members}
}

// Leave takes a person off the first server. Direct messages with them stay.
func (s *Server) Leave(person string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known(person, false)
	if s.left == nil {
		s.left = map[string]bool{}
	}
	s.left[person] = true
}

// HideMembers makes requests for members fail with a status, 0 for no more.
func (s *Server) HideMembers(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hidden = status
}

func (s *Server) myGuilds(*http.Request, []byte) (any, *apiError) {
	all := []map[string]any{{"id": Guild, "name": "Test"}}
	for id, g := range s.guilds {
		all = append(all, map[string]any{"id": id, "name": g.name})
	}
	slices.SortFunc(all, func(a, b map[string]any) int { return cmp.Compare(a["id"].(string), b["id"].(string)) })
	return all, nil
}

func (s *Server) getMember(r *http.Request, _ []byte) (any, *apiError) {
	if s.hidden != 0 {
		return nil, refuse(s.hidden, 0, "hidden")
	}
	id, there := r.PathValue("user"), r.PathValue("guild")
	u, known := s.users[id]
	roles := s.roles[id]
	if there == Guild {
		known = known && !s.left[id]
	} else {
		known, roles = slices.Contains(s.guilds[there].members, id), nil
	}
	if !known {
		return nil, refuse(http.StatusNotFound, 10007, "Unknown Member")
	}
	return map[string]any{"user": u, "roles": append([]string{}, roles...)}, nil
}
