package courier

import (
	"sync"

	"kapbot/internal/chat"
)

// writers remembers who wrote a message for as long as something is to be done about
// it.
type writers struct {
	mu sync.Mutex
	by map[chat.Ref]*writer
}

type writer struct {
	person string
	jobs   int
}

// add says that there is something to be done about a message, and returns who wrote
// it: person, unless it is already known.
func (w *writers) add(at chat.Ref, person string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.by == nil {
		w.by = map[chat.Ref]*writer{}
	}
	found := w.by[at]
	if found == nil {
		found = &writer{person: person}
		w.by[at] = found
	}
	found.jobs++
	return found.person
}

// done says that one of the things to be done has been done.
func (w *writers) done(at chat.Ref) {
	w.mu.Lock()
	defer w.mu.Unlock()
	found := w.by[at]
	if found == nil {
		return
	}
	if found.jobs--; found.jobs == 0 {
		delete(w.by, at)
	}
}
