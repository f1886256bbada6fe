// Package modelserver is a language model to test against: a server of the
// protocol of OpenAI on a real socket, that answers what a test tells it to and
// remembers every byte that reaches it.
package modelserver

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// A Request is what a model was asked.
type Request struct {
	System, User string
	// Data is the JSON between the fences of the user's message.
	Data Data
	// Messages counts all messages; more than two ask for a repair.
	Messages int
	// Format is the type of response_format, or "".
	Format string
}

// Data is what kapbot tells of a question.
type Data struct {
	Entries []struct {
		ID        string `json:"id"`
		Question  string `json:"question"`
		Sentences []struct {
			Text    string   `json:"text"`
			Sources []string `json:"sources"`
		} `json:"sentences"`
	} `json:"entries"`
	Earlier  []string `json:"earlier"`
	Question string   `json:"question"`
}

// A Behavior answers a chat completion. It may do anything with the connection.
type Behavior func(w http.ResponseWriter, r *http.Request, q Request)

// Server is a model. Make one with New.
type Server struct {
	http *httptest.Server

	mu         sync.Mutex
	behave     Behavior
	moderation http.HandlerFunc
	bytes      []byte
	requests   []Request
	moderated  []string
}

// New starts a server that finds nothing in the material. It ends with the test.
func New(tb testing.TB) *Server {
	tb.Helper()
	s := Start()
	tb.Cleanup(s.Close)
	return s
}

// Start starts a server that its caller closes.
func Start() *Server {
	s := &Server{behave: Says(NotFound)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/chat/completions", s.chat)
	mux.HandleFunc("POST /openai/deployments/{name}/chat/completions", s.chat)
	mux.HandleFunc("POST /v1/moderations", s.moderate)
	mux.HandleFunc("GET /v1/models", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"object":"list","data":[{"id":"test-model","object":"model"}]}`)
	})
	s.http = httptest.NewUnstartedServer(mux)
	s.http.Listener = listener{s.http.Listener, s}
	s.http.Start()
	return s
}

// Close ends the server, also before its test does.
func (s *Server) Close() {
	s.http.CloseClientConnections()
	s.http.Close()
}

// URL is the address to give as OPENAI_BASE_URL.
func (s *Server) URL() string { return s.http.URL + "/v1" }

// Endpoint is the address to give for Azure.
func (s *Server) Endpoint() string { return s.http.URL }

// Behave changes how the server answers from now on.
func (s *Server) Behave(b Behavior) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behave = b
}

// Moderate changes how the server answers at the moderation endpoint.
func (s *Server) Moderate(h http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.moderation = h
}

// Bytes is all that was ever received, headers and all.
func (s *Server) Bytes() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]byte(nil), s.bytes...)
}

// Requests are the chat completions asked for.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// Take is Requests, and forgets all that was received so far.
func (s *Server) Take() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.requests
	s.bytes, s.requests, s.moderated = nil, nil, nil
	return all
}

// Moderated are the texts that the moderation endpoint was asked about.
func (s *Server) Moderated() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.moderated...)
}

// Holds reports whether a text was received anywhere: as it is, or in JSON.
func (s *Server) Holds(text string) bool {
	once, err := json.Marshal(text)
	if err != nil {
		return true
	}
	twice, err := json.Marshal(string(once[1 : len(once)-1]))
	if err != nil {
		return true
	}
	all := string(s.Bytes())
	return strings.Contains(all, text) || strings.Contains(all, string(once[1:len(once)-1])) || strings.Contains(all, string(twice[1:len(twice)-1]))
}

func (s *Server) chat(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Messages []struct{ Role, Content string }
		Format   struct{ Type string } `json:"response_format"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || len(body.Messages) < 2 {
		http.Error(w, `{"error":{"message":"bad request"}}`, http.StatusBadRequest)
		return
	}
	q := Request{System: body.Messages[0].Content, User: body.Messages[1].Content, Messages: len(body.Messages), Format: body.Format.Type}
	if from, to := strings.IndexByte(q.User, '{'), strings.LastIndexByte(q.User, '}'); from >= 0 && to > from {
		_ = json.Unmarshal([]byte(q.User[from:to+1]), &q.Data) // a test that needs it sees what is missing
	}
	s.mu.Lock()
	s.requests = append(s.requests, q)
	behave := s.behave
	s.mu.Unlock()
	behave(w, r, q)
}

func (s *Server) moderate(w http.ResponseWriter, r *http.Request) {
	var body struct{ Input string }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	s.moderated = append(s.moderated, body.Input)
	h := s.moderation
	s.mu.Unlock()
	if h == nil {
		h = Flags()
	}
	h(w, r)
}

// Flags answers the moderation endpoint with the categories that are true.
func Flags(categories ...string) http.HandlerFunc {
	found := map[string]bool{}
	for _, c := range categories {
		found[c] = true
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"id": "modr-1", "model": "omni-moderation-latest", "results": []any{
			map[string]any{"flagged": len(found) > 0, "categories": found, "category_scores": map[string]float64{}},
		}})
	}
}

// listener remembers what its connections receive.
type listener struct {
	net.Listener
	server *Server
}

// Accept implements net.Listener.
func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, fmt.Errorf("accept: %w", err)
	}
	return conn{c, l.server}, nil
}

type conn struct {
	net.Conn
	server *Server
}

// Read implements net.Conn.
func (c conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.server.mu.Lock()
	c.server.bytes = append(c.server.bytes, p[:n]...)
	c.server.mu.Unlock()
	return n, err //nolint:wrapcheck // the server of package http wants io.EOF as it is
}
