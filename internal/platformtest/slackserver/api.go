package slackserver

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxBody is the largest request that is read, in bytes.
const maxBody = 1 << 20

// A Call is one request to the Web API.
type Call struct {
	Method string
	Team   string
	Values url.Values
	At     time.Time
}

// A Fault is how the next call of a method goes wrong.
type Fault struct {
	Status     int           // answered instead, with nothing done
	RetryAfter time.Duration // with status 429
	Error      string        // Slack's own error, with status 200
	Drop       bool          // the connection breaks before anything is done
	DropAfter  bool          // it is done, and the connection breaks before the answer
	Hang       time.Duration // nothing is done for this long
	HangAfter  time.Duration // it is done, and the answer takes this long
}

// Fail makes the next calls of a method fail, one fault each.
func (s *Server) Fail(method string, faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[method] = append(s.faults[method], faults...)
}

// Calls lists the calls of a method; with an empty name, all.
func (s *Server) Calls(method string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Call
	for _, c := range s.calls {
		if method == "" || c.Method == method {
			out = append(out, c)
		}
	}
	return out
}

// A request is a call that is being answered.
type request struct {
	team   *Team
	values url.Values
}

// A reply is a method's answer; "ok" is added.
type reply map[string]any

// A refusal is Slack's error, with what it says beside it.
type refusal struct {
	code  string
	extra reply
}

func (r refusal) Error() string { return r.code }

func refuse(code string) error { return refusal{code: code} }

// A method is one of the Web API. Any one of scopes suffices.
type method struct {
	run    func(*Server, request) (reply, error)
	scopes []string
	app    bool // wants the app-level token
	open   bool // wants no token
}

func methods() map[string]method {
	return map[string]method{
		"api.test":                              {run: func(*Server, request) (reply, error) { return nil, nil }, open: true},
		"auth.test":                             {run: (*Server).authTest},
		"chat.postMessage":                      {run: (*Server).postMessage, scopes: []string{"chat:write"}},
		"chat.postEphemeral":                    {run: (*Server).postEphemeral, scopes: []string{"chat:write"}},
		"chat.update":                           {run: (*Server).update, scopes: []string{"chat:write"}},
		"chat.delete":                           {run: (*Server).deleteMessage, scopes: []string{"chat:write"}},
		"conversations.info":                    {run: (*Server).conversationInfo},
		"conversations.replies":                 {run: (*Server).replies},
		"conversations.history":                 {run: (*Server).history},
		"conversations.open":                    {run: (*Server).openConversation, scopes: []string{"im:write"}},
		"users.info":                            {run: (*Server).userInfo, scopes: []string{"users:read"}},
		"users.conversations":                   {run: (*Server).userConversations},
		"usergroups.list":                       {run: (*Server).userGroups, scopes: []string{"usergroups:read"}},
		"views.publish":                         {run: (*Server).publish},
		"views.open":                            {run: (*Server).openView},
		"assistant.threads.setStatus":           {run: (*Server).setStatus, scopes: []string{"assistant:write", "chat:write"}},
		"assistant.threads.setTitle":            {run: (*Server).setTitle, scopes: []string{"assistant:write"}},
		"assistant.threads.setSuggestedPrompts": {run: (*Server).setPrompts, scopes: []string{"assistant:write"}},
		"oauth.v2.access":                       {run: (*Server).oauthAccess, open: true},
		"apps.connections.open":                 {run: (*Server).openSocket, app: true},
	}
}

func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/api/")
	values, err := form(r)
	if err != nil {
		answer(w, nil, refuse("invalid_form_data"))
		return
	}
	token := values.Get("token")
	values.Del("token")
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		token = bearer
	}
	s.mu.Lock()
	fault := s.fault(name)
	s.mu.Unlock()
	if !fault.before(w, r) {
		return
	}
	s.mu.Lock()
	team := s.teamOf(token)
	s.calls = append(s.calls, Call{Method: name, Team: nameOf(team), Values: values, At: time.Now()})
	s.change()
	out, err := s.call(name, token, request{team, values})
	s.mu.Unlock()
	if !fault.after(w, r) {
		return
	}
	if team != nil {
		w.Header().Set("X-OAuth-Scopes", strings.Join(team.Scopes, ","))
	}
	answer(w, out, err)
}

