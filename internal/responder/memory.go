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

// A conversation is what is held of one key. Its turn is taken while a message is
// triaged, so that two messages of one person are read in order and nobody
// else waits; its other fields belong to the lock of the memory.
type conversation struct {
	turn    sync.Mutex
	waiting int // messages that have or want the turn
	state   crisis.State
}

// memory holds the states of conversations. Words in a state are wiped by a
// timer when their minute is over, traffic or not.
type memory struct {
	mu       sync.Mutex
	all      map[key]*conversation
	fellBack map[key]time.Time
	wipe     *time.Timer
	closed   bool
}

func newMemory() *memory {
	return &memory{all: map[key]*conversation{}, fellBack: map[key]time.Time{}}
}

// update replaces the state of a conversation, one message at a time. A change
// that panics leaves it as it was.
func (m *memory) update(k key, now time.Time, change func(crisis.State) crisis.State) {
	c := m.enter(k, now)
	c.turn.Lock()
	defer c.turn.Unlock()
	s := m.state(c)
	defer func() { m.leave(k, c, s, now) }()
	s = change(s)
}

// enter returns the conversation of a key, which stays until leave.
func (m *memory) enter(k key, now time.Time) *conversation {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.all[k]
	if c == nil {
		if len(m.all) >= maxConversations {
			m.evict(now)
		}
		c = &conversation{}
		m.all[k] = c
	}
	c.waiting++
	return c
}

func (m *memory) state(c *conversation) crisis.State {
	m.mu.Lock()
	defer m.mu.Unlock()
	return c.state
}

func (m *memory) leave(k key, c *conversation, s crisis.State, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c.waiting--
	c.state = s
	if c.waiting == 0 && (s.Expired(now) || m.closed) {
		delete(m.all, k)
		return
	}
	if m.wipe == nil && !m.closed && !s.Words().IsZero() {
		m.wipe = time.AfterFunc(crisis.FragmentFor, func() { m.sweep(time.Now()) })
	}
}

// evict drops some conversation. A map is walked in random order, so nobody can
// choose whose.
func (m *memory) evict(now time.Time) {
	var last key
	for k, c := range m.all {
		if c.waiting > 0 {
			continue
		}
		last = k
		if !c.state.Held(now) {
			break
		}
	}
	delete(m.all, last)
}

// sweep wipes words older than their minute and forgets what has expired.
func (m *memory) sweep(now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	next := time.Time{}
	for k, c := range m.all {
		if c.state.Expired(now) && c.waiting == 0 {
			delete(m.all, k)
			continue
		}
		c.state = c.state.Forget(now)
		if until := c.state.Words(); !until.IsZero() && (next.IsZero() || until.Before(next)) {
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

// known returns the state of a conversation.
func (m *memory) known(k key) crisis.State {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c := m.all[k]; c != nil {
		return c.state
	}
	return crisis.State{}
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
	clear(m.all)
}
