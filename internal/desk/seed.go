package desk

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"kapbot/internal/faq"
)

// Names of the program's own parts in revisions and in the audit.
const (
	Seed     = "seed"   // the entries that a version of the program brings
	Calendar = "review" // what takes entries away that nobody has reviewed in time
	Files    = "files"  // whoever imports files at the command line
)

// ours says that no moderator wrote a revision.
func ours(author string) bool { return author == Seed || author == Calendar }

// Seed takes over the entries that this version of the program brings, each text once.
// What is new is published. What was not touched since the last time goes forward. To
// what moderators have changed it is a proposal, and they decide.
func (d *Desk) Seed(ctx context.Context, entries []faq.Entry) error {
	for try := 1; ; try++ {
		steps, err := d.seedSteps(ctx, entries)
		if err != nil {
			return err
		}
		if len(steps) == 0 {
			return nil
		}
		err = d.store.Commit(ctx, steps...)
		if errors.Is(err, ErrConflict) && try < tries {
			continue // another replica starts at the same time
		}
		if err != nil {
			return fmt.Errorf("take over the entries of this version: %w", err)
		}
		d.Hurry()
		return nil
	}
}

func (d *Desk) seedSteps(ctx context.Context, entries []faq.Entry) ([]Step, error) {
	imported, err := d.store.Imported(ctx)
	if err != nil {
		return nil, fmt.Errorf("look up what was taken over: %w", err)
	}
	known := map[Key][]Revision{}
	for _, r := range imported {
		known[r.Key] = append(known[r.Key], r)
	}
	by := Actor{Name: Seed, Role: Lead}
	var steps []Step
	for _, e := range entries {
		key := Key{e.ID, e.Lang}
		e = fileOf(key, e)
		if says(known[key], e) {
			continue
		}
		step, ok, err := d.seedStep(ctx, by, key, e)
		if err != nil {
			return nil, err
		}
		if ok {
			steps = append(steps, step)
		}
	}
	return steps, nil
}

// says reports whether one of the revisions says just what an entry does.
func says(revisions []Revision, e faq.Entry) bool {
	for _, r := range revisions {
		if bytes.Equal(faq.Format(r.Entry), faq.Format(e)) {
			return true
		}
	}
	return false
}

// seedStep is what becomes of one entry of the seed, if anything.
func (d *Desk) seedStep(ctx context.Context, by Actor, key Key, e faq.Entry) (step Step, ok bool, err error) {
	s, err := d.store.Summary(ctx, key)
	if err != nil {
		return Step{}, false, fmt.Errorf("look up entry %s: %w", key, err)
	}
	touched := false
	if s.Version > 0 {
		newest, err := d.revision(ctx, key, s.Newest)
		if err != nil {
			return Step{}, false, err
		}
		if says([]Revision{newest}, e) { // it went out as a file and came back
			return Step{}, false, nil
		}
		touched = s.N != s.Newest || !ours(newest.Author)
	}
	step = d.draft(s, by, Seeded, e, "")
	if touched {
		return inReview(step), true, nil
	}
	d.publish(&step.Summary, &step.Revisions[0], by)
	return step, true, nil
}
