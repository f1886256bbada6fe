package slackserver

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// maxAck is the size of an acknowledgement in bytes from which on Slack drops
// it without a word.
const maxAck = 20 << 10

// maxConns is how many connections an app may hold at once.
const maxConns = 10

// A conn is one Socket Mode connection.
type conn struct {
	ws    *websocket.Conn
	write sync.Mutex
	going bool // told to go: no new deliveries
	muted bool // no pings and no deliveries, as on a dead line
}

func (c *conn) send(v any) error {
	c.write.Lock()
	defer c.write.Unlock()
	if err := c.ws.WriteJSON(v); err != nil {
		return fmt.Errorf("write to a socket: %w", err)
	}
	return nil
}

func (s *Server) openSocket(request) (reply, error) {
	if s.app.RequestURL != "" {
		return nil, refuse("socket_mode_not_enabled")
	}
	ticket := fmt.Sprintf("ticket-%d", s.next())
	s.tickets[ticket] = true
	return reply{"url": "ws" + strings.TrimPrefix(s.http.URL, "http") + "/link/?ticket=" + ticket + "&app_id=" + s.app.ID}, nil
}

func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	s.mu.Lock()
	good := s.tickets[ticket] && len(s.conns) < maxConns
	delete(s.tickets, ticket)
	s.mu.Unlock()
	if !good {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	done := make(chan struct{})
	s.mu.Lock()
	s.spawn(func(ctx context.Context) { s.hold(ctx, &conn{ws: ws}); close(done) })
	s.mu.Unlock()
	select {
	case <-done:
	case <-s.ctx.Done():
		_ = ws.Close()
	}
}

// hold keeps a connection until it breaks or the server is closed.
func (s *Server) hold(ctx context.Context, c *conn) {
	defer func() { _ = c.ws.Close() }()
	s.mu.Lock()
	n := len(s.conns) + 1
	s.mu.Unlock()
	debug := map[string]any{"host": "applink-1", "build_number": 1, "approximate_connection_time": 18060}
	if c.send(map[string]any{
		"type": "hello", "num_connections": n, "debug_info": debug, "connection_info": map[string]any{"app_id": s.app.ID},
	}) != nil {
		return
	}
	s.mu.Lock()
	s.conns = append(s.conns, c)
	s.change()
	ctx, stop := context.WithCancel(ctx)
	s.spawn(func(context.Context) { s.ping(ctx, c) })
	s.mu.Unlock()
	for {
		_, data, err := c.ws.ReadMessage()
		if err != nil {
			break
		}
		s.acknowledged(data)
	}
	stop()
	s.mu.Lock()
	s.conns = slices.DeleteFunc(s.conns, func(x *conn) bool { return x == c })
	s.change()
	s.mu.Unlock()
}

func (s *Server) ping(ctx context.Context, c *conn) {
	beat := func() error {
		s.mu.Lock()
		muted := c.muted
		s.mu.Unlock()
		if muted {
			return nil
		}
		return c.ws.WriteControl(websocket.PingMessage, []byte("Ping from applink-1"), time.Now().Add(time.Second))
	}
	tick := time.NewTicker(s.app.PingEvery)
	defer tick.Stop()
	for beat() == nil {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (s *Server) acknowledged(data []byte) {
	var ack struct {
		EnvelopeID string          `json:"envelope_id"`
		Payload    json.RawMessage `json:"payload"`
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := json.Unmarshal(data, &ack); err != nil {
		s.violation("an acknowledgement that is no JSON")
		return
	}
	i := slices.IndexFunc(s.sent, func(d *Delivery) bool { return d.EnvelopeID == ack.EnvelopeID })
	if i < 0 {
		s.violation("an acknowledgement of an envelope that was never sent")
		return
	}
	if len(data) >= maxAck {
		s.violation("an acknowledgement of %d bytes, which Slack drops", len(data))
		return
	}
	s.settle(s.sent[i], ack.Payload)
}

// Connections is how many sockets are open.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

// each does something to every connection, outside of the lock.
func (s *Server) each(mark func(*conn), do func(*conn)) {
	s.mu.Lock()
	conns := slices.Clone(s.conns)
	for _, c := range conns {
		mark(c)
	}
	s.mu.Unlock()
	for _, c := range conns {
		do(c)
	}
}

// Refresh asks every client to come back on a new connection, as Slack does
// every few hours. The old ones take no more events.
func (s *Server) Refresh() {
	s.each(func(c *conn) { c.going = true }, func(c *conn) {
		_ = c.send(map[string]any{"type": "disconnect", "reason": "refresh_requested", "debug_info": map[string]any{"host": "applink-1"}})
	})
}

// Cut breaks every connection without a word.
func (s *Server) Cut() {
	s.each(func(c *conn) { c.going = true }, func(c *conn) { _ = c.ws.NetConn().Close() })
}

// Mute leaves the connections open and silent: no pings, no events.
func (s *Server) Mute() {
	s.each(func(c *conn) { c.muted = true }, func(*conn) {})
}
