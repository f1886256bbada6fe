package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"kapbot/internal/faq"
)

// Rules are what an installation decides about its FAQ. The zero value asks most.
type Rules struct {
	// OneModerator lets an author publish alone, but for entries about suicide.
	OneModerator bool
}

// A Desk keeps the entries of an installation. It is safe for concurrent use.
type Desk struct {
	store   Store
	linter  *faq.Linter
	sources []faq.Source
	rules   Rules
	now     func() time.Time
	live    atomic.Pointer[edition]
	changed chan struct{} // filled by a change, so that nobody waits for the next look
}

// New returns a desk. Until [Desk.Refresh] finds published entries in the store,
// first is what replies use; its sources are those that entries may cite.
func New(store Store, first *faq.Snapshot, linter *faq.Linter, rules Rules, now func() time.Time) *Desk {
	d := &Desk{store: store, linter: linter, sources: first.Sources(), rules: rules, now: now, changed: make(chan struct{}, 1)}
	d.live.Store(&edition{snapshot: first, mark: -1})
	return d
}

// Lint says what is to be mended before an entry can be published, field by field.
func (d *Desk) Lint(e faq.Entry) []faq.Problem {
	e = fileOf(Key{e.ID, e.Lang}, e)
	return d.linter.Beside(e, d.Published().Entries(), d.now())
}

// Propose keeps a draft. It may have things to mend, but it must be an entry that can
// be written to a file and read back. Dates that are missing are those of a review
// today.
func (d *Desk) Propose(ctx context.Context, by Actor, c Change) (Revision, error) {
	if err := by.Needs(Moderator); err != nil {
		return Revision{}, err
	}
	return d.change(ctx, c.Key, func(s Summary) (Step, error) {
		if s.Newest != c.Base {
			return Step{}, d.stale(ctx, s)
		}
		e, err := d.readable(c.Key, c.Entry)
		if err != nil {
			return Step{}, err
		}
		return d.draft(s, by, Proposed, e, c.Why), nil
	})
}

// draft is the step that adds a revision.
func (d *Desk) draft(s Summary, by Actor, deed Deed, e faq.Entry, why string) Step {
	r := Revision{
		Key: Key{e.ID, e.Lang}, N: s.Newest + 1, Base: s.Newest, Entry: e,
		Author: by.Who(), Why: strings.TrimSpace(why), At: d.now().UTC(),
	}
	s.Newest = r.N
	if s.State < Published {
		s.describe(r)
		s.State = Draft
	}
	return d.step(s, by, deed, r, r.Why)
}

// readable returns an entry as it reads from its file, or a *LintError.
func (d *Desk) readable(key Key, e faq.Entry) (faq.Entry, error) {
	e = fileOf(key, e)
	today := d.now().UTC().Truncate(24 * time.Hour)
	if e.Reviewed.IsZero() {
		e.Reviewed = today
	}
	if e.ReviewBy.IsZero() {
		e.ReviewBy = e.Reviewed.AddDate(1, 0, 0)
	}
	read, err := faq.ParseEntry(e.File, faq.Format(e))
	if err != nil {
		return faq.Entry{}, &LintError{faq.Problems(e.File, err)}
	}
	return read, nil
}

// Submit asks another moderator to look at a draft. The error is a *LintError while
// there is something to mend.
func (d *Desk) Submit(ctx context.Context, by Actor, key Key, n int) (Revision, error) {
	return d.move(ctx, by, key, n, Draft, func(s *Summary, r *Revision) (Action, error) {
		if problems := d.Lint(r.Entry); len(problems) > 0 {
			return Action{}, &LintError{problems}
		}
		r.State = InReview
		if s.State < Published {
			s.State = InReview
		}
		s.await(max(s.InReview, n))
		return Action{Deed: Submitted}, nil
	})
}

