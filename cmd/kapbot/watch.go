package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"kapbot/bots"
	"kapbot/internal/canary"
	"kapbot/internal/chat"
	"kapbot/internal/courier"
	"kapbot/internal/metrics"
	"kapbot/internal/outbox"
	"kapbot/internal/store"
	"kapbot/internal/web"
	"kapbot/prompts"
)

// watch is how those who run the program see how it does: the counts, and the canary
// that tries whether a crisis message gets its card.
type watch struct {
	*metrics.Metrics
	canary *canary.Canary
	notes  func() error // what is wrong with the store
}

// newWatch counts what a pipeline does.
func newWatch(log *slog.Logger, p *pipeline) *watch {
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
	}
	m := metrics.New(version)
	w := &watch{m, canary.New(log, m), func() error { return errNoNotes }}
	p.MeterWith(m)
	p.answers.MeterWith(m)
	m.WatchReady(func() bool { return w.canary.Fault() == nil })
	m.WatchEntries(func() metrics.Entries { return entries(p, time.Now()) })
	if p.model != nil {
		m.WatchModel(func() metrics.Model {
			u := p.model.Usage()
			return metrics.Model{
				OK: u.Requests - u.Failed, Failed: u.Failed, Malformed: u.Malformed, Busy: u.Busy, Budget: u.OverBudget, Resting: u.Resting,
				TokensIn: u.TokensIn, TokensOut: u.TokensOut,
			}
		})
	}
	return w
}

// entries counts the published entries.
func entries(p *pipeline, now time.Time) metrics.Entries {
	out := metrics.Entries{ByLang: map[string]int{}}
	for _, lang := range prompts.Languages() {
		all, overdue := p.answers.Published(chat.Lang(lang), now)
		out.ByLang[lang] = all
		out.Overdue += overdue
	}
	return out
}

// kept watches the store and the networks of a running bot.
func (w *watch) kept(notes outbox.Store, p *pipeline, all []network) {
	if db, ok := notes.(*store.Store); ok {
		w.WatchStore(func() metrics.Store { return metrics.Store{Up: db.Up(), Listening: db.Listening()} })
		w.notes = func() error {
			if db.Up() {
				return nil
			}
			return errNoNotes
		}
	}
	if p.peers != nil {
		w.WatchAlerts(p.peers.Open)
	}
	for _, n := range all {
		if c, ok := n.Platform.(bots.Connected); ok {
			w.WatchNetwork(string(n.Name()), c.Connection)
		}
	}
}

// errNoNotes says what a store that is away means.
var errNoNotes = errors.New("it does not answer; cards and answers go on without it")

// public is what anybody may read, private what those who run the program may.
func (w *watch) public() map[string]http.Handler {
	// Without a store the program is ready: nobody is to keep messages from it then.
	return map[string]http.Handler{"GET " + web.PathReady: web.Ready(
		web.Check{Name: "self-test", Fault: w.canary.Fault},
		web.Check{Name: "store", Fault: func() error { return w.notes() }, Lesser: true},
	)}
}

func (w *watch) private() map[string]http.Handler {
	all := w.public()
	all["GET /metrics"] = w.Handler()
	return all
}

// carriers counts what is sent.
func (w *watch) carriers(cards *outbox.Outbox, c *courier.Courier) {
	cards.MeterWith(w)
	c.MeterWith(w)
	w.WatchOutbox(func() metrics.Outbox {
		open, oldest := cards.Open()
		return metrics.Outbox{Cards: open, Oldest: oldest}
	})
}

// timedNotes times a store.
type timedNotes struct {
	outbox.Store
	m *metrics.Metrics
}

func timed(m *metrics.Metrics, op string, do func() error) error {
	began := time.Now()
	err := do()
	m.Stored(op, time.Since(began), err != nil)
	return err
}

// Intend notes a card.
func (n timedNotes) Intend(ctx context.Context, c outbox.Card) (fresh bool, err error) {
	err = timed(n.m, "write", func() error {
		fresh, err = n.Store.Intend(ctx, c)
		return err
	})
	return fresh, err
}

// Settle notes the end of a card.
func (n timedNotes) Settle(ctx context.Context, c outbox.Card, end outbox.End) error {
	return timed(n.m, "write", func() error { return n.Store.Settle(ctx, c, end) })
}

// Pending lists the cards that have no end.
func (n timedNotes) Pending(ctx context.Context) (cards []outbox.Card, err error) {
	err = timed(n.m, "read", func() error {
		cards, err = n.Store.Pending(ctx)
		return err
	})
	return cards, err
}

// timedClaims times claims.
type timedClaims struct {
	courier.Claims
	m *metrics.Metrics
}

// claims are those of a store; nil without one.
func (w *watch) claims(notes outbox.Store) courier.Claims {
	if claims, ok := notes.(courier.Claims); ok {
		return timedClaims{claims, w.Metrics}
	}
	return nil
}

// Claim claims an event.
func (c timedClaims) Claim(ctx context.Context, network, key string) (first bool, err error) {
	err = timed(c.m, "write", func() error {
		first, err = c.Claims.Claim(ctx, network, key)
		return err
	})
	return first, err
}
