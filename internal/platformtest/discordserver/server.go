// Package discordserver is Discord as far as a bot sees it, for tests: the REST API
// and the gateway over a real WebSocket, written after the public documentation. It
// is strict about what Discord refuses, and it breaks on demand. The real SDK
// connects to it through Transport.
//
// It has one server ("guild") with one bot, and any number of people in rooms,
// threads and direct messages.
package discordserver

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Ids that are always there.
const (
	BotID = "900000000000000001"
	AppID = "900000000000000001"
	Guild = "910000000000000001"
	Token = "OTAwMDAwMDAwMDAwMDAwMDAx.test.token" //nolint:gosec // it opens nothing but this server
)

// epoch is the beginning of Discord's time, in milliseconds since 1970.
const epoch = 1420070400000

// Server is one Discord. Its fields are set before the first connection.
type Server struct {
	// HeartbeatEvery is what the gateway asks for. Two missing heartbeats end a
	// connection.
	HeartbeatEvery time.Duration
	// IdentifyEvery is the least time between two logins.
	IdentifyEvery time.Duration
	// MessageContent says that the privileged intent is switched on.
	MessageContent bool
	// PerChannel is how many messages a channel takes in five seconds, Global how
	// many requests the bot may make in a second. Zero is no limit.
	PerChannel, Global int
	// AnswerWithin is how long an interaction waits for its first response. Discord
	// waits for three seconds; here it is a minute unless a test says otherwise, as
	// three seconds may pass on a machine that does much else.
	AnswerWithin time.Duration
	// Shards is what the gateway advises.
	Shards int
	// Gateway is the host under which the gateway is reached over TLS; empty for where
	// the server listens itself.
	Gateway string

	http *httptest.Server
	tb   testing.TB
	wg   sync.WaitGroup

	mu           sync.Mutex
	changed      chan struct{} // closed and replaced at every change
	last         int64         // last snowflake
	channels     map[string]*channel
	messages     map[string]*Message
	users        map[string]user
	roles        map[string][]string
	guilds       map[string]guild // beside the first one
	left         map[string]bool  // who is not on the first one
	hidden       int              // how requests for members fail
	holding      bool             // see Hold
	held         []held
	nonces       map[string]string // author and nonce → message id
	operations   []Operation
	faults       []func(*http.Request) *Fault
	violations   []string
	interactions map[string]*interaction
	gateway      gateway
	windows      map[string][]time.Time
	commands     json.RawMessage
	requests     int
}

type user struct {
	ID       string `json:"id"`
	Username string `json:"username"`
	Bot      bool   `json:"bot,omitempty"`
}

type channel struct {
	id, parent string
	direct     string // the person of a direct message
	closed     bool   // the bot may not write
	thread     bool
	private    bool     // of a thread: for those who were added alone
	added      []string // to a thread
	hidden     []string // the people who may not see it
}

// A Message is a message as Discord stores it.
type Message struct {
	ID              string          `json:"id"`
	ChannelID       string          `json:"channel_id"`
	GuildID         string          `json:"guild_id,omitempty"`
	Author          user            `json:"author"`
	Content         string          `json:"content"`
	Timestamp       string          `json:"timestamp"`
	EditedTimestamp *string         `json:"edited_timestamp"`
	Mentions        []user          `json:"mentions"`
	Components      []component     `json:"components"`
	Attachments     []attachment    `json:"attachments"`
	Type            int             `json:"type"`
	Flags           int             `json:"flags,omitempty"`
	Nonce           string          `json:"nonce,omitempty"`
	Reference       *reference      `json:"message_reference,omitempty"`
	Referenced      *Message        `json:"referenced_message,omitempty"`
	WebhookID       string          `json:"webhook_id,omitempty"`
	Embeds          json.RawMessage `json:"embeds"`
}

type reference struct {
	MessageID       string `json:"message_id"`
	ChannelID       string `json:"channel_id,omitempty"`
	GuildID         string `json:"guild_id,omitempty"`
	Type            int    `json:"type,omitempty"`
	FailIfNotExists *bool  `json:"fail_if_not_exists,omitempty"`
}

type attachment struct {
	ID       string `json:"id"`
	Filename string `json:"filename"`
}

// An Operation is something the bot did that people see.
type Operation struct {
	Kind    string // "new", "edited", "removed", "alone" (an ephemeral response), "form"
	Message Message
	At      time.Time
}

