package responder_test

import (
	"context"
	"sync"
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
