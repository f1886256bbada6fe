package inboxtest

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/inbox"
)

var _ inbox.Store = (*Memory)(nil)

// Memory is a store that forgets all at the end. The zero value is empty.
type Memory struct {
	mu       sync.Mutex
	clusters []inbox.Cluster
	votes    []counted
}

// counted is a row of votes.
type counted struct {
	of chat.Community
	inbox.Votes
}

// at finds a cluster of a community; -1 if there is none.
func (m *Memory) at(of chat.Community, id string) int {
	return slices.IndexFunc(m.clusters, func(c inbox.Cluster) bool { return c.Of == of && c.ID == id })
}

// question finds an open cluster of questions; -1 if there is none.
func (m *Memory) question(of chat.Community, id string) int {
	i := m.at(of, id)
	if i >= 0 && (m.clusters[i].Comment || !m.clusters[i].Settled.IsZero()) {
		return -1
	}
	return i
}

// copied is a cluster whose notes nobody else changes.
func copied(c inbox.Cluster) inbox.Cluster {
	c.Notes = slices.Clone(c.Notes)
	slices.SortFunc(c.Notes, func(a, b inbox.Note) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return c
}

// sweep drops clusters without notes.
func (m *Memory) sweep() {
	m.clusters = slices.DeleteFunc(m.clusters, func(c inbox.Cluster) bool { return len(c.Notes) == 0 })
}

// PutNote keeps a note.
func (m *Memory) PutNote(_ context.Context, c inbox.Cluster, n inbox.Note) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := m.at(c.Of, c.ID)
	if i < 0 {
		i = len(m.clusters)
		c.Notes, c.Settlement = nil, inbox.Settlement{}
		m.clusters = append(m.clusters, c)
	}
	if !m.clusters[i].Settled.IsZero() {
		return false, nil
	}
	m.clusters[i].Notes = append(m.clusters[i].Notes, n)
	return true, nil
}

// Clusters lists clusters.
func (m *Memory) Clusters(_ context.Context, of chat.Community, f inbox.Filter) ([]inbox.Cluster, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []inbox.Cluster
	for _, c := range m.clusters {
		has := slices.ContainsFunc(c.Notes, func(n inbox.Note) bool {
			return strings.Contains(strings.ToLower(n.Text), strings.ToLower(f.Text))
		})
		if c.Of == of && has && c.Settled.IsZero() != f.Settled && (f.Entry == "" || c.Entry == f.Entry) && (f.Lang == "" || c.Lang == f.Lang) {
			all = append(all, copied(c))
		}
	}
	slices.SortFunc(all, func(a, b inbox.Cluster) int {
		if f.Settled {
			return cmp.Or(b.Settled.Compare(a.Settled), cmp.Compare(a.ID, b.ID))
		}
		return cmp.Or(len(b.Notes)-len(a.Notes), a.Opened.Compare(b.Opened), cmp.Compare(a.ID, b.ID))
	})
	all = all[min(f.Offset, len(all)):]
	if f.Limit > 0 {
		all = all[:min(f.Limit, len(all))]
	}
	return all, nil
}

// Cluster returns one.
func (m *Memory) Cluster(_ context.Context, of chat.Community, id string) (inbox.Cluster, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := m.at(of, id)
	if i < 0 {
		return inbox.Cluster{}, false, nil
	}
	return copied(m.clusters[i]), true, nil
}

// SettleCluster settles one.
func (m *Memory) SettleCluster(_ context.Context, of chat.Community, id string, seen int, how inbox.Settlement) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := m.at(of, id)
	if i < 0 || !m.clusters[i].Settled.IsZero() || len(m.clusters[i].Notes) > seen {
		return false, nil
	}
	m.clusters[i].Settlement = how
	return true, nil
}

// ReopenCluster opens one again.
func (m *Memory) ReopenCluster(_ context.Context, of chat.Community, id string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := m.at(of, id)
	if i < 0 || m.clusters[i].Settled.IsZero() {
		return false, nil
	}
	m.clusters[i].Settlement = inbox.Settlement{}
	if !m.clusters[i].Comment {
		m.clusters[i].Entry = ""
	}
	return true, nil
}

// DraftCluster keeps an entry.
func (m *Memory) DraftCluster(_ context.Context, of chat.Community, id, entry string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := m.question(of, id)
	if i >= 0 {
		m.clusters[i].Entry = entry
	}
	return i >= 0, nil
}

