package desk

import (
	"context"
	"fmt"
)

// List returns where entries stand.
func (d *Desk) List(ctx context.Context, by Actor, f Filter) ([]Summary, error) {
	if err := by.Needs(Moderator); err != nil {
		return nil, err
	}
	f.Limit = listed(f.Limit)
	list, err := d.store.Summaries(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("list entries: %w", err)
	}
	return list, nil
}

// Summary returns where one entry stands.
func (d *Desk) Summary(ctx context.Context, by Actor, key Key) (Summary, error) {
	if err := by.Needs(Moderator); err != nil {
		return Summary{}, err
	}
	s, err := d.store.Summary(ctx, key)
	if err != nil {
		return Summary{}, fmt.Errorf("look up entry %s: %w", key, err)
	}
	if s.Version == 0 {
		return Summary{}, ErrNotFound
	}
	return s, nil
}

// Revision returns a revision of an entry, the newest one for 0.
func (d *Desk) Revision(ctx context.Context, by Actor, key Key, n int) (Revision, error) {
	if err := by.Needs(Moderator); err != nil {
		return Revision{}, err
	}
	return d.revision(ctx, key, n)
}

func (d *Desk) revision(ctx context.Context, key Key, n int) (Revision, error) {
	below := n + 1
	if n == 0 {
		below = 0
	}
	found, err := d.store.Revisions(ctx, key, below, 1)
	if err != nil {
		return Revision{}, fmt.Errorf("read entry %s: %w", key, err)
	}
	if len(found) == 0 || n != 0 && found[0].N != n {
		return Revision{}, ErrNotFound
	}
	return found[0], nil
}

// History returns the revisions of an entry with numbers below one (all for 0),
// newest first.
func (d *Desk) History(ctx context.Context, by Actor, key Key, below, limit int) ([]Revision, error) {
	if err := by.Needs(Moderator); err != nil {
		return nil, err
	}
	found, err := d.store.Revisions(ctx, key, below, listed(limit))
	if err != nil {
		return nil, fmt.Errorf("read the history of entry %s: %w", key, err)
	}
	return found, nil
}

// Audit returns who did what, newest first.
func (d *Desk) Audit(ctx context.Context, by Actor, s Span) ([]Action, error) {
	if err := by.Needs(Moderator); err != nil {
		return nil, err
	}
	s.Limit = listed(s.Limit)
	found, err := d.store.Actions(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("read the audit: %w", err)
	}
	return found, nil
}

// listed is how many are listed where some are asked for.
func listed(limit int) int {
	if limit <= 0 || limit > MaxList {
		return MaxList
	}
	return limit
}