// SendBack makes a revision that is in review a draft again, and says why.
func (d *Desk) SendBack(ctx context.Context, by Actor, key Key, n int, why string) (Revision, error) {
	return d.move(ctx, by, key, n, InReview, func(s *Summary, r *Revision) (Action, error) {
		r.State = Draft
		if s.State < Published && s.N == n {
			s.State = Draft
		}
		if s.InReview == n {
			s.await(0)
		}
		return Action{Deed: SentBack, Why: why}, needReason(why)
	})
}

// Publish lets a revision answer, or take the entry away if that is what it was made for.
// It must be in review, and its author may not do it unless the installation allows
// that; for entries about suicide it never does.
func (d *Desk) Publish(ctx context.Context, by Actor, key Key, n int) (Revision, error) {
	return d.move(ctx, by, key, n, InReview, func(s *Summary, r *Revision) (Action, error) {
		if err := d.mayPublish(ctx, by, *s, *r); err != nil {
			return Action{}, err
		}
		if r.Retires {
			withdraw(s, r, by)
			return Action{Deed: Withdrew, Why: r.Why}, nil
		}
		if problems := d.Lint(r.Entry); len(problems) > 0 {
			return Action{}, &LintError{problems}
		}
		d.publish(s, r, by)
		return Action{Deed: Approved}, nil
	})
}

// publish moves the pointer.
func (d *Desk) publish(s *Summary, r *Revision, by Actor) {
	r.State, r.Reviewer = Published, by.Who()
	s.State = Published
	s.describe(*r)
	if s.InReview <= r.N {
		s.await(0)
	}
}

// withdraw takes the entry away that a revision was made to take away.
func withdraw(s *Summary, r *Revision, by Actor) {
	r.State, r.Reviewer = Retired, by.Who()
	s.State = Retired
	s.describe(*r)
	s.await(0)
}

// mayPublish returns ErrSecond for whoever may not let a revision answer: its author,
// unless the installation allows that and neither it nor what it takes the place of
// speaks of suicide.
func (d *Desk) mayPublish(ctx context.Context, by Actor, s Summary, r Revision) error {
	if by.Who() != r.Author {
		return nil
	}
	if !d.rules.OneModerator || NeedsTwo(r.Entry) {
		return ErrSecond
	}
	if s.State < Published {
		return nil
	}
	before, err := d.revision(ctx, s.Key, s.N)
	if err == nil && NeedsTwo(before.Entry) {
		return ErrSecond
	}
	return err
}

// NeedsTwo says that whatever is done to what people read in an entry takes two
// moderators, in every installation: it speaks of suicide.
func NeedsTwo(e faq.Entry) bool { return e.Triage == faq.Mention }

// Retire takes an entry away. What it said stays in its history. One about suicide
// answers until another moderator agrees: what comes back is in review then.
func (d *Desk) Retire(ctx context.Context, by Actor, key Key, why string) (Revision, error) {
	if err := errors.Join(by.Needs(Moderator), needReason(why)); err != nil {
		return Revision{}, err
	}
	return d.change(ctx, key, func(s Summary) (Step, error) {
		if s.Version == 0 {
			return Step{}, ErrNotFound
		}
		if s.State != Published {
			return Step{}, ErrState
		}
		now, err := d.revision(ctx, key, s.N)
		if err != nil {
			return Step{}, err
		}
		if NeedsTwo(now.Entry) {
			step := inReview(d.draft(s, by, AskedAway, now.Entry, why))
			step.Revisions[0].Retires = true
			return step, nil
		}
		return d.retire(s, by, now.Entry, why), nil
	})
}

// retire is the step that takes an entry away.
func (d *Desk) retire(s Summary, by Actor, e faq.Entry, why string) Step {
	step := d.draft(s, by, Withdrew, e, why)
	r := &step.Revisions[0]
	r.State = Retired
	step.Summary.State = Retired
	step.Summary.describe(*r)
	step.Summary.await(0)
	return step
}

