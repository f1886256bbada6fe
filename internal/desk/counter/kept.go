package counter

import (
	"strconv"
	"sync"
	"time"

	"kapbot/internal/chat"
)

// What is kept of texts that could not be saved, in memory only.
const (
	keepFor  = 15 * time.Minute
	keepMost = 200
)

// kept are forms that somebody may go on with.
type kept struct {
	now  func() time.Time
	mu   sync.Mutex
	next int
	all  []keptForm // oldest first
}

type keptForm struct {
	id    string
	whose string
	form  chat.Form
	until time.Time
}

func newKept(now func() time.Time) *kept { return &kept{now: now} }

// put keeps a form and returns its name.
func (k *kept) put(whose string, f chat.Form) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.drop()
	k.next++
	id := strconv.Itoa(k.next)
	k.all = append(k.all, keptForm{id, whose, f, k.now().Add(keepFor)})
	return id
}

// get returns a form to whoever wrote it.
func (k *kept) get(id, whose string) (chat.Form, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.drop()
	for _, f := range k.all {
		if f.id == id && f.whose == whose {
			return f.form, true
		}
	}
	return chat.Form{}, false
}

// drop forgets what is too old, and the oldest where there are too many.
func (k *kept) drop() {
	for len(k.all) > 0 && (len(k.all) >= keepMost || !k.now().Before(k.all[0].until)) {
		k.all = k.all[1:]
	}
}
