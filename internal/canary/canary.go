// Package canary tries the whole way of a crisis message again and again: it is a
// chat network with one member, who writes the same cry for help every five minutes.
// The message takes the way of every other: courier, triage, outbox, store, and back
// to this network. No person reads it and no person is told of it; that it is
// answered with a card shows that the next person's will be.
package canary

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"kapbot/bots"
	"kapbot/internal/chat"
)

// Network is the name of the network. What counts, alerts or reports leaves it out.
const Network chat.Network = "canary"

// The canary's times.
const (
	every = 5 * time.Minute
	// within is how long its card may take. A person gets theirs in well below a
	// second; a busy machine is no fault.
	within = 10 * time.Second
)

// cry is what it writes: triage knows it by several rules.
const cry = "I want to kill myself"

// must stands in every card.
const must = "988"

// A Meter counts canaries.
type Meter interface {
	Sang(ok bool, at time.Time)
}

// Canary is the network. It is a bots.Platform and a bots.Sender.
type Canary struct {
	log   *slog.Logger
	meter Meter
	now   func() time.Time

	mu    sync.Mutex
	waits map[string]chan chat.Reply // by the conversation of a message
	fault error                      // of the last message
	began time.Time                  // of the message at work; zero: none is
}

// The faults that have no more to say.
var (
	errYet  = errors.New("no message has been tried yet")
	errLate = fmt.Errorf("no card came within %s", within)
)

// New returns a canary that has not sung.
func New(log *slog.Logger, m Meter) *Canary {
	return &Canary{log: log, meter: m, now: time.Now, waits: map[string]chan chat.Reply{}, fault: errYet}
}

// Name is Network.
func (c *Canary) Name() chat.Network { return Network }

// Run writes at once, and then again and again until ctx is done.
func (c *Canary) Run(ctx context.Context, h bots.Handler) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		c.sing(ctx, h)
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// Fault is why the last message did not get its card; nil if it did. A message that
// is stuck on its way is a fault as well.
func (c *Canary) Fault() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.began.IsZero() && c.now().Sub(c.began) > within {
		return errLate
	}
	return c.fault
}

// sing writes one message and waits for its card. Each is in a conversation of its
// own, so that none is answered as a repetition.
func (c *Canary) sing(ctx context.Context, h bots.Handler) {
	began := c.now()
	id := began.UTC().Format(time.RFC3339Nano)
	came := make(chan chat.Reply, 1)
	c.begin(id, began, came)
	defer c.end(id)
	h.Handle(ctx, chat.Event{
		Key: id, At: chat.Ref{Network: Network, Channel: id, Message: id}, From: chat.Person{ID: id},
		Addressed: true, Direct: true, Sent: began, Body: chat.Said{Text: cry},
	})
	late := time.NewTimer(within)
	defer late.Stop()
	var fault error
	select {
	case r := <-came:
		fault = look(r)
	case <-late.C:
		fault = errLate
	case <-ctx.Done():
		return
	}
	c.mu.Lock()
	c.fault, c.began = fault, time.Time{}
	c.mu.Unlock()
	c.meter.Sang(fault == nil, c.now())
	if fault != nil {
		c.log.Error("the self-test failed: a crisis message did not get its card", "err", fault)
	}
}

// look holds what came to what a card is.
func look(r chat.Reply) error {
	if !r.Kind.ShowsCard() || r.Card == nil || !strings.Contains(r.Card.Text, must) {
		return errors.New("what came was no crisis card")
	}
	return nil
}

// begin says where the answer in a conversation goes.
func (c *Canary) begin(id string, at time.Time, came chan chat.Reply) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waits[id], c.began = came, at
}

func (c *Canary) end(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.waits, id)
}

// Send takes an answer. One that nobody waits for any more, maybe of an earlier run,
// counts as arrived.
func (c *Canary) Send(_ context.Context, p chat.Post) ([]chat.Ref, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if came := c.waits[p.To.Channel]; came != nil {
		select {
		case came <- p.Reply:
		default:
		}
	}
	return []chat.Ref{{Network: Network, Channel: p.To.Channel, Message: p.To.Message + " card"}}, nil
}
