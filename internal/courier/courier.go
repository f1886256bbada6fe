// Package courier carries: events from a network to the responder, and what it
// decides back to the network. Cards go through the outbox, ahead of everything
// and until they have arrived. Answers to a person go out in the order of their
// questions, follow their question when it is edited, and are taken away when it is deleted.
//
// It decides nothing itself, and holds ids and no words.
package courier

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"kapbot/bots"
	"kapbot/internal/chat"
	"kapbot/internal/lanes"
	"kapbot/internal/outbox"
	"kapbot/internal/responder"
)

const (
	// waiting is how many answers may be on their way at once. A question beyond
	// them gets none; a card always goes.
	waiting = 5000
	// sendFor is how long an answer is tried, attempts how often. It is only tried
	// again where the network said that it did not take it.
	sendFor  = time.Minute
	attempts = 4
)

// Responder decides; *responder.Responder is the one.
type Responder interface {
	Receive(ev chat.Event) (chat.Ack, responder.Rest)
}

// Cards sends crisis cards; *outbox.Outbox is the one.
type Cards interface {
	Send(n outbox.Network, c outbox.Card, r chat.Reply)
}

// Claims notes which events are answered, beyond the life of the program; the store is
// the one.
type Claims interface {
	// Claim reports whether an event, by its network and key, is claimed for the
	// first time.
	Claim(ctx context.Context, network, key string) (first bool, err error)
}

// claimFor is how long an answer waits for its claim: a machine may be slow, and a second
// answer would look odd. Without a store people are answered all the same, after
// claimAwayFor once that is known.
const (
	claimFor     = time.Second
	claimAwayFor = 200 * time.Millisecond
)

// lateAfter is how old a message may be before somebody else may have had it: Slack
// delivers it again after three seconds, maybe to another replica. A program that was
// asleep reads it all the same when it wakes.
const lateAfter = 3 * time.Second

// Courier carries for any number of networks. It is safe for concurrent use.
type Courier struct {
	responder Responder
	cards     Cards
	claims    Claims
	log       *slog.Logger
	lanes     *lanes.Lanes[lane]
	writers   writers
	shown     *shown
	meter     Meter
	away      atomic.Bool // the last claim failed
	ctx       context.Context
	cancel    context.CancelFunc
}

// New returns a courier. Without claims, which may be nil, an event that a network
// brings again after a start is answered again.
func New(r Responder, cards Cards, claims Claims, log *slog.Logger) *Courier {
	c := &Courier{responder: r, cards: cards, claims: claims, log: log, lanes: lanes.New[lane](waiting), shown: newShown(), meter: uncounted{}}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c
}

// Close waits for the answers that are on their way until ctx is done, then gives
// them up. No Handler may be called any more.
func (c *Courier) Close(ctx context.Context) {
	stop := context.AfterFunc(ctx, c.cancel)
	c.lanes.Wait()
	stop()
	c.cancel()
}

// Handler returns what a network hands its events to.
func (c *Courier) Handler(n outbox.Network) bots.Handler { return handler{c, n} }

type handler struct {
	*Courier
	network outbox.Network
}

// Handle triages an event. A card is on its way when it returns, an answer comes
// later.
//
//nolint:contextcheck // what is sent outlives the event that asked for it
func (h handler) Handle(_ context.Context, ev chat.Event) chat.Ack {
	ack, rest := h.responder.Receive(ev)
	late := overdue(ev) // also if it was read in time and triage had no time for it
	h.meter.Event(string(h.network.Name), kindOf(ev.Body))
	if rest == nil {
		h.carry(ev, ack)
		return chat.Ack{Form: ack.Form}
	}
	ok := h.later(ev, func() {
		if h.claim(ev, late) {
			h.carry(ev, rest(h.ctx))
		}
	})
	return chat.Ack{Later: ok}
}

// overdue reports whether somebody else may have had an event.
func overdue(ev chat.Event) bool { return !ev.Sent.IsZero() && time.Since(ev.Sent) > lateAfter }

// claim reports whether an event is to be answered: not if it was before, maybe by a
// program that has died since. When in doubt it is, unless it came late; a card never
// asks.
func (h handler) claim(ev chat.Event, late bool) bool {
	if h.claims == nil {
		return true
	}
	wait := claimFor
	if h.away.Load() {
		wait = claimAwayFor
	}
	began := time.Now()
	first, err := h.claimWithin(wait, ev)
	if err != nil && time.Since(began) > wait+lateAfter { // the program was asleep
		late = true
		first, err = h.claimWithin(wait, ev)
	}
	h.away.Store(err != nil)
	if err != nil {
		h.log.Warn("an answer could not be noted", "network", h.network.Name, "err", err)
		return !late
	}
	return first
}

