package discordserver

import (
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Operations and close codes of the gateway.
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opResume         = 6
	opReconnect      = 7
	opInvalidSession = 9
	opHello          = 10
	opAck            = 11

	closeUnauthorized = 4004
	closeTimedOut     = 4009
	closeNoIntents    = 4014

	intentGuilds         = 1 << 0
	intentGuildMessages  = 1 << 9
	intentDirectMessages = 1 << 12
	intentMessageContent = 1 << 15
)

// replayed is how many events a session keeps for a connection that comes back.
const replayed = 20_000

type gateway struct {
	sessions   map[string]*session
	conns      []*conn
	ended      bool
	identified time.Time
	logins     int
	resumes    int
}

// A session is what a connection can come back to.
type session struct {
	id      string
	intents int
	shard   [2]int
	seq     int
	sent    []packet
	conn    *conn // nil while it is away
	invalid bool
}

// Held is how many connections each shard has now.
func (s *Server) Held() map[int]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	held := map[int]int{}
	for _, c := range s.gateway.conns {
		if c.session != nil {
			held[c.session.shard[0]]++
		}
	}
	return held
}

type packet struct {
	Op   int    `json:"op"`
	Data any    `json:"d"`
	Seq  *int   `json:"s,omitempty"`
	Type string `json:"t,omitempty"`
}

type conn struct {
	ws      *websocket.Conn
	mu      sync.Mutex
	session *session
	silent  bool
}

func (c *conn) send(p packet) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.ws.WriteJSON(p) // a connection that is gone shows in the next read
}

func (c *conn) shut(code int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
	_ = c.ws.Close()
}

var upgrader = websocket.Upgrader{}

func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &conn{ws: ws}
	s.mu.Lock()
	if s.gateway.ended {
		s.mu.Unlock()
		_ = ws.Close()
		return
	}
	s.gateway.conns = append(s.gateway.conns, c)
	s.wg.Add(1)
	s.mu.Unlock()
	defer s.wg.Done()
	defer s.leave(c)
	c.send(packet{Op: opHello, Data: map[string]any{"heartbeat_interval": s.HeartbeatEvery.Milliseconds()}})
	for {
		_ = ws.SetReadDeadline(time.Now().Add(2 * s.HeartbeatEvery))
		var in struct {
			Op   int             `json:"op"`
			Data json.RawMessage `json:"d"`
		}
		if err := ws.ReadJSON(&in); err != nil {
			if !websocket.IsUnexpectedCloseError(err) {
				c.shut(closeTimedOut)
			}
			s.closed(c, err)
			return
		}
		if !s.hear(c, in.Op, in.Data) {
			return
		}
	}
}

// closed ends the session of a connection that was closed in the way that ends it.
func (s *Server) closed(c *conn, err error) {
	if websocket.IsCloseError(err, websocket.CloseNormalClosure, websocket.CloseGoingAway) && c.session != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		c.session.invalid = true
	}
}

func (s *Server) leave(c *conn) {
	_ = c.ws.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.conns = slices.DeleteFunc(s.gateway.conns, func(o *conn) bool { return o == c })
	if c.session != nil && c.session.conn == c {
		c.session.conn = nil
	}
	s.change()
}

// hear does what a bot says. It reports false when the connection is over.
func (s *Server) hear(c *conn, op int, data json.RawMessage) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.silent {
		return true
	}
	switch op {
	case opHeartbeat:
		c.send(packet{Op: opAck})
	case opIdentify:
		return s.identify(c, data)
	case opResume:
		s.resume(c, data)
	}
	return true
}

func (s *Server) identify(c *conn, data json.RawMessage) bool {
	var in struct {
		Token   string  `json:"token"`
		Intents int     `json:"intents"`
		Shard   *[2]int `json:"shard"`
	}
	_ = json.Unmarshal(data, &in) // what is missing is refused below
	switch {
	case in.Token != "Bot "+Token:
		c.shut(closeUnauthorized)
		return false
	case in.Intents&intentMessageContent != 0 && !s.MessageContent:
		c.shut(closeNoIntents)
		return false
	case time.Since(s.gateway.identified) < s.IdentifyEvery:
		s.violations = append(s.violations, "it logged in again too early")
		c.send(packet{Op: opInvalidSession, Data: false})
		return true
	}
	s.gateway.identified = time.Now()
	s.gateway.logins++
	n := &session{id: s.snowflake(), intents: in.Intents, shard: [2]int{0, 1}, conn: c}
	if in.Shard != nil {
		n.shard = *in.Shard
	}
	c.session = n
	s.gateway.sessions[n.id] = n
	s.push(n, "READY", map[string]any{
		"v": 9, "user": s.users[BotID], "guilds": []any{map[string]any{"id": Guild, "unavailable": true}}, "session_id": n.id,
		"resume_gateway_url": s.address(), "application": map[string]any{"id": AppID, "flags": 0},
	})
	s.push(n, "GUILD_CREATE", s.guild())
	s.change()
	return true
}

