// Package bots names what an adapter is: a Platform turns its network's events
// into chat values, hands them to a Handler and shows what is sent. It decides
// nothing; the folders beside this file hold one adapter each.
//
// A Platform starts with three methods. What some networks can do beyond them is
// an interface of its own here, which is asked for by assertion and does without
// in one place, package courier.
package bots

import (
	"context"
	"errors"
	"time"

	"kapbot/internal/chat"
)

// A Handler decides what to show for an event.
type Handler interface {
	// Handle returns once the event may be acknowledged: a card it asks for has
	// been noted by then and is on its way. Of the Ack, an adapter with Send only
	// needs Form (open it) and Later (show that an answer is coming); replies come
	// through Send. Events of one person in one conversation must be handed over
	// in order, one at a time; package lanes does that.
	Handle(ctx context.Context, ev chat.Event) chat.Ack
}

// A Platform is a place where people write.
type Platform interface {
	// Name is the network that the platform's Refs carry.
	Name() chat.Network
	// Run hands events to h until ctx is done or the platform ends by itself. When
	// it returns, no call of h is running.
	Run(ctx context.Context, h Handler) error
}

// A Sender is a Platform that can send at any time: every network but the
// terminal.
type Sender interface {
	// Send shows a post and returns the messages that it became: several, where a
	// network's limits split it. A post with To.Message set is shown as a reply to
	// it; where that is a command or a pressed button, as the response to it. The
	// error is Refused if trying again is of no use.
	//
	// It does not try again by itself and gives up when ctx is done. A post whose
	// kind shows a card goes out ahead of all others, over connections of its own.
	Send(ctx context.Context, p chat.Post) ([]chat.Ref, error)
}

// An Editor can change and take away what it has sent.
type Editor interface {
	// Edit shows p in the place of earlier messages and returns the new list.
	Edit(ctx context.Context, earlier []chat.Ref, p chat.Post) ([]chat.Ref, error)
	// Remove takes messages away. One that is gone already is no error.
	Remove(ctx context.Context, earlier []chat.Ref) error
}

// A Private can reach a person alone.
type Private interface {
	// SendPrivate sends a post to p.For as a direct message.
	SendPrivate(ctx context.Context, p chat.Post) ([]chat.Ref, error)
}

// A Finder can look whether a post has arrived, for a sender that died before it
// heard so.
type Finder interface {
	// Find returns the messages that an earlier Send of the same post became, none
	// if there are none. It need not find a post sent privately.
	Find(ctx context.Context, p chat.Post) ([]chat.Ref, error)
}

// A Linker can say where to click to see a message.
type Linker interface {
	// Link returns the address of a place, or "" if there is none to give.
	Link(at chat.Ref) string
}

// A ReadChecker can say who may read a room.
type ReadChecker interface {
	// MayRead reports whether a person may read what is written in a place.
	MayRead(ctx context.Context, person string, at chat.Ref) (bool, error)
}

// A RoleReader can say which roles a member of a community has by now, as the ids that
// events carry.
type RoleReader interface {
	Roles(ctx context.Context, space, person string) ([]string, error)
}

// A Membership is what somebody is in a community that the bot is in too.
type Membership struct {
	Space string
	Name  string // of the community, for people
	Roles []string
}

// A MemberReader can say which communities a person shares with the bot.
type MemberReader interface {
	// Memberships may answer from what was known some minutes ago. There are none for
	// an id that is nobody's.
	Memberships(ctx context.Context, person string) ([]Membership, error)
}

// A GroupReader can say who is in roles or groups.
type GroupReader interface {
	// InGroups returns the ids of people. Ids that name no group are left out.
	InGroups(ctx context.Context, groups []string) ([]string, error)
}

// A Profiler can say where to click to see a person.
type Profiler interface {
	// Profile returns the address of a person's page in a space.
	Profile(space, person string) string
}

// ErrRefused says that a network will not take a post however often it is sent:
// the room is gone, or the bot may not write there.
var ErrRefused = errors.New("the network refuses it")

// A WaitError says that a network asked to be left alone for a while.
type WaitError struct {
	For time.Duration
	Err error
}

// Error returns the text of what was refused.
func (e *WaitError) Error() string { return e.Err.Error() }

// Unwrap returns what was refused.
func (e *WaitError) Unwrap() error { return e.Err }