// MergeClusters puts clusters together.
func (m *Memory) MergeClusters(_ context.Context, of chat.Community, into string, from []string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := m.question(of, into)
	for k, id := range from {
		part := m.question(of, id)
		if i < 0 || part < 0 || part == i || m.clusters[part].Lang != m.clusters[i].Lang || slices.Contains(from[:k], id) {
			return false, nil
		}
	}
	for _, id := range from {
		whole, part := &m.clusters[i], &m.clusters[m.at(of, id)]
		whole.Notes = append(whole.Notes, part.Notes...)
		whole.Entry = cmp.Or(whole.Entry, part.Entry)
		if part.Opened.Before(whole.Opened) {
			whole.Opened = part.Opened
		}
		part.Notes = nil
	}
	m.sweep()
	return len(from) > 0, nil
}

// SplitCluster takes notes out of one.
func (m *Memory) SplitCluster(_ context.Context, of chat.Community, from string, notes []string, into string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := m.question(of, from)
	if i < 0 {
		return false, nil
	}
	var stay, leave []inbox.Note
	for _, n := range m.clusters[i].Notes {
		if slices.Contains(notes, n.ID) {
			leave = append(leave, n)
		} else {
			stay = append(stay, n)
		}
	}
	if len(stay) == 0 || len(leave) == 0 || len(leave) != len(notes) {
		return false, nil
	}
	m.clusters[i].Notes = stay
	c := m.clusters[i]
	m.clusters = append(m.clusters, inbox.Cluster{ID: into, Of: of, Lang: c.Lang, Opened: c.Opened, Notes: leave})
	return true, nil
}

// Awaited lists what an entry answers or will.
func (m *Memory) Awaited(context.Context) ([]inbox.Cluster, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []inbox.Cluster
	for _, c := range m.clusters {
		if c.Settled.IsZero() && !c.Comment && c.Entry != "" {
			all = append(all, copied(c))
		}
	}
	return all, nil
}

// Unseal erases whom to tell.
func (m *Memory) Unseal(_ context.Context, note string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.clusters {
		for i := range c.Notes {
			if n := &c.Notes[i]; n.ID == note && len(n.Sealed) > 0 {
				n.Sealed = nil
				return true, nil
			}
		}
	}
	return false, nil
}

// EraseNotes erases texts.
func (m *Memory) EraseNotes(_ context.Context, settled, sent time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.clusters {
		c := &m.clusters[i]
		old := !c.Settled.IsZero() && c.Settled.Before(settled)
		c.Notes = slices.DeleteFunc(c.Notes, func(n inbox.Note) bool { return old || n.At.Before(sent) })
	}
	m.sweep()
	return nil
}

// row finds the votes on a revision; -1 if there are none.
func (m *Memory) row(of chat.Community, key desk.Key, revision int) int {
	return slices.IndexFunc(m.votes, func(v counted) bool { return v.of == of && v.Key == key && v.Revision == revision })
}

// CountVote counts.
func (m *Memory) CountVote(_ context.Context, of chat.Community, key desk.Key, revision int, v inbox.Vote) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := m.row(of, key, revision)
	if i < 0 {
		i = len(m.votes)
		m.votes = append(m.votes, counted{of, inbox.Votes{Key: key, Revision: revision}})
	}
	m.votes[i].Counts[v]++
	return nil
}

// Votes lists votes.
func (m *Memory) Votes(_ context.Context, of chat.Community, b inbox.Ballots) ([]inbox.Votes, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []inbox.Votes
	for _, v := range m.votes {
		if v.of == of && (!b.New || v.New() > 0) && (len(b.Entries) == 0 || slices.Contains(b.Entries, v.ID)) {
			all = append(all, v.Votes)
		}
	}
	slices.SortFunc(all, func(a, b inbox.Votes) int {
		return cmp.Or(b.New()-a.New(), b.Counts[inbox.Wrong]-a.Counts[inbox.Wrong], b.Counts[inbox.NotHelpful]-a.Counts[inbox.NotHelpful],
			cmp.Compare(a.ID, b.ID), cmp.Compare(a.Lang, b.Lang), a.Revision-b.Revision)
	})
	if b.Limit > 0 {
		all = all[:min(b.Limit, len(all))]
	}
	return all, nil
}

// LookedAt notes at how many complaints a moderator has looked.
func (m *Memory) LookedAt(_ context.Context, of chat.Community, v inbox.Votes) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := m.row(of, v.Key, v.Revision)
	if i < 0 {
		return nil
	}
	for _, kind := range []inbox.Vote{inbox.NotHelpful, inbox.Wrong} {
		if n := v.Counts[kind]; n <= m.votes[i].Counts[kind] {
			m.votes[i].Looked[kind] = max(m.votes[i].Looked[kind], n)
		}
	}
	return nil
}
