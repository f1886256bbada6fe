package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"kapbot/prompts"
)

// shortLived are the tags of entries that do harm when they are out of date: they are
// taken away some time after their review was due. Others are shown with a note.
var shortLived = []string{"law", "cost", "safety"}

// soon is how far ahead a review is announced, remind on how many days before it.
const soon = 30

var remind = []int{7, 0}

// today is the day on which a review may still be in time.
func (d *Desk) today() time.Time { return d.now().UTC().Truncate(24 * time.Hour) }

// Withdraw takes away what must not be shown so many days after its review was due.
// It may be called at any time and by several replicas.
func (d *Desk) Withdraw(ctx context.Context, grace int) (gone []Key, err error) {
	due, err := d.due(ctx, d.today().AddDate(0, 0, -grace-1))
	if err != nil {
		return nil, err
	}
	for _, s := range due {
		if !slices.ContainsFunc(s.Tags, func(tag string) bool { return slices.Contains(shortLived, tag) }) {
			continue
		}
		taken, err := d.expire(ctx, s)
		if err != nil {
			return gone, err
		}
		if taken {
			gone = append(gone, s.Key)
		}
	}
	return gone, nil
}

// expire takes an entry away, if it still is as it was found.
func (d *Desk) expire(ctx context.Context, s Summary) (taken bool, err error) {
	now, err := d.revision(ctx, s.Key, s.N)
	if err != nil {
		return false, err
	}
	why := "its review was due on " + s.ReviewBy.Format(time.DateOnly)
	err = d.store.Commit(ctx, d.retire(s, Actor{Name: Calendar}, now.Entry, why))
	if errors.Is(err, ErrConflict) {
		return false, nil // somebody is at it; the next look decides again
	}
	if err != nil {
		return false, fmt.Errorf("take entry %s away: %w", s.Key, err)
	}
	d.Hurry()
	return true, nil
}

// due returns all published entries whose review is due on that day or earlier, the
// longest due first.
func (d *Desk) due(ctx context.Context, day time.Time) ([]Summary, error) {
	all, err := d.all(ctx, Filter{Due: day})
	slices.SortStableFunc(all, func(a, b Summary) int { return a.ReviewBy.Compare(b.ReviewBy) })
	return all, err
}

// all returns all entries that a filter chooses.
func (d *Desk) all(ctx context.Context, f Filter) (all []Summary, err error) {
	for f.Limit = MaxList; ; f.Offset += MaxList {
		page, err := d.store.Summaries(ctx, f)
		if err != nil {
			return nil, fmt.Errorf("list entries: %w", err)
		}
		if all = append(all, page...); len(page) < MaxList {
			return all, nil
		}
	}
}

// A Digest is what moderators are told of once a week. It holds nothing of members but
// numbers.
type Digest struct {
	Overdue   []Summary // shown with a note, or about to be taken away
	Soon      []Summary // due within a month
	Waiting   []Summary // with a change that another moderator has to publish
	Withdrawn []Summary // taken away, since nobody has reviewed them
	Numbers   Numbers
}

// Numbers are what members have left for moderators.
type Numbers struct {
	Questions  int // that were sent and are not settled
	Topics     int // that these are about
	Helpful    int // votes so far
	NotHelpful int
	Outdated   int
}

// Digest looks up what is to be told; numbers come from elsewhere.
func (d *Desk) Digest(ctx context.Context, n Numbers) (g Digest, err error) {
	g.Numbers = n
	due, err := d.due(ctx, d.today().AddDate(0, 0, soon))
	if err != nil {
		return g, err
	}
	for _, s := range due {
		if s.ReviewBy.Before(d.today()) {
			g.Overdue = append(g.Overdue, s)
		} else {
			g.Soon = append(g.Soon, s)
		}
	}
	if g.Waiting, err = d.all(ctx, Filter{Waiting: true}); err != nil {
		return g, err
	}
	retired, err := d.all(ctx, Filter{States: []State{Retired}})
	if err != nil {
		return g, err
	}
	for _, s := range retired {
		r, err := d.revision(ctx, s.Key, s.N)
		if err != nil {
			return g, err
		}
		if r.Author == Calendar {
			g.Withdrawn = append(g.Withdrawn, s)
		}
	}
	return g, nil
}

// Remind looks up which reviews are due in a week or today, and what waits for a second
// moderator.
func (d *Desk) Remind(ctx context.Context) (g Digest, err error) {
	if g.Waiting, err = d.all(ctx, Filter{Waiting: true}); err != nil {
		return g, err
	}
	due, err := d.due(ctx, d.today().AddDate(0, 0, slices.Max(remind)))
	for _, s := range due {
		if days := int(s.ReviewBy.Sub(d.today()).Hours() / 24); slices.Contains(remind, days) {
			g.Soon = append(g.Soon, s)
		}
	}
	return g, err
}

// shownAtMost is how many entries of a kind are listed; the rest is a number.
const shownAtMost = 8

// Text is the digest for a chat, "" if there is nothing to tell.
func (g Digest) Text(t prompts.Review) string {
	var parts []string
	list := func(head string, all []Summary) {
		if len(all) == 0 {
			return
		}
		lines := []string{head}
		for _, s := range all[:min(shownAtMost, len(all))] {
			lines = append(lines, prompts.Fill(t.Line, "question", s.Question, "entry", s.ID, "lang", s.Lang, "day", s.ReviewBy.Format(time.DateOnly)))
		}
		if more := len(all) - shownAtMost; more > 0 {
			lines = append(lines, prompts.Fill(t.More, "count", fmt.Sprint(more)))
		}
		parts = append(parts, strings.Join(lines, "\n"))
	}
	list(t.Withdrawn, g.Withdrawn)
	list(t.Overdue, g.Overdue)
	list(t.Soon, g.Soon)
	list(t.Waiting, g.Waiting)
	n := g.Numbers
	if n.Questions > 0 {
		parts = append(parts, prompts.Fill(t.Questions, "questions", fmt.Sprint(n.Questions), "topics", fmt.Sprint(n.Topics)))
	}
	if n.Helpful+n.NotHelpful+n.Outdated > 0 {
		parts = append(parts, prompts.Fill(t.Votes, "helpful", fmt.Sprint(n.Helpful), "not", fmt.Sprint(n.NotHelpful), "outdated", fmt.Sprint(n.Outdated)))
	}
	return strings.Join(parts, "\n\n")
}
