package outbox_test

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"kapbot/bots"
	"kapbot/internal/chat"
	"kapbot/internal/outbox"
	"kapbot/internal/outbox/outboxtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memory is a store that can be slow or broken.
type memory struct {
	mu    sync.Mutex
	cards map[string]outbox.Card
	ends  map[string]outbox.End
	delay time.Duration
	err   error
}

func newMemory() *memory {
	return &memory{cards: map[string]outbox.Card{}, ends: map[string]outbox.End{}}
}

func id(c outbox.Card) string { return string(c.To.Network) + " " + c.Key }

func (m *memory) Intend(_ context.Context, c outbox.Card) (bool, error) {
	time.Sleep(m.delay)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return false, m.err
	}
	if _, known := m.cards[id(c)]; known {
		return false, nil
	}
	m.cards[id(c)] = c
	return true, nil
}

func (m *memory) Settle(_ context.Context, c outbox.Card, end outbox.End) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, known := m.cards[id(c)]; known {
		m.ends[id(c)] = end
	}
	return m.err
}

func (m *memory) Pending(context.Context) ([]outbox.Card, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []outbox.Card
	for key, c := range m.cards {
		if m.ends[key] == outbox.Pending {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(x, y outbox.Card) int { return cmp.Compare(x.At.UnixNano(), y.At.UnixNano()) })
	return out, m.err
}

func (m *memory) end(c outbox.Card) outbox.End {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.ends[id(c)]
}

func TestMemoryIsAStore(t *testing.T) {
	outboxtest.Run(t, func(*testing.T) (outbox.Store, func() outbox.Store) {
		m := newMemory()
		return m, func() outbox.Store { return m }
	})
}

// room is a network whose answers a test chooses.
type room struct {
	mu     sync.Mutex
	send   func(n int) error // the error of attempt n, from 1
	alone  func(n int) error
	find   func(n int) ([]chat.Ref, error)
	log    []string
	at     []time.Duration
	began  time.Time
	counts map[string]int
	posts  []chat.Post
}

func (r *room) note(what string, p chat.Post) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.counts == nil {
		r.counts, r.began = map[string]int{}, time.Now()
	}
	r.counts[what]++
	r.log, r.at, r.posts = append(r.log, what), append(r.at, time.Since(r.began)), append(r.posts, p)
	return r.counts[what]
}

func (r *room) Send(_ context.Context, p chat.Post) ([]chat.Ref, error) {
	what := "send"
	if p.To.Channel == "moderators" {
		r.note("alert", p)
		return nil, nil
	}
	if n := r.note(what, p); r.send != nil {
		if err := r.send(n); err != nil {
			return nil, err
		}
	}
	return []chat.Ref{{Message: "card"}}, nil
}

func (r *room) Link(at chat.Ref) string { return "https://example.org/" + at.Message }

// friendly is a room that can reach a person alone and look for what it sent.
type friendly struct{ *room }

func (r friendly) SendPrivate(_ context.Context, p chat.Post) ([]chat.Ref, error) {
	if n := r.note("alone", p); r.alone != nil {
		return nil, r.alone(n)
	}
	return nil, nil
}

func (r friendly) Find(_ context.Context, p chat.Post) ([]chat.Ref, error) {
	if n := r.note("find", p); r.find != nil {
		return r.find(n)
	}
	return nil, nil
}

type texts struct{}

func (texts) Card(c outbox.Card) (chat.Reply, bool) {
	return chat.Reply{Card: &chat.Card{Name: c.Name, Text: "again"}}, true
}

func (texts) Alert(_ outbox.Card, link string) chat.Reply {
	return chat.Reply{Kind: chat.Notice, Text: "alert " + link}
}

func always(err error) func(int) error { return func(int) error { return err } }

// sent runs an outbox in time that takes none, sends one card and returns how it
// ended.
func sent(t *testing.T, s *memory, n bots.Sender, log io.Writer, do func(o *outbox.Outbox, net outbox.Network, c outbox.Card)) outbox.End {
	t.Helper()
	var end outbox.End
	synctest.Test(t, func(*testing.T) {
		o := outbox.New(s, texts{}, slog.New(slog.NewTextHandler(log, nil)))
		c := outboxtest.Card(1)
		c.At = time.Now()
		net := outbox.Network{Name: "net", Sender: n, Alerts: chat.Ref{Network: "net", Channel: "moderators"}}
		do(o, net, c)
		time.Sleep(time.Hour)
		o.Close()
		end = s.end(c)
	})
	return end
}

func send(o *outbox.Outbox, n outbox.Network, c outbox.Card) { o.Send(n, c, reply) }
