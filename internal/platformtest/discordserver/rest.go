package discordserver

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// An apiError is a refusal as Discord words it.
type apiError struct {
	status  int
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func refuse(status, code int, format string, args ...any) *apiError {
	return &apiError{status, code, fmt.Sprintf(format, args...)}
}

func invalid(format string, args ...any) *apiError {
	return refuse(http.StatusBadRequest, 50035, "Invalid Form Body: "+format, args...)
}

// A route does a request and returns what to answer, nil for nothing.
type route func(r *http.Request, body []byte) (any, *apiError)

func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	on := func(pattern string, do route) {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" /api/v9"+path, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, do) })
	}
	on("GET /users/@me", func(*http.Request, []byte) (any, *apiError) { return s.users[BotID], nil })
	on("GET /users/@me/guilds", s.myGuilds)
	on("GET /gateway", func(*http.Request, []byte) (any, *apiError) { return map[string]any{"url": s.address()}, nil })
	on("GET /gateway/bot", func(*http.Request, []byte) (any, *apiError) {
		return map[string]any{"url": s.address(), "shards": s.Shards, "session_start_limit": map[string]int{
			"total": 1000, "remaining": 999, "reset_after": 14400000, "max_concurrency": 1,
		}}, nil
	})
	on("GET /applications/@me", s.application)
	on("PUT /applications/{app}/commands", s.putCommands)
	on("POST /users/@me/channels", s.openDirect)
	on("GET /channels/{channel}", s.getChannel)
	on("GET /channels/{channel}/thread-members/{user}", s.getThreadMember)
	on("GET /guilds/{guild}", s.getGuild)
	on("GET /guilds/{guild}/members/{user}", s.getMember)
	on("GET /channels/{channel}/messages", s.listMessages)
	on("POST /channels/{channel}/messages", s.postMessage)
	on("GET /channels/{channel}/messages/{message}", s.getMessage)
	on("PATCH /channels/{channel}/messages/{message}", s.patchMessage)
	on("DELETE /channels/{channel}/messages/{message}", s.deleteMessage)
	on("POST /interactions/{id}/{token}/callback", s.callback)
	on("PATCH /webhooks/{app}/{token}/messages/@original", s.patchOriginal)
	on("POST /webhooks/{app}/{token}", s.followUp)
	mux.HandleFunc("/gateway/", s.serveGateway)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.violate("there is no %s %s", r.Method, r.URL.Path)
		answer(w, nil, refuse(http.StatusNotFound, 0, "404: Not Found"))
	})
	return mux
}

func (s *Server) address() string {
	if s.Gateway != "" {
		return "wss://" + s.Gateway + "/gateway"
	}
	return "ws" + strings.TrimPrefix(s.http.URL, "http") + "/gateway"
}

func (s *Server) violate(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.violations = append(s.violations, fmt.Sprintf(format, args...))
}

// serve does one request: who asks, how often, what goes wrong, what is done.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, do route) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	open := strings.HasPrefix(r.URL.Path, "/api/v9/interactions/") || strings.HasPrefix(r.URL.Path, "/api/v9/webhooks/")
	if r.Header.Get("Authorization") != "Bot "+Token && !open {
		answer(w, nil, refuse(http.StatusUnauthorized, 0, "401: Unauthorized"))
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	fault := s.fault(r)
	if fault != nil && !fault.After {
		fail(w, *fault)
		return
	}
	if wait, global := s.limited(w, r); wait > 0 {
		fail(w, Fault{Status: http.StatusTooManyRequests, RetryAfter: wait, Global: global})
		return
	}
	result, refusal := do(r, body)
	if refusal != nil && refusal.status == http.StatusBadRequest && refusal.Code != 40060 {
		s.violations = append(s.violations, r.Method+" "+r.URL.Path+": "+refusal.Message)
	}
	if fault != nil {
		fail(w, *fault)
		return
	}
	answer(w, result, refusal)
}

func (s *Server) fault(r *http.Request) *Fault {
	for _, f := range s.faults {
		if fault := f(r); fault != nil {
			return fault
		}
	}
	return nil
}

func fail(w http.ResponseWriter, f Fault) {
	if f.Cut {
		panic(http.ErrAbortHandler)
	}
	if f.Status == http.StatusTooManyRequests {
		seconds := f.RetryAfter.Seconds()
		w.Header().Set("Retry-After", fmt.Sprint(int(seconds)+1))
		w.Header().Set("X-RateLimit-Reset-After", fmt.Sprintf("%.3f", seconds))
		w.Header().Set("X-RateLimit-Remaining", "0")
		if f.Global {
			w.Header().Set("X-RateLimit-Global", "true")
		}
		write(w, f.Status, map[string]any{"message": "You are being rate limited.", "retry_after": seconds, "global": f.Global})
		return
	}
	write(w, f.Status, map[string]any{"message": http.StatusText(f.Status), "code": 0})
}

func answer(w http.ResponseWriter, result any, refusal *apiError) {
	switch {
	case refusal != nil:
		write(w, refusal.status, refusal)
	case result == nil:
		w.WriteHeader(http.StatusNoContent)
	default:
		write(w, http.StatusOK, result)
	}
}

func write(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a client that went away has its error already
}

// limited reports how long a request is too early, and says in its headers what is
// left.
func (s *Server) limited(w http.ResponseWriter, r *http.Request) (wait time.Duration, global bool) {
	if strings.HasPrefix(r.URL.Path, "/api/v9/interactions/") {
		return 0, false
	}
	if wait := s.window("global", s.Global, time.Second); wait > 0 {
		return wait, true
	}
	if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/messages") || s.PerChannel == 0 {
		return 0, false
	}
	wait = s.window(r.URL.Path, s.PerChannel, 5*time.Second)
	left := s.PerChannel - len(s.windows[r.URL.Path])
	w.Header().Set("X-RateLimit-Limit", fmt.Sprint(s.PerChannel))
	w.Header().Set("X-RateLimit-Remaining", fmt.Sprint(left))
	w.Header().Set("X-RateLimit-Reset-After", fmt.Sprintf("%.3f", (5*time.Second-time.Since(s.windows[r.URL.Path][0])).Seconds()))
	return wait, false
}

// window counts an event in a sliding window and reports how long it is too early.
func (s *Server) window(name string, limit int, length time.Duration) time.Duration {
	if limit == 0 {
		return 0
	}
	now := time.Now()
	kept := slices.DeleteFunc(s.windows[name], func(at time.Time) bool { return now.Sub(at) >= length })
	if len(kept) >= limit {
		s.windows[name] = kept
		return length - now.Sub(kept[0])
	}
	s.windows[name] = append(kept, now)
	return 0
}
