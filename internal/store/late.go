package store

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	mathrand "math/rand/v2"
	"sync"
	"time"

	"kapbot/internal/outage"
)

// ErrAway says that a store has not arrived: it cannot be opened, so far.
var ErrAway = errors.New("the store is not there yet")

// Times of looking after a store.
const (
	// Between attempts to open it: about firstPause, doubled up to longestPause.
	firstPause   = time.Second
	longestPause = 10 * time.Second
	// openFor is how long an attempt may take where a network may swallow it.
	openFor = 2 * time.Minute
	// lookAfterEvery is how often it is looked whether it still answers, and
	// answerWithin how soon it has to.
	lookAfterEvery = 5 * time.Second
	answerWithin   = 3 * time.Second
)

// background is what goes on in a store by itself until it is closed.
type background struct {
	cancel context.CancelFunc
	work   sync.WaitGroup
}

func (b *background) start(parts ...func(ctx context.Context)) {
	var ctx context.Context
	ctx, b.cancel = context.WithCancel(context.Background())
	for _, part := range parts {
		b.work.Go(func() { part(ctx) })
	}
}

func (b *background) stop() {
	if b.cancel != nil {
		b.cancel()
	}
	b.work.Wait()
}

// Later returns a store that need not be there yet: what is asked of it fails at once,
// with ErrAway, until Arrive has opened it. The error is one that no waiting mends. In
// PostgreSQL it is the store of a replica, as if Join had been called.
func Later(where string) (*Store, error) {
	s, err := connect(where)
	if err == nil && s.Shared() {
		s.me = rand.Text()
	}
	return s, err
}

// Arrive opens a store that Later has returned, tries again while that fails, and then
// looks whether it still answers and listens to other replicas, until it is closed. It
// returns after the first attempt, or once that has taken longer than patience, and
// reports whether the store is there. Call it once.
func (s *Store) Arrive(ctx context.Context, log *slog.Logger, patience time.Duration) bool {
	tried := make(chan struct{})
	s.looked.start(func(ctx context.Context) { //nolint:contextcheck // it lasts until Close
		s.openSometime(ctx, log, sync.OnceFunc(func() { close(tried) }))
		s.lookAfter(ctx, log)
	}, func(ctx context.Context) {
		if d, ok := s.dialect.(postgres); ok && s.await(ctx) {
			s.news.listen(ctx, d.config, log)
		}
	})
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-tried:
	case <-timer.C:
		log.Error("the store takes long to be opened: cards and answers do not wait for it")
	case <-ctx.Done():
	}
	return s.there.Load()
}

// Arrived is closed once the store is there.
func (s *Store) Arrived() <-chan struct{} { return s.arrived }

// Up reports whether the store is there and answered when it was last looked after.
func (s *Store) Up() bool { return s.up.Load() }

// await waits until the store is there; false if ctx is done before.
func (s *Store) await(ctx context.Context) bool {
	select {
	case <-s.arrived:
		return true
	case <-ctx.Done():
		return false
	}
}

// openSometime opens the store, and tells after each attempt that it was made.
func (s *Store) openSometime(ctx context.Context, log *slog.Logger, tried func()) {
	defer tried()
	missing := outage.New(log, slog.LevelError, "there is no store: cards are sent, but a crash could lose one that is on its way. Mend KAPBOT_STORE or DATABASE_URL; it is tried again and again", "the store is there now")
	for wait := firstPause; ctx.Err() == nil; wait = min(2*wait, longestPause) {
		err := s.attemptToOpen(ctx)
		missing.Note(ctx, err)
		if err == nil {
			s.up.Store(true)
			close(s.arrived)
			return
		}
		tried()
		pause(ctx, time.Duration(float64(wait)*(0.75+mathrand.Float64()/2))) //nolint:gosec // chance is all it needs
	}
}

func (s *Store) attemptToOpen(ctx context.Context) error {
	if s.Shared() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, openFor)
		defer cancel()
	}
	return s.open(ctx)
}

// lookAfter looks whether the store answers, until ctx is done.
func (s *Store) lookAfter(ctx context.Context, log *slog.Logger) {
	silent := outage.New(log, slog.LevelError, "the store does not answer: cards are sent, but a crash could lose one that is on its way", "the store answers again")
	for pause(ctx, lookAfterEvery); ctx.Err() == nil; pause(ctx, lookAfterEvery) {
		err := s.answer(ctx)
		if ctx.Err() != nil {
			return
		}
		s.up.Store(err == nil)
		silent.Note(ctx, err)
	}
}

// answer asks the store for nothing.
func (s *Store) answer(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	return s.reads.row(ctx, "SELECT 1").Scan(new(int))
}
