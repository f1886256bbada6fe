package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"kapbot/internal/outbox"
)

// keepFor is how long the note of a card that has ended is kept: well beyond the
// time in which a network delivers an event again.
const keepFor = 48 * time.Hour

// pruneEvery is after how many ended cards old ones are dropped.
const pruneEvery = 1000

const cardColumns = "network, key, space, channel, thread, message, person, name, lang, kind, direct, at"

// Intend notes a card.
func (s *Store) Intend(ctx context.Context, c outbox.Card) (fresh bool, err error) {
	n, err := s.writes.exec(ctx, "INSERT INTO card ("+cardColumns+", holder, ended) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING",
		c.To.Network, c.Key, c.To.Space, c.To.Channel, c.To.Thread, c.To.Message, c.For, c.Name, c.Lang, c.Kind, c.Direct, stamp(c.At), s.me)
	if err != nil {
		return false, fmt.Errorf("note a card: %w", err)
	}
	return n > 0, nil
}

// Settle notes the end of a card.
func (s *Store) Settle(ctx context.Context, c outbox.Card, end outbox.End) error {
	if _, err := s.writes.exec(ctx, "UPDATE card SET ended = ? WHERE network = ? AND key = ?", end, c.To.Network, c.Key); err != nil {
		return fmt.Errorf("note the end of a card: %w", err)
	}
	if s.settled.Add(1)%pruneEvery == 0 {
		return s.prune(ctx)
	}
	return nil
}

// Pending lists the cards without an end that no replica looks after, oldest first.
// From then on it is this one that does.
func (s *Store) Pending(ctx context.Context) ([]outbox.Card, error) {
	cards, err := list(ctx, s.writes, readCard, `UPDATE card SET holder = ?
		WHERE ended = 0 AND (holder = '' OR holder <> ? AND holder NOT IN (SELECT holder FROM lease WHERE name LIKE 'replica %' AND until >= `+s.dialect.now()+`))
		RETURNING `+cardColumns, s.me, s.me)
	if err != nil {
		return nil, fmt.Errorf("list the pending cards: %w", err)
	}
	slices.SortFunc(cards, func(a, b outbox.Card) int { return a.At.Compare(b.At) })
	return cards, nil
}

func readCard(read scan) (c outbox.Card, err error) {
	var at int64
	to := &c.To
	err = read((*string)(&to.Network), &c.Key, &to.Space, &to.Channel, &to.Thread, &to.Message,
		&c.For, &c.Name, (*string)(&c.Lang), (*uint8)(&c.Kind), &c.Direct, &at)
	c.At = instant(at)
	return c, err
}

// SawDirect notes that somebody wrote in a direct message.
func (s *Store) SawDirect(ctx context.Context, network, channel string, at time.Time) error {
	_, err := s.writes.exec(ctx, `INSERT INTO direct (network, channel, at) VALUES (?, ?, ?)
		ON CONFLICT (network, channel) DO UPDATE SET at = excluded.at WHERE direct.at < excluded.at`, network, channel, stamp(at))
	if err != nil {
		return fmt.Errorf("note a direct message: %w", err)
	}
	return nil
}

// LastDirects lists the direct messages in which somebody wrote last, newest first.
func (s *Store) LastDirects(ctx context.Context, network string, limit int) ([]string, error) {
	channels, err := list(ctx, s.reads, one[string], "SELECT channel FROM direct WHERE network = ? ORDER BY at DESC LIMIT ?", network, limit)
	if err != nil {
		return nil, fmt.Errorf("list direct messages: %w", err)
	}
	return channels, nil
}

// prune drops notes of cards that ended long ago, and of direct messages in which
// nobody has written for a month.
func (s *Store) prune(ctx context.Context) error {
	if _, err := s.writes.exec(ctx, "DELETE FROM card WHERE ended <> 0 AND at < ?", stamp(time.Now().Add(-keepFor))); err != nil {
		return fmt.Errorf("drop old notes: %w", err)
	}
	if _, err := s.writes.exec(ctx, "DELETE FROM direct WHERE at < ?", stamp(time.Now().AddDate(0, -1, 0))); err != nil {
		return fmt.Errorf("drop old notes: %w", err)
	}
	return nil
}
