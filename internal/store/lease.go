package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"time"
)

// Times of leases. A replica that died is missed after leaseFor at most. They are
// measured by the clock of the database, so that those of replicas may differ.
const (
	leaseFor   = 8 * time.Second
	renewEvery = 2 * time.Second
	renewFor   = 3 * time.Second // how long one look at the store may take
	// aloneAfter is how long the store may be silent before a replica that waits goes
	// on without a lease: whoever held it may be dead, and nobody could tell.
	aloneAfter = 12 * time.Second
)

// Join makes the store that of a replica, beside others on the same database: it looks
// after its own cards, and takes over those of replicas that have died. It has to be
// called before the store is used, and Attend has to run as long as it is.
func (s *Store) Join(ctx context.Context) error {
	s.me = rand.Text()
	_, err := s.take(ctx, s.answers, alive(s.me))
	return err
}

// Shared reports whether there may be other replicas.
func (s *Store) Shared() bool {
	_, ok := s.dialect.(postgres)
	return ok
}

// alive is the lease that says that a replica lives.
func alive(replica string) string { return "replica " + replica }

// Attend says that this replica lives, until ctx is done. Where the store cannot be
// reached, it goes on trying.
func (s *Store) Attend(ctx context.Context, log *slog.Logger) {
	_ = s.Hold(ctx, log, alive(s.me), func(ctx context.Context) error { <-ctx.Done(); return nil }) // it has no error to return
}

// Hold waits until this replica alone holds what has the name, runs do as long as that
// is so, and begins again, until ctx is done or do ends by itself. While the store
// cannot be reached a lease counts as held, and after a while every replica goes on as
// if it had it: something twice is better than nothing.
func (s *Store) Hold(ctx context.Context, log *slog.Logger, name string, do func(ctx context.Context) error) error {
	answered, given := time.Now(), s.Told(Leases)
	for ctx.Err() == nil {
		held, err := s.take(ctx, s.answers, name)
		if err == nil {
			answered = time.Now()
		} else if held = time.Since(answered) > aloneAfter && ctx.Err() == nil; held {
			log.Error("the store cannot be asked for a lease: going on without one", "err", err)
		}
		if held {
			lost, err := s.during(ctx, name, do)
			if !lost {
				return err
			}
			log.Warn("another replica has the lease", "lease", name)
			answered = time.Now()
		}
		select {
		case <-given:
		case <-time.After(renewEvery):
		case <-ctx.Done():
		}
	}
	return nil
}

// during runs do while a lease is renewed. It is lost if somebody else has it now.
func (s *Store) during(ctx context.Context, name string, do func(ctx context.Context) error) (lost bool, err error) {
	inner, cancel := context.WithCancel(ctx)
	renewed := make(chan bool, 1) // false if the lease was lost
	go func() {
		defer cancel()
		renewed <- s.renew(inner, name)
	}()
	err = do(inner)
	cancel()
	lost = !<-renewed && ctx.Err() == nil
	if !lost {
		s.release(ctx, name)
	}
	return lost, err
}

// renew keeps a lease until ctx is done, and reports false if somebody else took it.
func (s *Store) renew(ctx context.Context, name string) bool {
	for pause(ctx, renewEvery); ctx.Err() == nil; pause(ctx, renewEvery) {
		if held, err := s.take(ctx, s.answers, name); err == nil && !held {
			return false
		}
	}
	return true
}

// take takes or renews a lease, and reports whether it is held now.
func (s *Store) take(ctx context.Context, q queries, name string) (held bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, renewFor)
	defer cancel()
	now := s.dialect.now()
	n, err := q.exec(ctx, `INSERT INTO lease (name, holder, until) VALUES (?, ?, `+now+` + ?)
		ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
		WHERE lease.holder = excluded.holder OR lease.until < `+now, name, s.me, int64(leaseFor))
	if err != nil {
		return false, fmt.Errorf("take a lease: %w", err)
	}
	return n > 0, nil
}

// release gives a lease back, so that nobody has to wait until it is over.
func (s *Store) release(ctx context.Context, name string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), renewFor)
	defer cancel()
	if _, err := s.answers.exec(ctx, "DELETE FROM lease WHERE name = ? AND holder = ?", name, s.me); err != nil {
		return // it ends by itself
	}
	_ = notify(ctx, s.answers, Leases) // those that wait look by themselves, too
}

// pause waits, but not beyond the end of ctx.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
