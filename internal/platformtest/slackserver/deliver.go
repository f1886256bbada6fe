package slackserver

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// The types of delivery, by the names of Socket Mode's envelopes.
const (
	events      = "events_api"
	interaction = "interactive"
	slash       = "slash_commands"
)

// A Delivery is one event on its way to the app.
type Delivery struct {
	EnvelopeID string
	Type       string
	Payload    map[string]any
	Attempts   int
	Acked      bool
	AckAfter   time.Duration // from SentAt
	Answer     []byte        // what came with the acknowledgement
	SentAt     time.Time     // of the last attempt
	settled    chan struct{}
}

// Deliveries lists what was delivered.
func (s *Server) Deliveries() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Delivery, 0, len(s.sent))
	for _, d := range s.sent {
		out = append(out, *d)
	}
	return out
}

// Settled reports whether every delivery was acknowledged.
func (s *Server) Settled() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !slices.ContainsFunc(s.sent, func(d *Delivery) bool { return !d.Acked })
}

// Again delivers something once more although it was acknowledged, as happens
// when an acknowledgement is lost.
func (s *Server) Again(d Delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.send(d.Type, d.Payload)
}

// settle notes an acknowledgement. The lock is held.
func (s *Server) settle(d *Delivery, answer []byte) {
	if d.Acked {
		return // of an earlier attempt, which Slack takes as well
	}
	d.Acked, d.AckAfter, d.Answer = true, time.Since(d.SentAt), answer
	if d.AckAfter > s.app.AckWait {
		s.violation("%s was acknowledged after %v", d.Type, d.AckAfter.Round(time.Millisecond))
	}
	close(d.settled)
	s.change()
}

// send puts a delivery on its way. The lock is held.
func (s *Server) send(kind string, payload map[string]any) {
	d := &Delivery{
		EnvelopeID: fmt.Sprintf("env-%d", s.next()), Type: kind, Payload: payload, settled: make(chan struct{}), SentAt: time.Now(),
	}
	s.sent = append(s.sent, d)
	s.spawn(func(ctx context.Context) { s.carry(ctx, d) })
	s.change()
}

// carry tries until a delivery is acknowledged, with Slack's pauses. A command
// or a press is tried once: its person sees that it failed.
func (s *Server) carry(ctx context.Context, d *Delivery) {
	retries := s.app.Retries
	if d.Type != events {
		retries = nil
	}
	for try := 0; ; try++ {
		if s.attempt(ctx, d, try) {
			return
		}
		if try >= len(retries) {
			s.mu.Lock()
			if !d.Acked && ctx.Err() == nil {
				s.violation("%s was never acknowledged", d.Type)
			}
			s.mu.Unlock()
			return
		}
		select {
		case <-time.After(retries[try]):
		case <-d.settled:
			return
		case <-ctx.Done():
			return
		}
	}
}

func (s *Server) attempt(ctx context.Context, d *Delivery, try int) bool {
	s.mu.Lock()
	address := s.app.RequestURL
	s.mu.Unlock()
	if address != "" {
		return s.post(ctx, d, try, address)
	}
	c := s.free(ctx)
	if c == nil {
		return false
	}
	s.mu.Lock()
	d.Attempts++
	d.SentAt = time.Now()
	s.mu.Unlock()
	envelope := map[string]any{
		"envelope_id": d.EnvelopeID, "type": d.Type, "payload": d.Payload, "accepts_response_payload": d.Type != events,
	}
	if try > 0 {
		envelope["retry_attempt"], envelope["retry_reason"] = try, "timeout"
	}
	if c.send(envelope) != nil {
		return false
	}
	return s.settledBy(ctx, d, c)
}

// settledBy waits for the acknowledgement, the end of Slack's patience or the
// end of the connection.
func (s *Server) settledBy(ctx context.Context, d *Delivery, c *conn) bool {
	patience := time.NewTimer(s.app.AckWait)
	defer patience.Stop()
	for {
		s.mu.Lock()
		changed, alive := s.changed, slices.Contains(s.conns, c)
		s.mu.Unlock()
		if !alive {
			return false
		}
		select {
		case <-d.settled:
			return true
		case <-patience.C:
			return false
		case <-ctx.Done():
			return false
		case <-changed:
		}
	}
}

// free returns a connection that takes events, and waits for one: Slack keeps
// events for a client that is on its way back.
func (s *Server) free(ctx context.Context) *conn {
	var found *conn
	_ = s.Wait(ctx, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		for i := range s.conns {
			c := s.conns[(i+s.next())%len(s.conns)]
			if !c.going && !c.muted {
				found = c
				return true
			}
		}
		return false
	})
	return found
}

// Sign returns the headers of a delivery over HTTP.
func (s *Server) Sign(body []byte, at time.Time) http.Header {
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(s.app.SigningSecret))
	fmt.Fprintf(mac, "v0:%s:%s", stamp, body)
	h := http.Header{}
	h.Set("X-Slack-Request-Timestamp", stamp)
	h.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
	return h
}

// post delivers over HTTP: JSON for events, forms for the rest.
func (s *Server) post(ctx context.Context, d *Delivery, try int, address string) bool {
	ctx, cancel := context.WithTimeout(ctx, s.app.AckWait)
	defer cancel()
	path, kind, body := encodeDelivery(d)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address+path, bytes.NewReader(body))
	if err != nil {
		return false
	}
	req.Header = s.Sign(body, time.Now())
	req.Header.Set("Content-Type", kind)
	if try > 0 {
		req.Header.Set("X-Slack-Retry-Num", strconv.Itoa(try))
		req.Header.Set("X-Slack-Retry-Reason", "http_timeout")
	}
	s.mu.Lock()
	d.Attempts++
	d.SentAt = time.Now()
	s.mu.Unlock()
	res, err := s.http.Client().Do(req)
	if err != nil {
		return false
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxBody))
	if err != nil || res.StatusCode/100 != 2 {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(d, answer)
	return true
}

func encodeDelivery(d *Delivery) (path, kind string, body []byte) {
	raw, err := json.Marshal(d.Payload)
	if err != nil {
		panic("slackserver: a payload that is no JSON: " + err.Error())
	}
	switch d.Type {
	case interaction:
		return "/interactive", "application/x-www-form-urlencoded", []byte(url.Values{"payload": {string(raw)}}.Encode())
	case slash:
		form := url.Values{}
		for key, value := range d.Payload {
			form.Set(key, fmt.Sprint(value))
		}
		return "/commands", "application/x-www-form-urlencoded", []byte(form.Encode())
	}
	return "/events", "application/json", raw
}

// VerifyURL does what Slack does when an address is entered: it posts a
// challenge and wants it back.
func (s *Server) VerifyURL(ctx context.Context) error {
	d := &Delivery{
		Type: events, settled: make(chan struct{}),
		Payload: map[string]any{"type": "url_verification", "challenge": "3eZbrw1aB1", "token": "legacy"},
	}
	s.mu.Lock()
	address := s.app.RequestURL
	s.mu.Unlock()
	if !s.post(ctx, d, 0, address) {
		return fmt.Errorf("the address did not answer")
	}
	var body struct {
		Challenge string `json:"challenge"`
	}
	if json.Unmarshal(d.Answer, &body) != nil {
		body.Challenge = string(d.Answer)
	}
	if body.Challenge != "3eZbrw1aB1" {
		return fmt.Errorf("your request URL didn't respond with the value of the challenge parameter")
	}
	return nil
}