// Restore puts what an earlier revision said in review, as a new one.
func (d *Desk) Restore(ctx context.Context, by Actor, key Key, n int, why string) (Revision, error) {
	if err := errors.Join(by.Needs(Moderator), needReason(why)); err != nil {
		return Revision{}, err
	}
	return d.change(ctx, key, func(s Summary) (Step, error) {
		old, err := d.revision(ctx, key, n)
		if err != nil {
			return Step{}, err
		}
		return inReview(d.draft(s, by, Restored, old.Entry, why)), nil
	})
}

// inReview lets a step's revision wait for a moderator.
func inReview(step Step) Step {
	step.Revisions[0].State = InReview
	if step.Summary.State < Published {
		step.Summary.State = InReview
	}
	step.Summary.await(step.Summary.Newest)
	return step
}

// Own says who looks after an entry; "" says that nobody does. A moderator may take one
// and give it back; naming somebody else needs a lead.
func (d *Desk) Own(ctx context.Context, by Actor, key Key, owner string) error {
	if err := by.Needs(Moderator); err != nil {
		return err
	}
	_, err := d.change(ctx, key, func(s Summary) (Step, error) {
		if s.Version == 0 {
			return Step{}, ErrNotFound
		}
		if own := by.Who(); owner != own && (owner != "" || s.Owner != own) {
			if err := by.Needs(Lead); err != nil {
				return Step{}, err
			}
		}
		s.Owner = owner
		step := d.step(s, by, Owned, Revision{Key: key, N: s.N}, owner)
		step.Revisions = nil
		return step, nil
	})
	return err
}

// move changes the state of one revision.
func (d *Desk) move(ctx context.Context, by Actor, key Key, n int, from State, decide func(*Summary, *Revision) (Action, error)) (Revision, error) {
	if err := by.Needs(Moderator); err != nil {
		return Revision{}, err
	}
	return d.change(ctx, key, func(s Summary) (Step, error) {
		r, err := d.revision(ctx, key, n)
		if err != nil {
			return Step{}, err
		}
		if s.State >= Published && n < s.N {
			return Step{}, d.stale(ctx, s)
		}
		if r.State != from {
			return Step{}, ErrState
		}
		a, err := decide(&s, &r)
		if err != nil {
			return Step{}, err
		}
		return d.step(s, by, a.Deed, r, a.Why), nil
	})
}

// step puts a step together.
func (d *Desk) step(s Summary, by Actor, deed Deed, r Revision, why string) Step {
	return Step{Summary: s, Revisions: []Revision{r}, Action: Action{
		At: d.now().UTC(), Who: by.Who(), Name: by.Name, Deed: deed, Key: r.Key, N: r.N, Why: strings.TrimSpace(why),
	}}
}

// tries is how often a desk looks again when somebody is faster.
const tries = 4

// change decides on a change from where the entry stands, and again if that is no
// longer so when it is kept.
func (d *Desk) change(ctx context.Context, key Key, decide func(Summary) (Step, error)) (Revision, error) {
	for try := 1; ; try++ {
		s, err := d.store.Summary(ctx, key)
		if err != nil {
			return Revision{}, fmt.Errorf("look up entry %s: %w", key, err)
		}
		step, err := decide(s)
		if err != nil {
			return Revision{}, err
		}
		err = d.store.Commit(ctx, step)
		if errors.Is(err, ErrConflict) && try < tries {
			continue
		}
		if err != nil {
			return Revision{}, fmt.Errorf("keep a change of entry %s: %w", key, err)
		}
		d.Hurry()
		if len(step.Revisions) == 0 {
			return Revision{}, nil
		}
		return step.Revisions[0], nil
	}
}

// stale tells what is newer.
func (d *Desk) stale(ctx context.Context, s Summary) error {
	if s.Version == 0 {
		return ErrNotFound
	}
	newest, err := d.revision(ctx, s.Key, s.Newest)
	if err != nil {
		return err
	}
	return &StaleError{newest}
}

// needReason returns a *LintError where the audit would not say why.
func needReason(why string) error {
	if strings.TrimSpace(why) == "" {
		return &LintError{[]faq.Problem{{Field: "why", Rule: "reason", Message: "say in a few words why; the history shows it"}}}
	}
	return nil
}
