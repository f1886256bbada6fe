package slackserver

import (
	"encoding/json"
	"unicode/utf8"
)

// maxPrompts is how many prompts may be suggested in an assistant thread.
const maxPrompts = 4

// An Assistant is what the app set on an assistant thread.
type Assistant struct {
	Title    string
	Status   string
	Statuses []string // all that were set, in order
	Prompts  []Prompt
}

// A Prompt is one suggestion: pressing it writes the message.
type Prompt struct {
	Title   string `json:"title"`
	Message string `json:"message"`
}

// Assistant returns what was set on a thread.
func (s *Server) Assistant(channel, thread string) Assistant {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.prompts[channel+thread]
}

// thread changes an assistant thread, which is one in a direct message.
func (s *Server) thread(r request, change func(*Assistant)) (reply, error) {
	channel, thread := r.values.Get("channel_id"), r.values.Get("thread_ts")
	c, ok := s.channels[channel]
	if !ok || c.Kind != Direct {
		return nil, refuse("channel_not_found")
	}
	if _, err := s.find(channel, thread); err != nil {
		return nil, refuse("thread_not_found")
	}
	a := s.prompts[channel+thread]
	change(&a)
	s.prompts[channel+thread] = a
	s.change()
	return reply{}, nil
}

func (s *Server) setStatus(r request) (reply, error) {
	return s.thread(r, func(a *Assistant) {
		a.Status = r.values.Get("status")
		a.Statuses = append(a.Statuses, a.Status)
	})
}

func (s *Server) setTitle(r request) (reply, error) {
	title := r.values.Get("title")
	if title == "" {
		return nil, refuse("invalid_arguments")
	}
	return s.thread(r, func(a *Assistant) { a.Title = title })
}

func (s *Server) setPrompts(r request) (reply, error) {
	var list []Prompt
	if err := json.Unmarshal([]byte(r.values.Get("prompts")), &list); err != nil || len(list) == 0 || len(list) > maxPrompts {
		return nil, refuse("invalid_arguments")
	}
	for _, p := range list {
		if p.Title == "" || p.Message == "" || utf8.RuneCountInString(p.Title) > 75 {
			return nil, refuse("invalid_arguments")
		}
	}
	return s.thread(r, func(a *Assistant) { a.Prompts = list })
}

// Code makes the code that Slack hands back after somebody pressed "Allow", for
// a workspace that AddTeam knows.
func (s *Server) Code(team string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	code := "code-" + team
	s.codes[code] = team
	return code
}

func (s *Server) oauthAccess(r request) (reply, error) {
	if r.values.Get("client_id") != s.app.ClientID {
		return nil, refuse("invalid_client_id")
	}
	if r.values.Get("client_secret") != s.app.ClientSecret {
		return nil, refuse("bad_client_secret")
	}
	t, ok := s.teams[s.codes[r.values.Get("code")]]
	if !ok {
		return nil, refuse("invalid_code")
	}
	delete(s.codes, r.values.Get("code")) // a code is good for one exchange
	scopes := ""
	for i, x := range t.Scopes {
		if i > 0 {
			scopes += ","
		}
		scopes += x
	}
	return reply{
		"access_token": t.Token, "token_type": "bot", "scope": scopes, "bot_user_id": t.BotUser, "app_id": s.app.ID,
		"team": reply{"id": t.ID, "name": t.Name}, "authed_user": reply{"id": "UINSTALLER"}, "enterprise": nil,
	}, nil
}