// Text is the content and the labels of the buttons below it.
func (o Operation) Text() string {
	lines := []string{o.Message.Content}
	for _, row := range o.Message.Components {
		for _, b := range row.Components {
			lines = append(lines, b.Label)
		}
	}
	return strings.Join(lines, "\n")
}

// New starts a server, which ends with the test. What a bot did that Discord
// refuses or forbids fails the test.
func New(tb testing.TB) *Server {
	s := &Server{
		HeartbeatEvery: 41250 * time.Millisecond, AnswerWithin: time.Minute, MessageContent: true, Shards: 1, tb: tb, changed: make(chan struct{}),
		channels: map[string]*channel{}, messages: map[string]*Message{}, users: map[string]user{}, roles: map[string][]string{}, nonces: map[string]string{},
		interactions: map[string]*interaction{}, windows: map[string][]time.Time{},
	}
	s.gateway.sessions = map[string]*session{}
	s.users[BotID] = user{ID: BotID, Username: "kapbot", Bot: true}
	s.http = httptest.NewServer(s.handler())
	tb.Cleanup(s.close)
	return s
}

func (s *Server) close() {
	s.CutGateway()
	s.http.CloseClientConnections()
	s.http.Close()
	s.wg.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range s.violations {
		s.tb.Errorf("the bot broke a rule of Discord: %s", v)
	}
	for _, i := range s.interactions {
		if i.late {
			s.tb.Errorf("the interaction %s had no response within %v", i.id, s.AnswerWithin)
		}
	}
}

// Violations returns, and forgets, what the bot did wrong so far.
func (s *Server) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.violations
	s.violations = nil
	return v
}

// Transport leads requests for discord.com to the server. Each has connections of
// its own.
func (s *Server) Transport() http.RoundTripper {
	to, err := url.Parse(s.http.URL)
	if err != nil {
		s.tb.Fatal(err)
	}
	r := Redirect(to)
	s.tb.Cleanup(r.(redirect).CloseIdleConnections)
	return r
}

// URL is where the server listens, for a bot in another process.
func (s *Server) URL() string { return s.http.URL }

// Redirect leads requests for discord.com to the server at an address.
func Redirect(to *url.URL) http.RoundTripper {
	return redirect{to, http.DefaultTransport.(*http.Transport).Clone()}
}

type redirect struct {
	to *url.URL
	*http.Transport
}

func (r redirect) RoundTrip(q *http.Request) (*http.Response, error) {
	if q.URL.Host != "discord.com" {
		return nil, fmt.Errorf("a request to %s, which is not Discord", q.URL.Host)
	}
	q = q.Clone(q.Context())
	q.URL.Scheme, q.URL.Host, q.Host = r.to.Scheme, r.to.Host, ""
	return r.Transport.RoundTrip(q) //nolint:wrapcheck // the client wraps it
}

// snowflake makes an id. s.mu is held.
func (s *Server) snowflake() string {
	now := (time.Now().UnixMilli() - epoch) << 22
	s.last = max(s.last+1, now)
	return strconv.FormatInt(s.last, 10)
}

// change tells those who wait. s.mu is held.
func (s *Server) change() {
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *Server) operate(kind string, m Message) {
	s.operations = append(s.operations, Operation{kind, m, time.Now()})
	s.change()
}

// Operations returns all that the bot has done so far.
func (s *Server) Operations() []Operation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.operations)
}

// Await waits until ok is true of all that the bot has done, and returns that. It
// returns what there is when ctx is done.
func (s *Server) Await(ctx context.Context, ok func([]Operation) bool) []Operation {
	for {
		s.mu.Lock()
		all, changed := slices.Clone(s.operations), s.changed
		s.mu.Unlock()
		if ok(all) {
			return all
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return all
		}
	}
}

// until waits for something to be so, which it looks at under the lock. It reports false
// if it is not when ctx is done.
func (s *Server) until(ctx context.Context, so func() bool) bool {
	for {
		s.mu.Lock()
		done, changed := so(), s.changed
		s.mu.Unlock()
		if done {
			return true
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return false
		}
	}
}

// A Fault is how a request goes wrong.
type Fault struct {
	Status     int           // the answer; 0 for none
	RetryAfter time.Duration // with status 429
	Global     bool
	Cut        bool // the connection is cut
	After      bool // it is done before it goes wrong
}

// Break asks f about every request before it is done. The first that returns a
// fault counts.
func (s *Server) Break(f func(*http.Request) *Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
}

// Mend takes all faults away.
func (s *Server) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}