func (h handler) claimWithin(limit time.Duration, ev chat.Event) (first bool, err error) {
	ctx, cancel := context.WithTimeout(h.ctx, limit)
	defer cancel()
	return h.claims.Claim(ctx, string(ev.At.Network), ev.Key)
}

// A lane is what is answered in order: what one person says in one conversation. In a
// busy room nobody waits for an answer to somebody else.
type lane struct {
	at     chat.Ref
	person string
}

// later runs a job after the earlier ones of the same lane. A message that is taken
// away comes without its writer, and waits for the answer to it all the same.
func (h handler) later(ev chat.Event, do func()) bool {
	person := h.writers.add(ev.At, ev.From.ID)
	ok := h.lanes.Try(lane{ev.At.Conversation(), person}, func() {
		defer h.writers.done(ev.At)
		do()
	})
	if !ok {
		h.writers.done(ev.At)
		h.log.Error("too many answers are on their way: one was left out", "network", h.network.Name)
	}
	return ok
}

// carry brings what an ack says. A card goes at once; what changes an answer waits
// for its turn, since the answer itself may be on its way.
func (h handler) carry(ev chat.Event, ack chat.Ack) {
	reply := ack.Reply
	if reply != nil && reply.Kind.ShowsCard() && reply.Card != nil {
		h.cards.Send(h.network, outbox.Card{
			Key: ev.Key, To: ev.At, For: ev.From.ID, Name: reply.Card.Name, Lang: reply.Lang, Kind: reply.Kind, Direct: ev.Direct, At: time.Now(),
			Late: overdue(ev),
		}, *reply)
		reply = nil
	}
	switch ack.Earlier {
	case chat.Removed:
		h.later(ev, func() { h.remove(ev.At) })
	case chat.Pointed:
		h.later(ev, func() { h.replace(ev, *ack.Pointer, false) })
	case chat.Replaced:
		if reply != nil {
			h.replace(ev, *reply, true)
		}
	default:
		if reply != nil {
			h.send(ev, *reply)
		}
	}
}

func (h handler) send(ev chat.Event, r chat.Reply) {
	post := chat.Post{Reply: r, To: ev.At, For: ev.From, Key: ev.Key}
	refs, err := h.try(func(ctx context.Context) ([]chat.Ref, error) { return h.network.Send(ctx, post) })
	if err != nil {
		h.log.Warn("an answer could not be sent", "network", h.network.Name, "err", err)
		return
	}
	h.shown.put(ev.At, refs)
}

// replace shows a reply in the place of the answer to a message. Where there is no
// answer, or the network cannot change one, a new one is sent if wanted.
func (h handler) replace(ev chat.Event, r chat.Reply, orSend bool) {
	earlier := h.shown.take(ev.At)
	editor, ok := h.network.Sender.(bots.Editor)
	if len(earlier) == 0 || !ok {
		if orSend {
			h.send(ev, r)
		}
		return
	}
	post := chat.Post{Reply: r, To: ev.At, For: ev.From, Key: ev.Key}
	refs, err := h.try(func(ctx context.Context) ([]chat.Ref, error) { return editor.Edit(ctx, earlier, post) })
	if err != nil {
		h.log.Warn("an answer could not be changed", "network", h.network.Name, "err", err)
		refs = earlier
	}
	h.shown.put(ev.At, refs)
}

func (h handler) remove(at chat.Ref) {
	earlier := h.shown.take(at)
	editor, ok := h.network.Sender.(bots.Editor)
	if len(earlier) == 0 || !ok {
		return
	}
	_, err := h.try(func(ctx context.Context) ([]chat.Ref, error) { return nil, editor.Remove(ctx, earlier) })
	if err != nil {
		h.log.Warn("an answer could not be taken away", "network", h.network.Name, "err", err)
	}
}

// try makes an attempt, and further ones where the network asked to be left alone
// for a while: then nothing was shown. After any other error nobody knows, and an
// answer is not shown twice.
func (h handler) try(attempt func(ctx context.Context) ([]chat.Ref, error)) (refs []chat.Ref, err error) {
	ctx, cancel := context.WithTimeout(h.ctx, sendFor)
	defer cancel()
	for range attempts {
		var wait *bots.WaitError
		if refs, err = attempt(ctx); !errors.As(err, &wait) {
			return refs, err
		}
		h.meter.Limited(string(h.network.Name))
		select {
		case <-time.After(wait.For):
		case <-ctx.Done():
			return nil, err
		}
	}
	return nil, err
}
