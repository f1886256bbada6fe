package inbox

import (
	"sync"
	"time"

	"kapbot/internal/chat"
)

// maxRecent bounds how many questions are remembered.
const maxRecent = 5000

// recent remembers, for RememberFor, what people asked that has no answer. A timer
// wipes each. The zero value is empty.
type recent struct {
	mu     sync.Mutex
	of     map[asker]*question
	closed bool
}

type asker struct {
	of     chat.Community
	person string
}

type question struct {
	text string
	wipe *time.Timer
}

func (r *recent) put(who asker, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed || len(r.of) >= maxRecent {
		return
	}
	if r.of == nil {
		r.of = map[asker]*question{}
	}
	if before := r.of[who]; before != nil {
		before.wipe.Stop()
	}
	q := &question{text: text}
	q.wipe = time.AfterFunc(RememberFor, func() { r.drop(who, q) })
	r.of[who] = q
}

func (r *recent) drop(who asker, q *question) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.of[who] == q {
		delete(r.of, who)
	}
}

// get returns what somebody asked within the last minute, or "".
func (r *recent) get(who asker) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if q := r.of[who]; q != nil {
		return q.text
	}
	return ""
}

func (r *recent) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	for _, q := range r.of {
		q.wipe.Stop()
	}
	clear(r.of)
}
