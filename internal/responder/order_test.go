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

// TestACardWaitsForNoRush lets many people chat at once, whose messages wait for the
// classifier, and somebody write that they want to die: the card is there before the
// others have been read.
func TestACardWaitsForNoRush(t *testing.T) {
	const people = 100
	r := newRoom(t, triage(), answers())
	var rush sync.WaitGroup
	var begun, read atomic.Int32
	for i := range people {
		rush.Go(func() {
			ev := said("anyone going to the cookout on saturday?")
			ev.From.ID = fmt.Sprint(i)
			begun.Add(1)
			r.Handle(context.Background(), ev)
			read.Add(1)
		})
	}
	for begun.Load() < people {
		runtime.Gosched()
	}
	ev := said(wish)
	ev.From.ID = "ann"
	if ack := r.Handle(context.Background(), ev); shown(ack) == "" {
		t.Error("no card")
	}
	if n := read.Load(); n > people/5 {
		t.Errorf("%d of %d others had been read before the card was there", n, people)
	}
	rush.Wait()
}
