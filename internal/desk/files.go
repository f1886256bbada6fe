package desk

import (
	"context"
	"errors"
	"fmt"

	"kapbot/internal/faq"
)

// A Difference is an entry of a folder that says something else than the desk does.
type Difference struct {
	Before faq.Entry // what the newest revision says; zero for a new entry
	After  faq.Entry
}

// New says that the desk has no such entry.
func (d Difference) New() bool { return d.Before.ID == "" }

// Compare returns what of the entries of a folder is new. What says the same as some
// revision does is not: it went out as a file, and the desk has gone on since.
func (d *Desk) Compare(ctx context.Context, by Actor, entries []faq.Entry) ([]Difference, error) {
	if err := by.Needs(Lead); err != nil {
		return nil, err
	}
	var all []Difference
	for _, e := range entries {
		key := Key{e.ID, e.Lang}
		earlier, err := d.store.Revisions(ctx, key, 0, MaxList)
		if err != nil {
			return nil, fmt.Errorf("read entry %s: %w", key, err)
		}
		if e = fileOf(key, e); says(earlier, e) {
			continue
		}
		one := Difference{After: e}
		if len(earlier) > 0 {
			one.Before = earlier[0].Entry
		}
		all = append(all, one)
	}
	return all, nil
}

// Import takes differences over: all of them or, with a *LintError, none. They wait
// for a moderator, or answer at once if publish says that they were reviewed
// elsewhere; entries about suicide always wait.
func (d *Desk) Import(ctx context.Context, by Actor, list []Difference, why string, publish bool) error {
	if err := errors.Join(by.Needs(Lead), needReason(why)); err != nil {
		return err
	}
	var steps []Step
	var problems []faq.Problem
	for _, one := range list {
		problems = append(problems, d.Lint(one.After)...)
		step, err := d.importStep(ctx, by, one, why, publish)
		if err != nil {
			return err
		}
		steps = append(steps, step)
	}
	if len(problems) > 0 {
		return &LintError{problems}
	}
	if err := d.store.Commit(ctx, steps...); err != nil {
		return fmt.Errorf("keep the entries of a folder: %w", err)
	}
	d.Hurry()
	return nil
}

func (d *Desk) importStep(ctx context.Context, by Actor, one Difference, why string, publish bool) (Step, error) {
	key := Key{one.After.ID, one.After.Lang}
	s, err := d.store.Summary(ctx, key)
	if err != nil {
		return Step{}, fmt.Errorf("look up entry %s: %w", key, err)
	}
	step := d.draft(s, by, Imported, one.After, why)
	if !publish || NeedsTwo(one.After) || !one.New() && NeedsTwo(one.Before) {
		return inReview(step), nil
	}
	d.publish(&step.Summary, &step.Revisions[0], by)
	return step, nil
}
