package responder_test

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
)

// slow is a triage that waits for a sign before it reads the word "wait".
type slow struct {
	responderChecker
	begun, free chan struct{}
}

type responderChecker interface {
	Check(chat.Body, crisis.State, time.Time) (crisis.Verdict, crisis.State)
}

func (s slow) Check(b chat.Body, state crisis.State, now time.Time) (crisis.Verdict, crisis.State) {
	if said, ok := b.(chat.Said); ok && said.Text == "wait" {
		close(s.begun)
		<-s.free
	}
	return s.responderChecker.Check(b, state, now)
}

func TestNobodyWaitsForSomebodyElsesTriage(t *testing.T) {
	gate := slow{triage(), make(chan struct{}), make(chan struct{})}
	r := newRoom(t, gate, answers())
	var wg sync.WaitGroup
	wg.Go(func() { r.says("wait") })
	<-gate.begun
	other := said(wish)
	other.From.ID = "q"
	if ack := r.Handle(context.Background(), other); shown(ack) == "" {
		t.Error("no card")
	}
	if r.Held(said("")) {
		t.Error("the first person is held")
	}
	close(gate.free)
	wg.Wait()
}

// busy is a triage that counts how many read at once.
type busy struct {
	responderChecker
	now, most *atomic.Int32
}

func (b busy) Check(body chat.Body, state crisis.State, now time.Time) (crisis.Verdict, crisis.State) {
	n := b.now.Add(1)
	defer b.now.Add(-1)
	for most := b.most.Load(); n > most && !b.most.CompareAndSwap(most, n); most = b.most.Load() {
	}
	return b.responderChecker.Check(body, state, now)
}

func TestARushIsReadAFewAtATime(t *testing.T) {
	b := busy{triage(), new(atomic.Int32), new(atomic.Int32)}
	r := newRoom(t, b, answers())
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			ev := said(wish)
			ev.From.ID = fmt.Sprint(i)
			if ack := r.Handle(context.Background(), ev); shown(ack) == "" {
				t.Errorf("person %d: no card", i)
			}
		})
	}
	wg.Wait()
	if limit := int32(max(4, 2*runtime.GOMAXPROCS(0))); b.most.Load() > limit {
		t.Errorf("%d at once, want at most %d", b.most.Load(), limit)
	}
}