func (s *Server) guild() map[string]any {
	threads, channels := []any{}, []any{}
	last := map[string]string{}
	for _, m := range s.messages {
		if len(m.ID) > len(last[m.ChannelID]) || len(m.ID) == len(last[m.ChannelID]) && m.ID > last[m.ChannelID] {
			last[m.ChannelID] = m.ID
		}
	}
	for _, c := range s.channels {
		switch {
		case c.thread:
			threads = append(threads, threadOf(c, true))
		case c.direct == "":
			channels = append(channels, map[string]any{"id": c.id, "type": 0, "last_message_id": last[c.id]})
		}
	}
	return map[string]any{"id": Guild, "name": "Test", "threads": threads, "channels": channels, "members": []any{}, "roles": []any{}}
}

func (s *Server) resume(c *conn, data json.RawMessage) {
	var in struct {
		Token string `json:"token"`
		ID    string `json:"session_id"`
		Seq   int    `json:"seq"`
	}
	_ = json.Unmarshal(data, &in) // what is missing is refused below
	n := s.gateway.sessions[in.ID]
	if n == nil || n.invalid || in.Token != "Bot "+Token {
		c.send(packet{Op: opInvalidSession, Data: false})
		return
	}
	s.gateway.resumes++
	n.conn, c.session = c, n
	for _, p := range n.sent {
		if *p.Seq > in.Seq {
			c.send(p)
		}
	}
	s.push(n, "RESUMED", map[string]any{})
	s.change()
}

// push sends an event to one session, now or when it comes back. s.mu is held.
func (s *Server) push(n *session, kind string, data any) {
	n.seq++
	seq := n.seq
	// The event is fixed as it is now.
	raw, err := json.Marshal(data)
	if err != nil {
		s.tb.Error(err)
		return
	}
	p := packet{Op: opDispatch, Data: json.RawMessage(raw), Seq: &seq, Type: kind}
	if kind != "READY" && kind != "RESUMED" {
		if n.sent = append(n.sent, p); len(n.sent) > replayed {
			n.sent = n.sent[1:]
		}
	}
	if n.conn != nil && !n.conn.silent {
		n.conn.send(p)
	}
}

// A held event is one that waits for Release.
type held struct {
	kind string
	data any
}

// Hold keeps what happens from now on from the gateway.
func (s *Server) Hold() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.holding = true
}

// Release sends what was held, the last event first.
func (s *Server) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.holding = false
	for _, h := range slices.Backward(s.held) {
		s.dispatch(h.kind, h.data)
	}
	s.held = nil
}

// Tell sends an event just as it is, whether Discord would or not.
func (s *Server) Tell(kind string, data any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dispatch(kind, data)
}

// dispatch sends an event to every session that may have it. s.mu is held.
func (s *Server) dispatch(kind string, data any) {
	if s.holding {
		if m, ok := data.(*Message); ok {
			now := *m
			data = &now
		}
		s.held = append(s.held, held{kind, data})
		return
	}
	for _, n := range s.gateway.sessions {
		if n.invalid {
			continue
		}
		if m, ok := data.(*Message); ok {
			seen := *s.visibleTo(m, n.intents)
			s.push(n, kind, seen)
			continue
		}
		s.push(n, kind, data)
	}
}

// visible is a message as the bot may see it by REST.
func (s *Server) visible(m *Message) *Message {
	intents := 0
	if s.MessageContent {
		intents = intentMessageContent
	}
	return s.visibleTo(m, intents)
}

// visibleTo takes the content out where the privileged intent is missing.
func (s *Server) visibleTo(m *Message, intents int) *Message {
	mentioned := slices.ContainsFunc(m.Mentions, func(u user) bool { return u.ID == BotID })
	if intents&intentMessageContent != 0 || m.GuildID == "" || m.Author.ID == BotID || mentioned {
		return m
	}
	seen := *m
	seen.Content, seen.Components, seen.Attachments = "", []component{}, []attachment{}
	return &seen
}
