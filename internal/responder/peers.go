package responder

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"strings"
	"sync"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
	"kapbot/internal/outage"
)

// Peers are the other replicas. What goes to them and comes from them of a conversation
// is numbers, and never words; the store is the one.
type Peers interface {
	// Tell tells the others of a conversation.
	Tell(ctx context.Context, conversation string, r chat.Risk, until time.Time) error
	// Urge lets the others hear what they were told at once, where that is possible.
	Urge(ctx context.Context) error
	// Heard returns what the others have told since the last call, by conversation.
	Heard(ctx context.Context) (map[string][]chat.Risk, error)
}

const (
	shareEvery = 500 * time.Millisecond
	shareFor   = 2 * time.Second // how long one exchange may take
	// deafAfter is how old what was heard last may be for anything to be generated.
	deafAfter = 5 * time.Second
	// maxUntold bounds what waits for a store that is away.
	maxUntold = 10_000
)

// peers is what was heard of others and what they are still to be told. Triage reads it
// and never waits for them. The zero value is a program that has none.
type peers struct {
	mu      sync.Mutex
	on      bool
	heard   map[string]crisis.State // without words
	untold  map[string]crisis.State
	hasty   bool          // a hold that is untold has begun or ended
	urgent  chan struct{} // holds an element when one does
	heardAt time.Time
}

// Share exchanges with other replicas what is known of conversations, until ctx is
// done: every half second, at once when a hold begins or ends here, and when it is told
// that one did elsewhere; told may be nil. While they cannot be heard, nothing is
// generated.
func (r *Responder) Share(ctx context.Context, others Peers, told <-chan struct{}) {
	urgent := r.peers.begin()
	deaf := outage.New(r.log, slog.LevelWarn, "other replicas cannot be heard: answers are word for word meanwhile", "other replicas can be heard again")
	for every := time.NewTicker(shareEvery); ; {
		deaf.Note(ctx, r.peers.exchange(ctx, others, r.now))
		select {
		case <-every.C:
		case <-told:
		case <-urgent:
		case <-ctx.Done():
			every.Stop()
			return
		}
	}
}

func (p *peers) begin() (urgent <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.on, p.heard, p.untold, p.urgent = true, map[string]crisis.State{}, map[string]crisis.State{}, make(chan struct{}, 1)
	return p.urgent
}

// exchange tells and hears once.
func (p *peers) exchange(ctx context.Context, others Peers, now func() time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, shareFor)
	defer cancel()
	untold, urgent := p.take()
	for name, s := range untold {
		if err := others.Tell(ctx, name, s.Risk(), s.Until()); err != nil {
			for name, s := range untold { // what was told is told again, which does no harm
				p.tell(name, s)
			}
			return err
		}
	}
	if urgent {
		if err := others.Urge(ctx); err != nil {
			return err
		}
	}
	heard, err := others.Heard(ctx)
	if err != nil {
		return err
	}
	p.hear(heard, now())
	return nil
}

// take empties what is to be told.
func (p *peers) take() (all map[string]crisis.State, urgent bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	all, urgent = p.untold, p.hasty
	p.untold, p.hasty = map[string]crisis.State{}, false
	return all, urgent
}

// tell keeps what is to be told, unless something newer is.
func (p *peers) tell(name string, s crisis.State) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, newer := p.untold[name]; !newer && len(p.untold) < maxUntold {
		p.untold[name] = s
	}
}

// hear takes in what others told and drops what no longer matters.
func (p *peers) hear(told map[string][]chat.Risk, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for name, s := range p.heard {
		if now.After(s.Until()) {
			delete(p.heard, name)
		}
	}
	for name, all := range told {
		for _, r := range all {
			p.heard[name] = p.heard[name].With(r)
		}
	}
	p.heardAt = now
}

// join returns a state with what others know of the same conversation.
func (p *peers) join(k key, s crisis.State) crisis.State {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.on {
		return s
	}
	if other, ok := p.heard[name(k)]; ok {
		s = s.With(other.Risk())
	}
	return s
}

// changed notes that others are to be told of a state, if it says something.
func (p *peers) changed(k key, before, after crisis.State) {
	p.mu.Lock()
	defer p.mu.Unlock()
	was, is := before.Risk(), after.Risk()
	if !p.on || was == is || len(p.untold) >= maxUntold {
		return
	}
	p.untold[name(k)] = crisis.State{}.With(is)
	if was.HeldUntil.Equal(is.HeldUntil) && was.Ended.Equal(is.Ended) {
		return
	}
	p.hasty = true
	select {
	case p.urgent <- struct{}{}:
	default: // it has not been told since the last one
	}
}

// hold says whether a conversation of which this is known here may be free.
func (p *peers) hold(k key, here crisis.State, now time.Time) crisis.Hold {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.on {
		here = here.With(p.heard[name(k)].Risk())
	}
	switch {
	case here.Held(now):
		return crisis.Held
	case p.on && now.Sub(p.heardAt) > deafAfter:
		return crisis.Unknown
	}
	return crisis.Free
}

// held says whether a card was shown in a conversation within the hold, here or, as far
// as it was heard, at another replica.
func (r *Responder) held(k key) bool {
	return r.peers.hold(k, r.memory.known(k), r.now()) == crisis.Held
}

// name is a conversation as others are told of it: nobody can read ids from it.
func name(k key) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{string(k.at.Network), k.at.Space, k.at.Channel, k.at.Thread, k.from}, "\x00")))
	return hex.EncodeToString(sum[:])
}
