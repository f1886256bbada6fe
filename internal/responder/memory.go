package responder

import (
	"sync"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
)

// maxConversations bounds the memory. A conversation's state is a few hundred
// bytes; one that is not held is dropped first when there are more.
const maxConversations = 50_000

// key is one person in one conversation: risk is remembered of people, not of
// rooms.
type key struct {
	at   chat.Ref
	from string
}

func keyOf(ev chat.Event) key { return key{ev.At.Conversation(), ev.From.ID} }

// memory holds the states of conversations. Words in a state are wiped by a
// timer when their minute is over, traffic or not.
type memory struct {
	mu       sync.Mutex
	states   map[key]crisis.State
	fellBack map[key]time.Time
	wipe     *time.Timer
	closed   bool
}

func newMemory() *memory {
	return &memory{states: map[key]crisis.State{}, fellBack: map[key]time.Time{}}
}

// update replaces the state of a conversation. change runs under the lock of
// all conversations: triage is short, and two messages of one person must be
// read in order.
func (m *memory) update(k key, now time.Time, change func(crisis.State) crisis.State) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := change(m.states[k])
	if s.Expired(now) {
		delete(m.states, k)
		return
	}
	if _, known := m.states[k]; !known && len(m.states) >= maxConversations {
		m.evict(now)
	}
	m.states[k] = s
	if m.wipe == nil && !m.closed && !s.Words().IsZero() {
		m.wipe = time.AfterFunc(crisis.FragmentFor, func() { m.sweep(time.Now()) })
	}
}

// evict drops some conversation. A map is walked in random order, so nobody can
// choose whose.
func (m *memory) evict(now time.Time) {
	var last key
	for k, s := range m.states {
		last = k
		if !s.Held(now) {
			break
		}
	}
	delete(m.states, last)
}

// sweep wipes words older than their minute and forgets what has expired.
func (m *memory) sweep(now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	next := time.Time{}
	for k, s := range m.states {
		if s.Expired(now) {
			delete(m.states, k)
			continue
		}
		s = s.Forget(now)
		m.states[k] = s
		if until := s.Words(); !until.IsZero() && (next.IsZero() || until.Before(next)) {
			next = until
		}
	}
	for k, at := range m.fellBack {
		if now.Sub(at) > crisis.CardEvery {
			delete(m.fellBack, k)
		}
	}
	m.wipe = nil
	if !next.IsZero() && !m.closed {
		m.wipe = time.AfterFunc(max(time.Millisecond, next.Sub(now)), func() { m.sweep(time.Now()) })
	}
}

// held reports whether a card was shown in the conversation within the hold.
func (m *memory) held(k key, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.states[k].Held(now)
}

// again reports whether a fallback card was shown within CardEvery, and notes
// that one is shown now.
func (m *memory) again(k key, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	last, ok := m.fellBack[k]
	if ok && now.Sub(last) < crisis.CardEvery {
		return true
	}
	if len(m.fellBack) >= maxConversations {
		clear(m.fellBack) // then some see the whole card twice, which harms nobody
	}
	m.fellBack[k] = now
	return false
}

func (m *memory) close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	if m.wipe != nil {
		m.wipe.Stop()
	}
	clear(m.states)
}
