package slack

import (
	"strings"
	"sync"
	"time"

	"kapbot/internal/chat"
)

// remembered is how many of a kind are kept: at least so many of the last, at most
// twice as many.
const remembered = 10_000

// recent is a map that forgets what is oldest.
type recent[K comparable, V any] struct {
	mu       sync.Mutex
	now, old map[K]V
}

func newRecent[K comparable, V any]() *recent[K, V] { return &recent[K, V]{now: map[K]V{}} }

func (r *recent[K, V]) put(key K, value V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.now) >= remembered {
		r.old, r.now = r.now, map[K]V{}
	}
	r.now[key] = value
}

func (r *recent[K, V]) get(key K) (V, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if v, ok := r.now[key]; ok {
		return v, true
	}
	v, ok := r.old[key]
	return v, ok
}

// hookFor is how long Slack takes answers at a response URL, a little less.
const hookFor = 29 * time.Minute

// A hook is where a command, a shortcut or a pressed button is answered. It works
// in rooms in which the bot is no member.
type hook struct {
	url   string
	spare bool // only where the message itself cannot be answered
	until time.Time
}

// hooks remembers them. They are secrets of a kind and never leave memory.
type hooks struct{ *recent[chat.Ref, hook] }

func newHooks() *hooks { return &hooks{newRecent[chat.Ref, hook]()} }

func (h *hooks) put(at chat.Ref, k hook) {
	k.until = time.Now().Add(hookFor)
	h.recent.put(at, k)
}

func (h *hooks) get(at chat.Ref) (hook, bool) {
	k, ok := h.recent.get(at)
	return k, ok && k.url != "" && time.Now().Before(k.until)
}

// What memory keeps of a thread.
type trait string

const (
	joined    trait = "joined"    // the bot wrote in it, so all of it is for the bot
	assistant trait = "assistant" // it is in Slack's assistant pane
	titled    trait = "titled"    // it has its title
)

// memory knows threads, until the program ends.
type memory struct{ *recent[string, bool] }

func newMemory() *memory { return &memory{newRecent[string, bool]()} }

func name(t trait, team, channel, thread string) string {
	return strings.Join([]string{string(t), team, channel, thread}, " ")
}

func (m *memory) note(t trait, team, channel, thread string) {
	if thread != "" {
		m.put(name(t, team, channel, thread), true)
	}
}

func (m *memory) has(t trait, team, channel, thread string) bool {
	ok, _ := m.get(name(t, team, channel, thread))
	return ok && thread != ""
}
