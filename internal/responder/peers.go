package responder

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
)

// Peers are the other replicas. What goes to them and comes from them of a conversation
// is numbers, and never words; the store is the one.
type Peers interface {
	// Tell tells the others of a conversation.
	Tell(ctx context.Context, conversation string, r chat.Risk, until time.Time) error
	// Heard returns what the others have told since the last call.
	Heard(ctx context.Context) (map[string]chat.Risk, error)
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
	heardAt time.Time
}

// Share exchanges with other replicas what is known of conversations, until ctx is
// done. While they cannot be heard, nothing is generated.
func (r *Responder) Share(ctx context.Context, others Peers) {
	r.peers.begin()
	failing := false
	for every := time.NewTicker(shareEvery); ; {
		err := r.peers.exchange(ctx, others, r.now)
		if err != nil && !failing && ctx.Err() == nil {
			r.log.Warn("other replicas cannot be heard: answers are word for word meanwhile", "err", err)
		}
		failing = err != nil
		select {
		case <-every.C:
		case <-ctx.Done():
			every.Stop()
			return
		}
	}
}

func (p *peers) begin() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.on, p.heard, p.untold = true, map[string]crisis.State{}, map[string]crisis.State{}
}

// exchange tells and hears once.
func (p *peers) exchange(ctx context.Context, others Peers, now func() time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, shareFor)
	defer cancel()
	for name, s := range p.take() {
		if err := others.Tell(ctx, name, s.Risk(), s.Until()); err != nil {
			p.tell(name, s)
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
func (p *peers) take() map[string]crisis.State {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := p.untold
	p.untold = map[string]crisis.State{}
	return all
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
func (p *peers) hear(told map[string]chat.Risk, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for name, s := range p.heard {
		if now.After(s.Until()) {
			delete(p.heard, name)
		}
	}
	for name, r := range told {
		p.heard[name] = crisis.State{}.With(r)
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
	if p.on && before.Risk() != after.Risk() && len(p.untold) < maxUntold {
		p.untold[name(k)] = crisis.State{}.With(after.Risk())
	}
}

// hold says whether a conversation that is not held here may be free.
func (p *peers) hold(k key, now time.Time) crisis.Hold {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case !p.on:
		return crisis.Free
	case p.heard[name(k)].Held(now):
		return crisis.Held
	case now.Sub(p.heardAt) > deafAfter:
		return crisis.Unknown
	}
	return crisis.Free
}

// name is a conversation as others are told of it: nobody can read ids from it.
func name(k key) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{string(k.at.Network), k.at.Space, k.at.Channel, k.at.Thread, k.from}, "\x00")))
	return hex.EncodeToString(sum[:])
}
