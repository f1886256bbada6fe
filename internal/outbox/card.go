// Package outbox brings crisis cards to people. It notes on disk that a card is to
// be sent before the event that asked for it is acknowledged, sends it at once,
// tries again while a network fails, then tries a direct message and then calls the
// moderators; and after a crash it goes on where it was.
//
// A note holds ids, times and the name of a card, and never what anybody wrote.
// The note is a net below the sending, not a step before it: where the disk is
// slow, full or broken the card is sent all the same.
package outbox

import (
	"context"
	"time"

	"kapbot/internal/chat"
)

// A Card is the note that one is to be sent.
type Card struct {
	Key    string   // of the event that asked for it; with To.Network it is unique
	To     chat.Ref // the message that it answers
	For    string   // id of the person
	Name   string   // which card
	Lang   chat.Lang
	Kind   chat.Kind
	Direct bool // only the person and the bot read along
	At     time.Time
	// Late says that another replica may have had the event as well: the card waits
	// longer for its note, and is looked for before it is sent. It is not kept.
	Late bool
}

// An End says how the sending of a card ended.
type End uint8

// The ends. The zero value is none yet.
const (
	Pending     End = iota
	Shown           // in its place
	ShownAlone      // by direct message
	Undelivered     // given up; moderators were called, if they can be
)

// Store keeps notes. It is safe for concurrent use; package outboxtest holds what
// an implementation has to pass.
type Store interface {
	// Intend notes a card, durably once it returns. It reports false if the network
	// and key were noted before, and then changes nothing.
	Intend(ctx context.Context, c Card) (fresh bool, err error)
	// Settle notes the end of a card.
	Settle(ctx context.Context, c Card, end End) error
	// Pending lists the cards that have no end, oldest first.
	Pending(ctx context.Context) ([]Card, error)
}
