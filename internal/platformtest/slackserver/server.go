package slackserver

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// An App is what a developer fills in on Slack's pages. Empty fields are given
// values that Slack might give.
type App struct {
	ID            string
	Token         string // app-level token, with connections:write
	SigningSecret string
	ClientID      string
	ClientSecret  string
	Command       string   // the slash command, "/kap"
	Events        []string // subscriptions; nil for all
	// RequestURL is where events are posted. Empty means Socket Mode. The
	// paths /events, /interactive and /commands are appended.
	RequestURL string
	// AckWait is how long Slack waits for an acknowledgement: 3 seconds.
	AckWait time.Duration
	// Retries are the pauses before an event is delivered again; Slack's are
	// next to none, a minute and five minutes.
	Retries []time.Duration
	// PingEvery is the pause between the server's WebSocket pings.
	PingEvery time.Duration
}

// Server is a running Slack.
type Server struct {
	app  App
	http *httptest.Server

	mu       sync.Mutex
	changed  chan struct{} // closed and replaced on every change
	teams    map[string]*Team
	users    map[string]*User
	channels map[string]*Channel
	views    map[string]View // Home by user
	prompts  map[string]Assistant
	codes    map[string]string // OAuth code → team
	hooks    map[string]hook   // response URLs
	triggers map[string]trigger
	modals   map[string]openModal // the form before a person
	tickets  map[string]bool
	conns    []*conn
	faults   map[string][]Fault
	calls    []Call
	sent     []*Delivery
	wrong    []string
	changes  []Change
	number   int

	ctx    context.Context
	cancel context.CancelFunc
	busy   sync.WaitGroup
}

// New starts a Slack with one app and no workspace.
func New(app App) *Server {
	fill := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	fill(&app.ID, "A0KAPBOT")
	fill(&app.Token, "xapp-1-A0KAPBOT-1-test")
	fill(&app.SigningSecret, "8f742231b10e8888abcd99yyyzzz85a5")
	fill(&app.ClientID, "1111.2222")
	fill(&app.ClientSecret, "client-secret")
	fill(&app.Command, "/kap")
	if app.AckWait == 0 {
		app.AckWait = 3 * time.Second
	}
	if app.Retries == nil {
		app.Retries = []time.Duration{time.Millisecond, time.Minute, 5 * time.Minute}
	}
	if app.PingEvery == 0 {
		app.PingEvery = 10 * time.Second
	}
	s := &Server{
		app: app, changed: make(chan struct{}),
		teams: map[string]*Team{}, users: map[string]*User{}, channels: map[string]*Channel{},
		views: map[string]View{}, prompts: map[string]Assistant{}, codes: map[string]string{}, hooks: map[string]hook{},
		triggers: map[string]trigger{}, modals: map[string]openModal{}, tickets: map[string]bool{}, faults: map[string][]Fault{},
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	mux := http.NewServeMux()
	mux.HandleFunc("/api/", s.serveAPI)
	mux.HandleFunc("/link/", s.serveSocket)
	mux.HandleFunc("/hooks/", s.serveHook)
	s.http = httptest.NewServer(mux)
	return s
}

// Close disconnects everybody and waits until nothing of the server runs.
func (s *Server) Close() {
	s.mu.Lock()
	s.cancel()
	conns := slices.Clone(s.conns)
	s.mu.Unlock()
	for _, c := range conns {
		_ = c.ws.Close()
	}
	s.busy.Wait()
	s.http.CloseClientConnections()
	s.http.Close()
}

// APIURL is the address of the Web API, with the slash that SDKs want.
func (s *Server) APIURL() string { return s.http.URL + "/api/" }

// App returns the app with all its secrets.
func (s *Server) App() App { return s.app }

// SetRequestURL turns Socket Mode off and delivers to an address from now on.
func (s *Server) SetRequestURL(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.app.RequestURL = url
}

// change tells all who wait that something happened. The lock is held.
func (s *Server) change() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Wait returns once done says so; done is asked again after every change.
func (s *Server) Wait(ctx context.Context, done func() bool) error {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if done() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("wait for the Slack server: %w", ctx.Err())
		}
	}
}

// violation notes something that Slack would not refuse and that is wrong all
// the same. The lock is held.
func (s *Server) violation(format string, args ...any) {
	s.wrong = append(s.wrong, fmt.Sprintf(format, args...))
	s.change()
}

// Violations lists what was wrong without being refused.
func (s *Server) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.wrong)
}

// next returns a new number for identifiers. The lock is held.
func (s *Server) next() int {
	s.number++
	return s.number
}

// ts makes the timestamp that names a message: unique, and rising. The lock is
// held.
func (s *Server) ts() string { return fmt.Sprintf("%d.%06d", time.Now().Unix(), s.next()) }

// spawn runs f until it returns or the server is closed; Close waits for it.
// The lock is held.
func (s *Server) spawn(f func(ctx context.Context)) {
	if s.ctx.Err() == nil {
		s.busy.Go(func() { f(s.ctx) })
	}
}

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

// Client is an HTTP client for the server, which ends its connections with it.
func (s *Server) Client() *http.Client { return s.http.Client() }

// Forget drops what was written, said and delivered, so that a long test measures
// the bot's memory and not the server's. Channels and people stay.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls, s.changes = nil, nil
	s.sent = slices.DeleteFunc(s.sent, func(d *Delivery) bool { return d.Acked })
	clear(s.hooks)
	clear(s.triggers)
	for _, c := range s.channels {
		c.messages = nil
	}
}
