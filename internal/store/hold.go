package store

import (
	"context"
	"fmt"
	"time"

	"kapbot/internal/chat"
)

// overlap is how far back is read again what others have told: what they wrote may be
// seen a little later than it is dated.
const overlap = 3 * time.Second

// Tell tells other replicas what is known of a conversation, until it is forgotten.
func (s *Store) Tell(ctx context.Context, conversation string, r chat.Risk, until time.Time) error {
	_, err := s.answers.exec(ctx, `INSERT INTO hold (conversation, risk, risk_at, card, card_at, grave, held, safe_at, ended, until, holder, written)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, `+s.dialect.now()+`)
		ON CONFLICT (conversation, holder) DO UPDATE SET risk = excluded.risk, risk_at = excluded.risk_at, card = excluded.card, card_at = excluded.card_at,
			grave = excluded.grave, held = excluded.held, safe_at = excluded.safe_at, ended = excluded.ended, until = excluded.until, written = excluded.written`,
		conversation, r.Value, stamp(r.At), r.Card, stamp(r.CardAt), int64(r.Grave), stamp(r.HeldUntil), stamp(r.SafeAt), stamp(r.Ended), stamp(until), s.me)
	if err != nil {
		return fmt.Errorf("tell other replicas of a hold: %w", err)
	}
	return nil
}

// Urge lets other replicas hear at once what they were told, where they listen.
func (s *Store) Urge(ctx context.Context) error { return notify(ctx, s.answers, Holds) }

// Heard returns what other replicas have told since the last call, by conversation; at
// the first call all that is not forgotten.
func (s *Store) Heard(ctx context.Context) (map[string][]chat.Risk, error) {
	heard := map[string][]chat.Risk{}
	since := s.heard.Load()
	latest := since
	_, err := list(ctx, s.answers, func(read scan) (conversation string, err error) {
		var r chat.Risk
		var at, card, held, safe, ended, written int64
		err = read(&conversation, &r.Value, &at, &r.Card, &card, &r.Grave, &held, &safe, &ended, &written)
		r.At, r.CardAt, r.HeldUntil = instant(at), instant(card), instant(held)
		r.SafeAt, r.Ended = instant(safe), instant(ended)
		heard[conversation] = append(heard[conversation], r)
		latest = max(latest, written)
		return conversation, err
	}, "SELECT conversation, risk, risk_at, card, card_at, grave, held, safe_at, ended, written FROM hold WHERE written > ? AND holder <> ? AND until > "+s.dialect.now(),
		since-int64(overlap), s.me)
	if err != nil {
		return nil, fmt.Errorf("hear of holds from other replicas: %w", err)
	}
	s.heard.Store(latest)
	return heard, nil
}

// Forget is the job that deletes what no longer matters of conversations, and the leases
// of replicas that ended an hour ago.
func (s *Store) Forget() Job {
	return Job{Name: "forget holds", Every: 10 * time.Minute, Do: func(ctx context.Context) error {
		if _, err := s.answers.exec(ctx, "DELETE FROM lease WHERE until < "+s.dialect.now()+" - ?", int64(time.Hour)); err != nil {
			return fmt.Errorf("forget old leases: %w", err)
		}
		if _, err := s.answers.exec(ctx, "DELETE FROM hold WHERE until < "+s.dialect.now()); err != nil {
			return fmt.Errorf("forget holds: %w", err)
		}
		return nil
	}}
}
