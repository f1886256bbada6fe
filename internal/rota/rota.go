// Package rota calls peer supporters when somebody in their community may need
// support. It hears of a crisis card after the card was sent, so it can neither delay
// nor replace one. An alert says where to look: it holds no words and no name. It
// goes to one room, and while nobody takes it, to the people on call one by one.
//
// It is off until a lead moderator turns it on. A person can opt out for themselves.
// In a direct message there is an alert only if the person asks for one.
package rota

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"kapbot/bots"
	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/outage"
	"kapbot/prompts"
)

// Times of alerts.
const (
	// Wait is how long an alert waits to be taken before the next person is called,
	// where a lead moderator said nothing else.
	Wait = 5 * time.Minute
	// Quiet is how long one person in one conversation raises no second alert.
	Quiet = 30 * time.Minute
	// KeepFor is how long an alert is kept after it was raised. Counts stay.
	KeepFor = 24 * time.Hour
	// FewestShown is the smallest count of a week that is shown: fewer could point
	// to a person.
	FewestShown = 5
)

// An Alert says that somebody may need support.
type Alert struct {
	ID     string
	Of     chat.Community
	At     chat.Ref // where to look
	Person string   // the id, for Quiet and for those who asked to be found
	Asked  bool     // the person asked for it
	Raised time.Time
	Due    time.Time // when the next step is to be taken; zero for never
	Step   int       // how many steps were taken
	Tries  int       // how often the next step was begun
	By     string    // who took it; empty while nobody did
	Posts  []chat.Ref
}

// A Duty is the room that the alerts of a community go to.
type Duty struct {
	Of      chat.Community
	Channel string
	Wait    time.Duration
}

// A Week counts the alerts of a community in one week.
type Week struct {
	Begins time.Time // a Monday
	Raised int
	Taken  int
}

// Duties keeps where alerts go.
type Duties interface {
	SetDuty(ctx context.Context, d Duty) error
	DropDuty(ctx context.Context, of chat.Community) error
	// Duties lists those of all communities.
	Duties(ctx context.Context) ([]Duty, error)
}

// Peers keeps who is on call, and who does not want alerts about themselves.
type Peers interface {
	SetPeer(ctx context.Context, of chat.Community, person string, on bool) error
	// Peers lists who is on call, in a fixed order.
	Peers(ctx context.Context, of chat.Community) ([]string, error)
	SetOut(ctx context.Context, of chat.Community, person string, out bool) error
	Out(ctx context.Context, of chat.Community, person string) (bool, error)
}

// Alerts keeps alerts.
type Alerts interface {
	// RaiseAlert keeps an alert and counts it. It reports false, and does neither, where
	// there is one of its id, or one of the same person in the same conversation that
	// was raised within Quiet before.
	RaiseAlert(ctx context.Context, a Alert) (fresh bool, err error)
	// NextAlert returns an alert that is due and not taken by anybody, and lets no other
	// have it before until. It reports false if there is none.
	NextAlert(ctx context.Context, now, until time.Time) (a Alert, ok bool, err error)
	// AdvanceAlert keeps Step, Due and Posts, sets Tries to zero, and returns what is kept.
	AdvanceAlert(ctx context.Context, a Alert) (Alert, error)
	// ClaimAlert says who took an alert, unless somebody did before. It returns what is
	// kept; false if the community has no such alert.
	ClaimAlert(ctx context.Context, of chat.Community, id, person string, at time.Time) (a Alert, ok bool, err error)
	// OpenAlerts counts those that nobody took, raised since a time.
	OpenAlerts(ctx context.Context, since time.Time) (int, error)
	// DropAlerts forgets those that were raised before.
	DropAlerts(ctx context.Context, before time.Time) error
	// AlertWeeks lists the counts of weeks, the newest first.
	AlertWeeks(ctx context.Context, of chat.Community, limit int) ([]Week, error)
}

// Store is all of it. It is safe for concurrent use; package rotatest holds what an
// implementation has to pass.
type Store interface {
	Duties
	Peers
	Alerts
}

// Rota calls peers. It is safe for concurrent use, once all networks are added.
type Rota struct {
	store    Store
	roles    desk.Roles
	texts    map[string]prompts.Peers
	networks map[chat.Network]bots.Sender
	log      *slog.Logger
	away     *outage.Outage // of the store, for what is done again and again
	now      func() time.Time
	wake     chan struct{}
	open     atomic.Int64 // as they were last counted

	mu     sync.Mutex
	duties map[chat.Community]Duty  // as they were last read, for who cannot wait
	late   []Alert                  // those that could not be kept yet
	cards  map[string]card          // by the id of the alert
	waits  map[string]chan struct{} // who waits to hear that peers were told
}

// A card was shown, and may be told that peers know.
type card struct {
	refs []chat.Ref
	post chat.Post
}

// maxCards bounds how many cards and late alerts are remembered.
const maxCards = 1000

// New returns a rota.
func New(store Store, roles desk.Roles, log *slog.Logger, now func() time.Time) (*Rota, error) {
	texts, err := prompts.LoadPeers()
	if err != nil {
		return nil, err
	}
	away := outage.New(log, slog.LevelError, "the rota cannot do its work: nobody is called meanwhile", "the rota does its work again")
	return &Rota{
		store: store, roles: roles, texts: texts, networks: map[chat.Network]bots.Sender{}, log: log, away: away, now: now,
		wake: make(chan struct{}, 1), duties: map[chat.Community]Duty{}, cards: map[string]card{}, waits: map[string]chan struct{}{},
	}, nil
}

// Add hands over a network. Add all before the first event.
func (r *Rota) Add(network chat.Network, s bots.Sender) { r.networks[network] = s }

func (r *Rota) text(lang chat.Lang) prompts.Peers {
	if t, ok := r.texts[string(lang)]; ok {
		return t
	}
	return r.texts[string(chat.English)]
}

// home is the community whose peers look after a place. A direct message that is in
// no space has one only where a single community of the network has a rota: which
// others a person is in is nobody's business.
func (r *Rota) home(at chat.Ref) (Duty, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if at.Space != "" {
		d, ok := r.duties[at.Community()]
		return d, ok
	}
	var found []Duty
	for of, d := range r.duties {
		if of.Network == at.Network {
			found = append(found, d)
		}
	}
	if len(found) != 1 {
		return Duty{}, false
	}
	return found[0], true
}

// Open is how many alerts nobody took yet, of all communities together, as they were
// last counted.
func (r *Rota) Open() int { return int(r.open.Load()) }

// Refresh reads where alerts go.
func (r *Rota) Refresh(ctx context.Context) error {
	list, err := r.store.Duties(ctx)
	if err != nil {
		return err
	}
	duties := make(map[chat.Community]Duty, len(list))
	for _, d := range list {
		duties[d.Of] = d
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.duties = duties
	return nil
}