func nameOf(t *Team) string {
	if t == nil {
		return ""
	}
	return t.ID
}

// call runs a method whose caller was checked. The lock is held.
func (s *Server) call(name, token string, r request) (reply, error) {
	m, known := methods()[name]
	switch {
	case !known:
		return nil, refuse("unknown_method")
	case m.open:
	case token == "":
		return nil, refuse("not_authed")
	case m.app && strings.HasPrefix(token, "xoxb-"):
		return nil, refuse("not_allowed_token_type")
	case m.app && token != s.app.Token, !m.app && r.team == nil:
		return nil, refuse("invalid_auth")
	case len(m.scopes) > 0 && !slices.ContainsFunc(m.scopes, func(x string) bool { return slices.Contains(r.team.Scopes, x) }):
		return nil, missing(r.team, m.scopes[0])
	}
	return m.run(s, r)
}

func missing(t *Team, scope string) error {
	return refusal{"missing_scope", reply{"needed": scope, "provided": strings.Join(t.Scopes, ",")}}
}

func (s *Server) teamOf(token string) *Team {
	for _, t := range s.teams {
		if t.Token == token {
			return t
		}
	}
	return nil
}

func (s *Server) fault(name string) Fault {
	list := s.faults[name]
	if len(list) == 0 {
		return Fault{}
	}
	s.faults[name] = list[1:]
	return list[0]
}

// before plays the part of a fault that comes before the call. It reports
// whether the call is to be made.
func (f Fault) before(w http.ResponseWriter, r *http.Request) bool {
	if f.Hang > 0 {
		select {
		case <-time.After(f.Hang):
		case <-r.Context().Done():
			return false
		}
	}
	switch {
	case f.Drop:
		drop(w)
	case f.Status == http.StatusTooManyRequests:
		w.Header().Set("Retry-After", strconv.Itoa(int(f.RetryAfter.Seconds())))
		w.WriteHeader(f.Status)
		answer(w, nil, refuse("ratelimited"))
	case f.Status != 0:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(f.Status)
		fmt.Fprint(w, "<html>Something went wrong</html>")
	case f.Error != "":
		answer(w, nil, refuse(f.Error))
	default:
		return true
	}
	return false
}

// after plays the part of a fault that comes when the call is done. It reports
// whether the call is to be answered.
func (f Fault) after(w http.ResponseWriter, r *http.Request) bool {
	if f.HangAfter > 0 {
		select {
		case <-time.After(f.HangAfter):
		case <-r.Context().Done():
		}
	}
	if f.DropAfter {
		drop(w)
	}
	return !f.DropAfter
}

// drop breaks the connection in the middle.
func drop(w http.ResponseWriter) {
	if h, ok := w.(http.Hijacker); ok {
		if c, _, err := h.Hijack(); err == nil {
			_ = c.Close()
		}
	}
}

// form reads arguments from a form or from JSON, as Slack takes both.
func form(r *http.Request) (url.Values, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return nil, fmt.Errorf("read a request: %w", err)
	}
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		values, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, fmt.Errorf("read a form: %w", err)
		}
		for key, list := range r.URL.Query() {
			values[key] = list
		}
		return values, nil
	}
	values := url.Values{}
	var fields map[string]json.RawMessage
	if len(body) == 0 {
		return values, nil
	}
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, fmt.Errorf("read JSON: %w", err)
	}
	for key, raw := range fields {
		if string(raw) == "null" {
			continue
		}
		var text string
		if json.Unmarshal(raw, &text) != nil {
			text = string(raw)
		}
		values.Set(key, text)
	}
	return values, nil
}

func answer(w http.ResponseWriter, out reply, err error) {
	body := reply{"ok": err == nil}
	for key, value := range out {
		body[key] = value
	}
	if err != nil {
		body["error"] = err.Error()
		if r, ok := err.(refusal); ok { //nolint:errorlint // methods return refusals bare
			for key, value := range r.extra {
				body[key] = value
			}
		}
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(body)
}

func (s *Server) authTest(r request) (reply, error) {
	return reply{
		"url": s.http.URL + "/", "team": r.team.Name, "team_id": r.team.ID, "user": "kapbot", "user_id": r.team.BotUser,
		"bot_id": r.team.BotID,
	}, nil
}
