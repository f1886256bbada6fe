// Package sessiontest holds the contract of session.Store, and a store in memory that
// keeps it, for tests.
package sessiontest

import (
	"context"
	"sync"
	"time"

	"kapbot/internal/web/session"
)

// Memory is a store without a database.
type Memory struct {
	mu       sync.Mutex
	links    map[string]link
	sessions map[string]session.Pass
}

type link struct {
	session.Pass
	used bool
}

var _ session.Store = (*Memory)(nil)

// NewMemory returns an empty store.
func NewMemory() *Memory {
	return &Memory{links: map[string]link{}, sessions: map[string]session.Pass{}}
}

// AddLink keeps a link.
func (m *Memory) AddLink(_ context.Context, hash string, p session.Pass) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.links[hash] = link{Pass: p}
	return nil
}

// CountLinks counts the links of a person.
func (m *Memory) CountLinks(_ context.Context, p session.Pass, after time.Time) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, l := range m.links {
		if l.Network == p.Network && l.Space == p.Space && l.Person.ID == p.Person.ID && l.Until.After(after) {
			n++
		}
	}
	return n, nil
}

// TakeLink takes a link once.
func (m *Memory) TakeLink(_ context.Context, hash string, now time.Time) (session.Pass, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	l, ok := m.links[hash]
	if !ok || l.used || !l.Until.After(now) {
		return session.Pass{}, false, nil
	}
	l.used = true
	m.links[hash] = l
	return l.Pass, true, nil
}

// AddSession keeps a session.
func (m *Memory) AddSession(_ context.Context, hash string, p session.Pass) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sessions[hash] = p
	return nil
}

// Session returns a session that lasts.
func (m *Memory) Session(_ context.Context, hash string, now time.Time) (session.Pass, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, ok := m.sessions[hash]
	return p, ok && p.Until.After(now), nil
}

// EndSession ends a session.
func (m *Memory) EndSession(_ context.Context, hash string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.sessions, hash)
	return nil
}
