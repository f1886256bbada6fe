// Package desktest holds the contract that every store of revisions passes, and a store
// in memory for the tests of what stands on a desk.
package desktest

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"kapbot/internal/desk"
)

// Memory is a store of revisions in memory. The zero value is empty.
type Memory struct {
	mu        sync.Mutex
	summaries map[desk.Key]desk.Summary
	revisions map[desk.Key]map[int]desk.Revision
	actions   []desk.Action
}

var _ desk.Store = (*Memory)(nil)

// Summary returns where an entry stands.
func (m *Memory) Summary(_ context.Context, key desk.Key) (desk.Summary, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.summaries[key]
	s.Key = key
	return s, nil
}

// Commit keeps all steps or none.
func (m *Memory) Commit(_ context.Context, steps ...desk.Step) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.summaries == nil {
		m.summaries, m.revisions = map[desk.Key]desk.Summary{}, map[desk.Key]map[int]desk.Revision{}
	}
	for _, s := range steps {
		if m.summaries[s.Summary.Key].Version != s.Summary.Version {
			return desk.ErrConflict
		}
	}
	for _, s := range steps {
		key := s.Summary.Key
		s.Summary.Version++
		m.summaries[key] = s.Summary
		if m.revisions[key] == nil {
			m.revisions[key] = map[int]desk.Revision{}
		}
		for _, r := range s.Revisions {
			m.revisions[key][r.N] = r
		}
		s.Action.Seq = int64(len(m.actions)) + 1
		m.actions = append(m.actions, s.Action)
	}
	return nil
}

// Summaries returns the entries that a filter chooses.
func (m *Memory) Summaries(_ context.Context, f desk.Filter) ([]desk.Summary, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []desk.Summary
	for _, s := range m.summaries {
		if fits(s, f) {
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(a, b desk.Summary) int { return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Lang, b.Lang)) })
	all = all[min(f.Offset, len(all)):]
	return first(all, f.Limit), nil
}

func fits(s desk.Summary, f desk.Filter) bool {
	text := strings.ToLower(s.ID + "\n" + s.Question + "\n" + s.Owner)
	switch {
	case !strings.Contains(text, strings.ToLower(f.Text)):
	case f.Tag != "" && !slices.Contains(s.Tags, f.Tag):
	case f.Lang != "" && s.Lang != f.Lang:
	case len(f.States) > 0 && !slices.Contains(f.States, s.State):
	case !f.Due.IsZero() && (s.State != desk.Published || s.ReviewBy.After(f.Due)):
	case f.Waiting && !s.Waiting:
	default:
		return true
	}
	return false
}

func first[T any](all []T, limit int) []T {
	if limit > 0 && len(all) > limit {
		return all[:limit]
	}
	return all
}

// Revisions returns those of an entry, newest first.
func (m *Memory) Revisions(_ context.Context, key desk.Key, below, limit int) ([]desk.Revision, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []desk.Revision
	for n, r := range m.revisions[key] {
		if below == 0 || n < below {
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b desk.Revision) int { return cmp.Compare(b.N, a.N) })
	return first(all, limit), nil
}

// Actions returns the actions that a span chooses.
func (m *Memory) Actions(_ context.Context, s desk.Span) ([]desk.Action, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []desk.Action
	for _, a := range m.actions {
		if (s.Key == desk.Key{} || s.Key == a.Key) && a.Seq > s.After && (s.Before == 0 || a.Seq < s.Before) {
			all = append(all, a)
		}
	}
	if !s.Oldest {
		slices.Reverse(all)
	}
	return first(all, s.Limit), nil
}

// Mark counts the actions.
func (m *Memory) Mark(context.Context) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return int64(len(m.actions)), nil
}

// Live returns the revisions that answer.
func (m *Memory) Live(context.Context) ([]desk.Revision, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []desk.Revision
	for key, s := range m.summaries {
		if s.State == desk.Published {
			all = append(all, m.revisions[key][s.N])
		}
	}
	return all, nil
}

// Imported returns the revisions that came from the seed.
func (m *Memory) Imported(context.Context) ([]desk.Revision, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []desk.Revision
	for _, revisions := range m.revisions {
		for _, r := range revisions {
			if r.Author == desk.Seed {
				all = append(all, r)
			}
		}
	}
	return all, nil
}
