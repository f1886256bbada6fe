package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/rota"
)

var _ rota.Store = (*Store)(nil)

// SetDuty keeps the room that alerts of a community go to.
func (s *Store) SetDuty(ctx context.Context, d rota.Duty) error {
	_, err := s.writes.exec(ctx, `INSERT INTO alert_room (network, space, channel, wait) VALUES (?, ?, ?, ?)
		ON CONFLICT (network, space) DO UPDATE SET channel = excluded.channel, wait = excluded.wait`,
		d.Of.Network, d.Of.Space, d.Channel, int64(d.Wait))
	return doing("keep where alerts go", err)
}

// DropDuty turns alerts of a community off. Those on call stay so for the next time.
func (s *Store) DropDuty(ctx context.Context, of chat.Community) error {
	_, err := s.writes.exec(ctx, "DELETE FROM alert_room WHERE network = ? AND space = ?", of.Network, of.Space)
	return doing("turn alerts off", err)
}

// Duties lists where alerts go.
func (s *Store) Duties(ctx context.Context) ([]rota.Duty, error) {
	all, err := list(ctx, s.reads, func(read scan) (d rota.Duty, err error) {
		err = read((*string)(&d.Of.Network), &d.Of.Space, &d.Channel, (*int64)(&d.Wait))
		return d, err
	}, "SELECT network, space, channel, wait FROM alert_room ORDER BY network, space")
	return all, doing("list where alerts go", err)
}

// SetPeer puts somebody on call or takes them off.
func (s *Store) SetPeer(ctx context.Context, of chat.Community, person string, on bool) error {
	return doing("keep who is on call", s.mark(ctx, "alert_peer", of, person, on))
}

// Peers lists who is on call.
func (s *Store) Peers(ctx context.Context, of chat.Community) ([]string, error) {
	all, err := list(ctx, s.reads, one[string], "SELECT person FROM alert_peer WHERE network = ? AND space = ? ORDER BY person", of.Network, of.Space)
	return all, doing("list who is on call", err)
}

// SetOut keeps that somebody wants no alerts about themselves, or does again.
func (s *Store) SetOut(ctx context.Context, of chat.Community, person string, out bool) error {
	return doing("keep who wants no alerts", s.mark(ctx, "alert_out", of, person, out))
}

// Out reports whether somebody wants no alerts about themselves.
func (s *Store) Out(ctx context.Context, of chat.Community, person string) (bool, error) {
	var n int
	err := s.reads.row(ctx, "SELECT COUNT(*) FROM alert_out WHERE network = ? AND space = ? AND person = ?", of.Network, of.Space, person).Scan(&n)
	return n > 0, doing("read who wants no alerts", err)
}

// mark keeps a person in a table, or not.
func (s *Store) mark(ctx context.Context, table string, of chat.Community, person string, there bool) error {
	statement := "DELETE FROM " + table + " WHERE network = ? AND space = ? AND person = ?"
	if there {
		statement = "INSERT INTO " + table + " (network, space, person) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
	}
	_, err := s.writes.exec(ctx, statement, of.Network, of.Space, person)
	return err
}

