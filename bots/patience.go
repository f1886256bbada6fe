package bots

import (
	"context"
	"errors"
	"time"
)

// lookTries is how often Patiently tries: for about two minutes in all.
const lookTries = 8

// Patiently does something again until it works, a network refuses it for good, ctx is
// done or two minutes have passed, with pauses from a second on, and as long as the
// network asks for. What was missed while a network was ill is read when it has just
// come back, and may be ill for a little longer.
func Patiently(ctx context.Context, do func() error) error {
	pause := time.Second
	for try := 1; ; try++ {
		err := do()
		if err == nil || errors.Is(err, ErrRefused) || try == lookTries {
			return err
		}
		wait := pause
		if asked := (*WaitError)(nil); errors.As(err, &asked) {
			wait = max(wait, asked.For)
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return err
		}
		pause *= 2
	}
}
