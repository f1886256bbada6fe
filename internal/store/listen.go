package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"kapbot/internal/outage"
)

// A Topic is what replicas tell each other that something has changed in. No more is
// told: whoever hears of it looks in the tables.
type Topic string

// The topics.
const (
	Entries Topic = "entries" // what was done to an entry
	Leases  Topic = "leases"  // a lease was given back, that of a replica among them
	Holds   Topic = "holds"   // a conversation is held now, or no longer
	Rooms   Topic = "rooms"   // how a room is read
)

// channel is the channel of PostgreSQL on which replicas tell.
const channel = "kapbot"

const (
	// stillThereEvery is how long nothing may be heard before it is asked whether
	// anybody is there: a network may lose a connection without a word.
	stillThereEvery = 5 * time.Second
	// listenAgain is the first pause before a lost connection is opened again.
	listenAgain = 250 * time.Millisecond
)

// news is what is heard of other replicas, and who wants to know. Everybody looks by
// themselves every so often, too, so that nothing depends on it but time.
type news struct {
	mu        sync.Mutex
	wanted    map[Topic][]chan struct{}
	listening atomic.Bool
}

// Told returns what holds an element once a topic has changed since the last one was
// taken. In SQLite nobody tells.
func (s *Store) Told(of Topic) <-chan struct{} {
	c := make(chan struct{}, 1)
	s.news.mu.Lock()
	defer s.news.mu.Unlock()
	if s.news.wanted == nil {
		s.news.wanted = map[Topic][]chan struct{}{}
	}
	s.news.wanted[of] = append(s.news.wanted[of], c)
	return c
}

// Listening reports whether other replicas are heard at once.
func (s *Store) Listening() bool { return s.news.listening.Load() }

// tell wakes whoever wants to know of a topic.
func (n *news) tell(of Topic) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range n.wanted[of] {
		select {
		case c <- struct{}{}:
		default: // it has not looked since the last time
		}
	}
}

// tellAll wakes everybody: after a gap nobody knows what was missed.
func (n *news) tellAll() {
	n.mu.Lock()
	var all []Topic
	for of := range n.wanted {
		all = append(all, of)
	}
	n.mu.Unlock()
	for _, of := range all {
		n.tell(of)
	}
}

// listen hears what other replicas tell, over a connection of its own that is opened
// again whenever it is lost, until ctx is done.
func (n *news) listen(ctx context.Context, to *pgx.ConnConfig, log *slog.Logger) {
	deaf := outage.New(log, slog.LevelWarn, "other replicas are not heard at once: it is looked every second instead", "other replicas are heard at once again")
	for wait := listenAgain; ctx.Err() == nil; wait = min(2*wait, longestPause) {
		err := n.hear(ctx, to, func() {
			deaf.Note(ctx, nil)
			wait = listenAgain
		})
		deaf.Note(ctx, err)
		pause(ctx, wait)
	}
}

// hear listens over one connection until it is lost.
func (n *news) hear(ctx context.Context, to *pgx.ConnConfig, begun func()) (err error) {
	conn, err := pgx.ConnectConfig(ctx, to)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() {
		n.listening.Store(false)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		err = errors.Join(err, conn.Close(ctx))
	}()
	if err := within(ctx, answerWithin, func(ctx context.Context) error {
		_, err := conn.Exec(ctx, "LISTEN "+channel)
		return err //nolint:wrapcheck // as below
	}); err != nil {
		return fmt.Errorf("begin to listen: %w", err)
	}
	n.listening.Store(true)
	begun()
	n.tellAll()
	for {
		var told string
		err := within(ctx, stillThereEvery, func(ctx context.Context) error {
			heard, err := conn.WaitForNotification(ctx)
			if err == nil {
				told = heard.Payload
			}
			return err //nolint:wrapcheck // as below
		})
		switch {
		case err == nil:
			n.tell(Topic(told))
			continue
		case ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded):
			return fmt.Errorf("listen: %w", err)
		}
		if err := within(ctx, answerWithin, conn.Ping); err != nil {
			return fmt.Errorf("ask whether anybody is there: %w", err)
		}
	}
}

func within(ctx context.Context, d time.Duration, do func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	return do(ctx)
}

// notify tells other replicas of a topic, once the transaction that it is asked in is
// kept. Nothing but the topic is told.
func notify(ctx context.Context, q queries, of Topic) error {
	if _, ok := q.dialect.(postgres); !ok {
		return nil
	}
	if _, err := q.exec(ctx, "SELECT pg_notify(?, ?)", channel, string(of)); err != nil {
		return fmt.Errorf("tell other replicas: %w", err)
	}
	return nil
}
