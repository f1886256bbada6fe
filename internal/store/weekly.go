package store

import (
	"context"
	"fmt"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/tally"
)

var _ tally.Store = (*Store)(nil)

// AddCounts adds to what is kept, all or nothing.
func (s *Store) AddCounts(ctx context.Context, more map[tally.Count]int) error {
	err := s.atomically(ctx, func(q queries) error {
		for c, n := range more {
			_, err := q.exec(ctx, `INSERT INTO weekly (network, space, monday, what, topic, n) VALUES (?, ?, ?, ?, ?, ?)
				ON CONFLICT (network, space, monday, what, topic) DO UPDATE SET n = weekly.n + excluded.n`,
				c.Network, c.Space, stamp(c.Monday), c.What, c.Topic, n)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keep counts: %w", err)
	}
	return nil
}

// Weeks returns the weeks of a community from a Monday on, oldest first.
func (s *Store) Weeks(ctx context.Context, network chat.Network, space string, from time.Time) (weeks []tally.Week, err error) {
	_, err = list(ctx, s.reads, func(read scan) (none struct{}, err error) {
		var monday int64
		var what, topic string
		var n int
		if err := read(&monday, &what, &topic, &n); err != nil {
			return none, err
		}
		if at := instant(monday); len(weeks) == 0 || !weeks[len(weeks)-1].Monday.Equal(at) {
			weeks = append(weeks, tally.Week{Monday: at, Topics: map[string]int{}})
		}
		switch w := &weeks[len(weeks)-1]; what {
		case tally.Asked:
			w.Asked = n
		case tally.Answered:
			w.Answered = n
		case tally.Cards:
			w.Cards = n
		case tally.Topic:
			w.Topics[topic] = n
		}
		return none, nil
	}, "SELECT monday, what, topic, n FROM weekly WHERE network = ? AND space = ? AND monday >= ? ORDER BY monday", network, space, stamp(from))
	if err != nil {
		return nil, fmt.Errorf("read counts: %w", err)
	}
	return weeks, nil
}
