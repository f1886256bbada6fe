package desk

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"kapbot/internal/faq"
)

// An edition is what replies use, and the action after which it was read.
type edition struct {
	snapshot *faq.Snapshot
	mark     int64
}

// Published returns what replies may use now.
func (d *Desk) Published() *faq.Snapshot { return d.live.Load().snapshot }

// Refresh looks whether something else is published now, and reports whether it is.
// What the program does not know the source of stays out, and is named in left.
func (d *Desk) Refresh(ctx context.Context) (changed bool, left []Key, err error) {
	now := d.live.Load()
	mark, err := d.store.Mark(ctx)
	if err != nil {
		return false, nil, fmt.Errorf("look for changed entries: %w", err)
	}
	if mark == now.mark {
		return false, nil, nil
	}
	revisions, err := d.store.Live(ctx)
	if err != nil {
		return false, nil, fmt.Errorf("read the published entries: %w", err)
	}
	var entries []faq.Entry
	for _, r := range revisions {
		if !d.known(r.Entry) {
			left = append(left, r.Key)
			continue
		}
		entries = append(entries, r.Entry)
	}
	// A store that was never filled takes nothing away.
	next := &edition{now.snapshot, mark}
	if len(entries) > 0 || mark > 0 && len(left) == 0 {
		if next.snapshot, err = faq.NewSnapshot(entries, d.sources); err != nil {
			return false, left, fmt.Errorf("read the published entries: %w", err)
		}
	}
	d.live.Store(next)
	return next.snapshot.Revision() != now.snapshot.Revision(), left, nil
}

// Hurry lets Watch look at once.
func (d *Desk) Hurry() {
	select {
	case d.changed <- struct{}{}:
	default:
	}
}

// Watch looks every so often whether something else is published, whoever did it, and
// hands it to use, until ctx is done. While the store cannot be read, what was read
// last stays in use; that is logged when it begins and when it ends.
func (d *Desk) Watch(ctx context.Context, every time.Duration, use func(*faq.Snapshot) error, log *slog.Logger) {
	clock := time.NewTicker(every)
	defer clock.Stop()
	down := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-clock.C:
		case <-d.changed:
		}
		if err := d.exchange(ctx, use, log); err != nil && ctx.Err() == nil {
			if !down {
				log.Error("the published entries cannot be read; those that were read last answer", "err", err)
			}
			down = true
		} else if down {
			log.Info("the published entries can be read again")
			down = false
		}
	}
}

// Look is a Refresh that logs what is left out.
func (d *Desk) Look(ctx context.Context, log *slog.Logger) error {
	_, err := d.look(ctx, log)
	return err
}

func (d *Desk) look(ctx context.Context, log *slog.Logger) (changed bool, err error) {
	changed, left, err := d.Refresh(ctx)
	for _, key := range left {
		log.Error("an entry is left out: it has a source that this version does not know", "entry", key.String())
	}
	return changed, err
}

// exchange hands other entries to use, if there are any.
func (d *Desk) exchange(ctx context.Context, use func(*faq.Snapshot) error, log *slog.Logger) error {
	changed, err := d.look(ctx, log)
	if err != nil || !changed {
		return err
	}
	if err := use(d.Published()); err != nil {
		return fmt.Errorf("index the published entries: %w", err)
	}
	log.Info("other entries answer from now on", "entries", len(d.Published().Entries()))
	return nil
}

// known says whether all sources of an entry are.
func (d *Desk) known(e faq.Entry) bool {
	for _, id := range e.Sources {
		if !slices.ContainsFunc(d.sources, func(s faq.Source) bool { return s.ID == id }) {
			return false
		}
	}
	return true
}