// doing wraps an error in what was being done.
func doing(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// RaiseAlert keeps an alert and counts it.
func (s *Store) RaiseAlert(ctx context.Context, a rota.Alert) (fresh bool, err error) {
	err = s.atomically(ctx, func(q queries) error {
		var n int
		at := a.At.Conversation()
		err := q.row(ctx, `SELECT COUNT(*) FROM alert WHERE id = ? OR network = ? AND space = ? AND channel = ? AND thread = ? AND person = ? AND asked = ? AND raised > ?`,
			a.ID, at.Network, a.Of.Space, at.Channel, at.Thread, a.Person, a.Asked, a.Raised.Add(-rota.Quiet).UnixNano()).Scan(&n)
		if fresh = err == nil && n == 0; !fresh {
			return doing("look for an earlier one", err)
		}
		_, err = q.exec(ctx, `INSERT INTO alert (id, network, space, at_space, channel, thread, message, person, asked, raised, due, step, tries, by_person, posts)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '', '')`, a.ID, a.Of.Network, a.Of.Space, a.At.Space, a.At.Channel, a.At.Thread, a.At.Message,
			a.Person, a.Asked, a.Raised.UnixNano(), a.Due.UnixNano(), a.Step)
		if err != nil {
			return err
		}
		return count(ctx, q, a.Of, a.Raised, 1, 0)
	})
	return fresh && err == nil, doing("keep an alert", err)
}

// count adds to the counts of a week.
func count(ctx context.Context, q queries, of chat.Community, at time.Time, raised, taken int) error {
	_, err := q.exec(ctx, `INSERT INTO alert_week (network, space, begins, raised, taken) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (network, space, begins) DO UPDATE SET raised = alert_week.raised + excluded.raised, taken = alert_week.taken + excluded.taken`,
		of.Network, of.Space, monday(at).Unix(), raised, taken)
	return err
}

// monday is the beginning of a week, in UTC.
func monday(at time.Time) time.Time {
	at = at.UTC().Truncate(24 * time.Hour)
	return at.AddDate(0, 0, -(int(at.Weekday())+6)%7)
}

const alertColumns = "id, network, space, at_space, channel, thread, message, person, asked, raised, due, step, tries, by_person, posts"

func readAlert(read scan) (a rota.Alert, err error) {
	var raised, due int64
	var asked int
	var posts string
	err = read(&a.ID, (*string)(&a.Of.Network), &a.Of.Space, &a.At.Space, &a.At.Channel, &a.At.Thread, &a.At.Message, &a.Person, &asked, &raised, &due, &a.Step, &a.Tries, &a.By, &posts)
	if err != nil {
		return a, err
	}
	a.At.Network, a.Asked, a.Raised = a.Of.Network, asked != 0, time.Unix(0, raised).UTC()
	if due != 0 {
		a.Due = time.Unix(0, due).UTC()
	}
	if posts != "" {
		err = json.Unmarshal([]byte(posts), &a.Posts)
	}
	return a, doing("read where an alert was shown", err)
}

// alertOf reads an alert; false if there is none.
func alertOf(ctx context.Context, q queries, where string, args ...any) (a rota.Alert, ok bool, err error) {
	a, err = readAlert(q.row(ctx, "SELECT "+alertColumns+" FROM alert WHERE "+where, args...).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return rota.Alert{}, false, nil
	}
	return a, err == nil, err
}

// NextAlert lets one program take the next step of an alert.
func (s *Store) NextAlert(ctx context.Context, now, until time.Time) (a rota.Alert, ok bool, err error) {
	err = s.atomically(ctx, func(q queries) (err error) {
		a, ok, err = alertOf(ctx, q, "due <> 0 AND due <= ? AND by_person = '' ORDER BY due, id LIMIT 1", now.UnixNano())
		if !ok {
			return err
		}
		a.Tries++
		_, err = q.exec(ctx, "UPDATE alert SET due = ?, tries = ? WHERE id = ?", until.UnixNano(), a.Tries, a.ID)
		return err
	})
	return a, ok && err == nil, doing("take an alert that is due", err)
}

// AdvanceAlert keeps that a step was taken.
func (s *Store) AdvanceAlert(ctx context.Context, a rota.Alert) (kept rota.Alert, err error) {
	posts, err := json.Marshal(a.Posts)
	if err != nil {
		return kept, fmt.Errorf("keep a step of an alert: %w", err)
	}
	due := int64(0)
	if !a.Due.IsZero() {
		due = a.Due.UnixNano()
	}
	err = s.atomically(ctx, func(q queries) error {
		if _, err := q.exec(ctx, "UPDATE alert SET step = ?, due = ?, tries = 0, posts = ? WHERE id = ?", a.Step, due, string(posts), a.ID); err != nil {
			return err
		}
		kept, _, err = alertOf(ctx, q, "id = ?", a.ID)
		return err
	})
	return kept, doing("keep a step of an alert", err)
}

// ClaimAlert keeps who took an alert first.
func (s *Store) ClaimAlert(ctx context.Context, of chat.Community, id, person string, at time.Time) (a rota.Alert, ok bool, err error) {
	err = s.atomically(ctx, func(q queries) error {
		changed, err := q.exec(ctx, "UPDATE alert SET by_person = ? WHERE id = ? AND network = ? AND space = ? AND by_person = ''", person, id, of.Network, of.Space)
		if err == nil && changed > 0 {
			err = count(ctx, q, of, at, 0, 1)
		}
		if err != nil {
			return err
		}
		a, ok, err = alertOf(ctx, q, "id = ? AND network = ? AND space = ?", id, of.Network, of.Space)
		return err
	})
	return a, ok && err == nil, doing("keep who took an alert", err)
}

// OpenAlerts counts the alerts that nobody took.
func (s *Store) OpenAlerts(ctx context.Context, since time.Time) (n int, err error) {
	err = s.reads.row(ctx, "SELECT COUNT(*) FROM alert WHERE by_person = '' AND raised >= ?", since.UnixNano()).Scan(&n)
	return n, doing("count the alerts that nobody took", err)
}

// DropAlerts forgets old alerts. Counts stay.
func (s *Store) DropAlerts(ctx context.Context, before time.Time) error {
	_, err := s.writes.exec(ctx, "DELETE FROM alert WHERE raised < ?", before.UnixNano())
	return doing("forget old alerts", err)
}

// AlertWeeks lists the counts of alerts.
func (s *Store) AlertWeeks(ctx context.Context, of chat.Community, limit int) ([]rota.Week, error) {
	all, err := list(ctx, s.reads, func(read scan) (w rota.Week, err error) {
		var begins int64
		err = read(&begins, &w.Raised, &w.Taken)
		w.Begins = time.Unix(begins, 0).UTC()
		return w, err
	}, "SELECT begins, raised, taken FROM alert_week WHERE network = ? AND space = ? ORDER BY begins DESC LIMIT ?", of.Network, of.Space, limit)
	return all, doing("list the counts of alerts", err)
}
