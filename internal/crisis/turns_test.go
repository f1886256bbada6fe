package crisis_test

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
)

// Where many write at once, a plain crisis is read while the others still wait for the
// classifier: at least half of them are unread when its verdict is there.
func TestAPlainCrisisDoesNotWaitForOthers(t *testing.T) {
	const others = 150
	var read sync.WaitGroup
	var mu sync.Mutex
	done := 0
	begun := make(chan struct{}, others)
	for i := range others {
		read.Go(func() {
			begun <- struct{}{}
			triage().Check(chat.Said{Text: "I drove up from Tulsa with my brother, " + strconv.Itoa(i) + " miles and not one decent coffee"}, crisis.State{}, time.Now())
			mu.Lock()
			done++
			mu.Unlock()
		})
	}
	for range others {
		<-begun
	}
	v, _ := triage().Check(chat.Said{Text: "i want to kill myself tonight"}, crisis.State{}, time.Now())
	mu.Lock()
	before := done
	mu.Unlock()
	read.Wait()
	if !v.Level.ShowsCard() || before > others/2 {
		t.Errorf("level %v after %d of %d others", v.Level, before, others)
	}
}
