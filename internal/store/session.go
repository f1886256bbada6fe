package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kapbot/internal/web/session"
)

var _ session.Store = (*Store)(nil)

// AddLink keeps a link, and drops those that have ended.
func (s *Store) AddLink(ctx context.Context, hash string, p session.Pass) error {
	if _, err := s.writes.exec(ctx, "DELETE FROM console_link WHERE until < ?", stamp(p.Until.Add(-session.LinkFor))); err != nil {
		return fmt.Errorf("drop old links: %w", err)
	}
	return s.addPass(ctx, "INSERT INTO console_link (hash, network, space, person, name, roles, until, used) VALUES (?, ?, ?, ?, ?, ?, ?, 0)", hash, p)
}

// CountLinks counts the links of a person that end after a time.
func (s *Store) CountLinks(ctx context.Context, p session.Pass, after time.Time) (n int, err error) {
	err = s.reads.row(ctx, "SELECT COUNT(*) FROM console_link WHERE network = ? AND space = ? AND person = ? AND until > ?",
		p.Network, p.Space, p.Person.ID, stamp(after)).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count links: %w", err)
	}
	return n, nil
}

// TakeLink takes a link once.
func (s *Store) TakeLink(ctx context.Context, hash string, now time.Time) (session.Pass, bool, error) {
	return pass(s.writes.row(ctx, `UPDATE console_link SET used = 1 WHERE hash = ? AND used = 0 AND until > ?
		RETURNING network, space, person, name, roles, until`, hash, stamp(now)))
}

// AddSession keeps a session, and drops those that have ended.
func (s *Store) AddSession(ctx context.Context, hash string, p session.Pass) error {
	if _, err := s.writes.exec(ctx, "DELETE FROM console_session WHERE until < ?", stamp(p.Until.Add(-session.SessionFor))); err != nil {
		return fmt.Errorf("drop old sessions: %w", err)
	}
	return s.addPass(ctx, "INSERT INTO console_session (hash, network, space, person, name, roles, until) VALUES (?, ?, ?, ?, ?, ?, ?)", hash, p)
}

// Session returns a session that lasts.
func (s *Store) Session(ctx context.Context, hash string, now time.Time) (session.Pass, bool, error) {
	return pass(s.reads.row(ctx, "SELECT network, space, person, name, roles, until FROM console_session WHERE hash = ? AND until > ?", hash, stamp(now)))
}

// EndSession ends a session.
func (s *Store) EndSession(ctx context.Context, hash string) error {
	if _, err := s.writes.exec(ctx, "DELETE FROM console_session WHERE hash = ?", hash); err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	return nil
}

func (s *Store) addPass(ctx context.Context, insert, hash string, p session.Pass) error {
	roles, err := json.Marshal(p.Person.Roles)
	if err != nil {
		return fmt.Errorf("write roles: %w", err)
	}
	if _, err := s.writes.exec(ctx, insert, hash, p.Network, p.Space, p.Person.ID, p.Person.Name, string(roles), stamp(p.Until)); err != nil {
		return fmt.Errorf("keep a link or session: %w", err)
	}
	return nil
}

func pass(found row) (p session.Pass, ok bool, err error) {
	var roles string
	var until int64
	err = found.Scan((*string)(&p.Network), &p.Space, &p.Person.ID, &p.Person.Name, &roles, &until)
	if errors.Is(err, sql.ErrNoRows) {
		return session.Pass{}, false, nil
	}
	if err != nil {
		return session.Pass{}, false, fmt.Errorf("read a link or session: %w", err)
	}
	if err := json.Unmarshal([]byte(roles), &p.Person.Roles); err != nil {
		return session.Pass{}, false, fmt.Errorf("read roles: %w", err)
	}
	p.Until = instant(until)
	return p, true, nil
}
