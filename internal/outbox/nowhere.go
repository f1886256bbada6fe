package outbox

import (
	"context"
	"errors"
)

// Nowhere is the store of a program that has none. Every note fails, so cards are
// sent without one.
type Nowhere struct{}

var errNowhere = errors.New("there is no store")

// Intend fails.
func (Nowhere) Intend(context.Context, Card) (bool, error) { return false, errNowhere }

// Settle does nothing: there is no note that could have an end.
func (Nowhere) Settle(context.Context, Card, End) error { return nil }

// Pending lists nothing.
func (Nowhere) Pending(context.Context) ([]Card, error) { return nil, nil }
