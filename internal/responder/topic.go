package responder

import (
	"sync"
	"time"
)

// topicFor is how long a question may lean on the one before it.
const topicFor = 10 * time.Minute

// topics remembers which entry a person was shown last in a conversation, so
// that "and the side effects?" is understood. It holds ids of entries, no words.
type topics struct {
	mu   sync.Mutex
	last map[key]topic
}

type topic struct {
	entry string
	until time.Time
}

// note remembers an entry. Where there are too many, all are forgotten: then
// some have to ask in whole sentences.
func (t *topics) note(k key, entry string, now time.Time) {
	if entry == "" {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.last == nil || len(t.last) >= maxConversations {
		t.last = map[key]topic{}
	}
	t.last[k] = topic{entry, now.Add(topicFor)}
}

// entry returns the entry shown last, or "" if that is too long ago.
func (t *topics) entry(k key, now time.Time) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	last := t.last[k]
	if now.After(last.until) {
		delete(t.last, k)
		return ""
	}
	return last.entry
}

func (t *topics) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.last)
}
