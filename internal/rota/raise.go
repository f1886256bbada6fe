package rota

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/outbox"
	"kapbot/prompts"
)

// keepWithin is how long the note of an alert may take.
const keepWithin = 3 * time.Second

// Shown hears that the sending of a card has ended, and where the card is; it raises
// an alert if the card was one for a crisis in a room.
func (r *Rota) Shown(ctx context.Context, c outbox.Card, post chat.Post, refs []chat.Ref) {
	if c.Kind != chat.Crisis || c.Direct || c.Name == prompts.Reminder {
		return
	}
	d, ok := r.home(c.To)
	if !ok {
		return
	}
	a := Alert{ID: id(c.To.Network, c.Key), Of: d.Of, At: c.To, Person: c.For, Raised: r.now()}
	r.mu.Lock()
	if len(r.cards) >= maxCards {
		clear(r.cards) // those cards stay without the line that peers know
	}
	r.cards[a.ID] = card{refs, post}
	r.mu.Unlock()
	sent, err := r.raise(ctx, a)
	if err != nil {
		r.log.Error("an alert could not be kept: it is tried again until the program ends", "network", a.Of.Network, "err", err)
	}
	if !sent {
		r.forget(a.ID)
	}
}

// id is short and says nothing about the event.
func id(network chat.Network, key string) string {
	sum := sha256.Sum256([]byte(string(network) + " " + key))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// raise keeps an alert, so that no crash loses it, and reports whether it is to be
// sent. One that cannot be kept now is tried again.
func (r *Rota) raise(ctx context.Context, a Alert) (sent bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, keepWithin)
	defer cancel()
	a.Due = r.now()
	out, err := r.store.Out(ctx, a.Of, a.Person)
	if out && !a.Asked {
		return false, nil
	}
	fresh := false
	if err == nil {
		fresh, err = r.store.RaiseAlert(ctx, a)
	}
	if err != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		if len(r.late) < maxCards {
			r.late = append(r.late, a)
		}
		return true, fmt.Errorf("keep an alert: %w", err)
	}
	if fresh {
		r.nudge()
	}
	return fresh, nil
}

func (r *Rota) nudge() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// forget drops what is remembered of a card, and returns it.
func (r *Rota) forget(id string) (card, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c, ok := r.cards[id]
	delete(r.cards, id)
	return c, ok
}

// askFor is how long somebody who asks waits to hear that peers were told.
const askFor = 10 * time.Second

// ask tells the peers that a person wants one of them to reach out. It says so to the
// person only once they were told.
func (r *Rota) ask(ctx context.Context, ev chat.Event, p chat.Pressed) chat.Reply {
	lang := p.Lang
	t := r.text(lang)
	d, ok := r.home(ev.At)
	if !ok {
		return notice(t.NoPeers, lang)
	}
	a := Alert{ID: id(ev.At.Network, ev.Key), Of: d.Of, At: ev.At, Person: ev.From.ID, Asked: true, Raised: r.now(), Due: r.now()}
	a.At.Message = ""
	told := r.await(a.ID)
	defer r.forgetWait(a.ID)
	fresh, err := r.store.RaiseAlert(ctx, a)
	if err != nil {
		r.log.Error("a wish for a peer could not be kept", "network", ev.At.Network, "err", err)
		return notice(t.AskFailed, lang)
	}
	if !fresh {
		return notice(t.AskedBefore, lang)
	}
	r.nudge()
	timer := time.NewTimer(askFor)
	defer timer.Stop()
	select {
	case <-told:
		return notice(t.AskTold, lang)
	case <-timer.C:
	case <-ctx.Done():
	}
	return notice(t.AskWaits, lang)
}

// await returns what is closed once the first step of an alert was taken.
func (r *Rota) await(id string) <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := make(chan struct{})
	r.waits[id] = c
	return c
}

func (r *Rota) forgetWait(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.waits, id)
}

func notice(text string, lang chat.Lang) chat.Reply {
	return chat.Reply{Kind: chat.Notice, Lang: lang, Text: text, Private: true}
}
