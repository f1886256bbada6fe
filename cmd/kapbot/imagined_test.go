package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"kapbot/bots"
	"kapbot/internal/chat"
	"kapbot/internal/lanes"
)

// imagined is a chat network that exists in memory alone. What is put into events is
// handed on as an adapter hands it on, in order for each person.
type imagined struct {
	events chan chat.Event
	// fails is how many sends succeed for each one that fails; zero for no failure.
	fails int

	read atomic.Int64 // events that were handled

	mu      sync.Mutex
	said    map[string]time.Time // messages that ask for a card or an answer, by id
	sends   int
	cards   []time.Duration // from message to card
	answers []time.Duration
}

func newImagined(fails int) *imagined {
	return &imagined{events: make(chan chat.Event), fails: fails, said: map[string]time.Time{}}
}

func (*imagined) Name() chat.Network { return "imagined" }

// Run hands on what comes until ctx is done or events is closed.
func (n *imagined) Run(ctx context.Context, h bots.Handler) error {
	people := lanes.New[string](10_000)
	defer people.Wait()
	for {
		select {
		case <-ctx.Done():
			return nil
		case ev, ok := <-n.events:
			if !ok {
				return nil
			}
			if err := people.Go(ctx, ev.At.Channel+ev.From.ID, func() {
				h.Handle(ctx, ev)
				n.read.Add(1)
			}); err != nil {
				return nil
			}
		}
	}
}

// Send notes when something arrived.
func (n *imagined) Send(_ context.Context, p chat.Post) ([]chat.Ref, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.sends++
	if n.fails > 0 && n.sends%n.fails == 0 {
		return nil, &bots.WaitError{For: time.Second, Err: errors.New("too much at once")}
	}
	if at, ok := n.said[p.To.Message]; ok {
		delete(n.said, p.To.Message)
		if took := time.Since(at); p.Reply.Kind.ShowsCard() {
			n.cards = append(n.cards, took)
		} else {
			n.answers = append(n.answers, took)
		}
	}
	to := p.To
	to.Message = "sent-" + strconv.Itoa(n.sends)
	return []chat.Ref{to}, nil
}

// event is a message of a person in a community. One that is to be answered is timed.
func (n *imagined) event(number, community, person int, body chat.Body, timed bool) chat.Event {
	id := fmt.Sprintf("m%d", number)
	if timed {
		n.mu.Lock()
		n.said[id] = time.Now()
		n.mu.Unlock()
	}
	return chat.Event{
		Key:  id,
		At:   chat.Ref{Network: n.Name(), Space: "s" + strconv.Itoa(community), Channel: fmt.Sprintf("c%d-%d", community, person%5), Message: id},
		From: chat.Person{ID: fmt.Sprintf("p%d-%d", community, person)},
		Body: body, Addressed: timed,
	}
}

// unanswered is how many timed messages are still without what they asked for.
func (n *imagined) unanswered() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.said)
}

// network is the imagined one as the program runs it.
func (n *imagined) network() network {
	return network{Platform: n, Sender: n, rooms: bots.NewRooms(nil, nil)}
}
