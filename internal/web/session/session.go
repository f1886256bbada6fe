// Package session lets people into web pages without a password: a link that works
// once within ten minutes, and for it a session of eight hours. Links and sessions
// are secrets of 256 random bits, of which the store sees hashes only.
package session

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"kapbot/internal/chat"
)

// How long links and sessions last, and how many links a person may ask for in the
// time that one lasts.
const (
	LinkFor    = 10 * time.Minute
	SessionFor = 8 * time.Hour
	mostLinks  = 5
)

// A Pass says who may come in, and for how long. Its person's roles are those that
// the network named when the link was asked for.
type Pass struct {
	Network chat.Network
	Space   string
	Person  chat.Person
	Until   time.Time
}

// Links keeps links by their hash.
type Links interface {
	AddLink(ctx context.Context, hash string, p Pass) error
	// CountLinks counts the links of a person that end after a time, used ones too.
	CountLinks(ctx context.Context, p Pass, after time.Time) (int, error)
	// TakeLink returns what a link was for and marks it as used; false if there is no
	// such link that is unused and lasts beyond now. Of several that ask for the
	// same link at once, one gets it.
	TakeLink(ctx context.Context, hash string, now time.Time) (Pass, bool, error)
}

// Sessions keeps sessions by their hash.
type Sessions interface {
	AddSession(ctx context.Context, hash string, p Pass) error
	Session(ctx context.Context, hash string, now time.Time) (Pass, bool, error)
	EndSession(ctx context.Context, hash string) error
}

// A Store keeps both.
type Store interface {
	Links
	Sessions
}

var (
	// ErrTooMany says that somebody asked for too many links.
	ErrTooMany = errors.New("too many links were asked for")
	// ErrNone says that there is no such link or session, or no more.
	ErrNone = errors.New("there is no such link or session")
)

// A Keeper makes and knows links and sessions.
type Keeper struct {
	store Store
	now   func() time.Time
}

// New returns a keeper.
func New(store Store, now func() time.Time) *Keeper { return &Keeper{store, now} }

// Link makes a link for a person and returns its secret.
func (k *Keeper) Link(ctx context.Context, p Pass) (string, error) {
	now := k.now()
	n, err := k.store.CountLinks(ctx, p, now)
	if err != nil {
		return "", fmt.Errorf("count links: %w", err)
	}
	if n >= mostLinks {
		return "", ErrTooMany
	}
	p.Until = now.Add(LinkFor)
	secret := newSecret()
	if err := k.store.AddLink(ctx, hash(secret), p); err != nil {
		return "", fmt.Errorf("keep a link: %w", err)
	}
	return secret, nil
}

// Redeem takes a link and opens a session, whose secret it returns. A link is taken
// once; the error is ErrNone for every other.
func (k *Keeper) Redeem(ctx context.Context, link string) (string, Pass, error) {
	now := k.now()
	p, ok, err := k.store.TakeLink(ctx, hash(link), now)
	if err != nil {
		return "", Pass{}, fmt.Errorf("take a link: %w", err)
	}
	if !ok {
		return "", Pass{}, ErrNone
	}
	p.Until = now.Add(SessionFor)
	secret := newSecret()
	if err := k.store.AddSession(ctx, hash(secret), p); err != nil {
		return "", Pass{}, fmt.Errorf("keep a session: %w", err)
	}
	return secret, p, nil
}

// Of returns whose session it is, or ErrNone.
func (k *Keeper) Of(ctx context.Context, session string) (Pass, error) {
	p, ok, err := k.store.Session(ctx, hash(session), k.now())
	if err != nil {
		return Pass{}, fmt.Errorf("look up a session: %w", err)
	}
	if !ok {
		return Pass{}, ErrNone
	}
	return p, nil
}

// End ends a session.
func (k *Keeper) End(ctx context.Context, session string) error {
	if err := k.store.EndSession(ctx, hash(session)); err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	return nil
}

// FormToken is what the forms of a session carry, so that no other site can send
// them. It tells nothing about the session's secret.
func FormToken(session string) string {
	mac := hmac.New(sha256.New, []byte(session))
	mac.Write([]byte("form"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// FormFits reports whether a form was made for a session.
func FormFits(session, token string) bool {
	return session != "" && hmac.Equal([]byte(FormToken(session)), []byte(token))
}

// newSecret returns 256 random bits. The source of randomness never fails: the
// program would end first.
func newSecret() string {
	bits := make([]byte, 32)
	_, _ = rand.Read(bits)
	return base64.RawURLEncoding.EncodeToString(bits)
}

func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
