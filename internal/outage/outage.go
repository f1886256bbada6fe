// Package outage lets the log speak of what is tried again and again: once when it
// begins to fail, again every so often while it goes on failing, and once when it works
// again. A log with a line for every attempt hides the lines that matter.
package outage

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// RemindEvery is how often the log hears of what still fails.
const RemindEvery = 15 * time.Minute

// An Outage remembers whether something fails. It is safe for concurrent use.
type Outage struct {
	log          *slog.Logger
	level        slog.Level
	fails, works string

	mu          sync.Mutex
	since, said time.Time // zero while it works
}

// New returns the outage of something that works. The log hears fails, at a level, and
// works.
func New(log *slog.Logger, level slog.Level, fails, works string) *Outage {
	return &Outage{log: log, level: level, fails: fails, works: works}
}

// Note notes how an attempt has ended. What the end of ctx has cut off tells nothing.
func (o *Outage) Note(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	switch failing := !o.since.IsZero(); {
	case err == nil && failing:
		o.log.InfoContext(ctx, o.works, "after", now.Sub(o.since).Round(time.Second).String())
		o.since, o.said = time.Time{}, time.Time{}
	case err == nil:
	case !failing:
		o.since, o.said = now, now
		o.log.Log(ctx, o.level, o.fails, "err", err)
	case now.Sub(o.said) >= RemindEvery:
		o.said = now
		o.log.Log(ctx, o.level, o.fails, "err", err, "for", now.Sub(o.since).Round(time.Second).String())
	}
}
