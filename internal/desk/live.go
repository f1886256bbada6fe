package desk

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"kapbot/internal/faq"
	"kapbot/internal/outage"
)

// An edition is what replies use, and the action after which it was read.
type edition struct {
	snapshot *faq.Snapshot
	mark     int64
}

// Published returns what replies may use now.
func (d *Desk) Published() *faq.Snapshot { return d.live.Load().snapshot }

// Refresh looks whether something else is published now. What the program does not know
// the source of stays out, and is named in left.
func (d *Desk) Refresh(ctx context.Context) (left []Key, err error) {
	now := d.live.Load()
	mark, err := d.store.Mark(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for changed entries: %w", err)
	}
	if mark == now.mark {
		return nil, nil
	}
	revisions, err := d.store.Live(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the published entries: %w", err)
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
			return left, fmt.Errorf("read the published entries: %w", err)
		}
	}
	d.live.Store(next)
	return left, nil
}

// Hurry lets Watch look at once.
func (d *Desk) Hurry() {
	select {
	case d.changed <- struct{}{}:
	default:
	}
}

// Watch looks every so often whether something else is published, whoever did it, and
// hands it to use, until ctx is done. What use does not take is given to it again, after
// pauses that grow. inUse is the revision that answers at the beginning. While the store
// cannot be read or use fails, what answers goes on doing so; the log hears of it when
// that begins and when it ends.
func (d *Desk) Watch(ctx context.Context, every time.Duration, inUse string, use func(*faq.Snapshot) error, log *slog.Logger) {
	clock := time.NewTicker(every)
	defer clock.Stop()
	unread := outage.New(log, slog.LevelError, "the published entries cannot be read; those that were read last answer", "the published entries can be read again")
	f := feed{
		use: use, inUse: inUse, log: log,
		unused: outage.New(log, slog.LevelError, "the published entries cannot be indexed; those from before answer, and it is tried again", "the published entries can be indexed again"),
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-clock.C:
		case <-d.changed:
		}
		unread.Note(ctx, d.Look(ctx, log))
		f.give(ctx, d.Published())
	}
}

// Between attempts to use one snapshot: firstUseAgain, doubled up to longestUseAgain.
const (
	firstUseAgain   = time.Second
	longestUseAgain = time.Minute
)

// A feed hands snapshots to what answers with them.
type feed struct {
	use    func(*faq.Snapshot) error
	inUse  string // the revision that was taken last
	log    *slog.Logger
	unused *outage.Outage

	failed string // the revision that was not taken, if there is one
	next   time.Time
	pause  time.Duration
}

// give hands over a snapshot that is not in use, unless it was just not taken.
func (f *feed) give(ctx context.Context, s *faq.Snapshot) {
	now := time.Now()
	if s.Revision() == f.inUse {
		return
	}
	if s.Revision() != f.failed {
		f.failed, f.pause = s.Revision(), firstUseAgain
	} else if now.Before(f.next) {
		return
	}
	err := f.use(s)
	f.unused.Note(ctx, err)
	if err != nil {
		f.next, f.pause = now.Add(f.pause), min(2*f.pause, longestUseAgain)
		return
	}
	f.inUse, f.failed = s.Revision(), ""
	f.log.Info("other entries answer from now on", "entries", len(s.Entries()))
}

// Look is a Refresh that logs what is left out.
func (d *Desk) Look(ctx context.Context, log *slog.Logger) error {
	left, err := d.Refresh(ctx)
	for _, key := range left {
		log.Error("an entry is left out: it has a source that this version does not know", "entry", key.String())
	}
	return err
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
