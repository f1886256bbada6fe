package bots

import (
	"context"
	"errors"
	"slices"
	"time"
)

// tries is how often a step fails before its job is given up: after some ten minutes.
const tries = 16

// Patiently does jobs in turns, a step of each, until every one is done or ctx is. A
// step that fails is taken again after a pause, which grows from a second to a minute
// and lasts as long as the network asks for, while the other jobs go on: what was missed
// while a network was ill is read when it has just come back, and may be ill for a
// little longer. A job that the network refuses, or that fails for ten minutes, is lost.
func Patiently[T any](ctx context.Context, jobs []T, step func(job T) (done bool, err error), lost func(job T, err error)) {
	type open struct {
		job      T
		failures int
	}
	var all []*open
	for _, job := range jobs {
		all = append(all, &open{job: job})
	}
	for len(all) > 0 {
		var wait time.Duration
		all = slices.DeleteFunc(all, func(o *open) bool {
			if ctx.Err() != nil {
				return true
			}
			done, err := step(o.job)
			if err == nil {
				o.failures = 0
				return done
			}
			if o.failures++; errors.Is(err, ErrRefused) || o.failures == tries {
				if ctx.Err() == nil {
					lost(o.job, err)
				}
				return true
			}
			wait = max(wait, min(time.Second<<(o.failures-1), time.Minute))
			if asked := (*WaitError)(nil); errors.As(err, &asked) {
				wait = max(wait, asked.For)
			}
			return false
		})
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
	}
}
