package desk

import (
	"context"
	"strconv"
	"strings"

	"kapbot/internal/chat"
	"kapbot/prompts"
)

// A Mark names an entry, and maybe one of its revisions: N is 0 where it names none.
type Mark struct {
	Key
	N int
}

// String is how it is written in commands, buttons and the state of forms:
// "what-is-kap", "es/what-is-kap" or "what-is-kap@3".
func (m Mark) String() string {
	if m.N > 0 {
		return m.Name() + "@" + strconv.Itoa(m.N)
	}
	return m.Name()
}

// An Awaiting is a revision that waits for a second moderator, as the others are told of it:
// what answers already may be named, and of what is new nothing is said. It may be in the
// words of a member.
type Awaiting struct {
	Mark
	Question string // of what answers or has answered; empty for a new entry
	Author   string
	Retires  bool
}

// Awaiting returns what waits for a second moderator.
func (d *Desk) Awaiting(ctx context.Context) ([]Awaiting, error) {
	waiting, err := d.all(ctx, Filter{Waiting: true})
	if err != nil {
		return nil, err
	}
	var drafts []Awaiting
	for _, s := range waiting {
		r, err := d.revision(ctx, s.Key, s.InReview)
		if err != nil {
			return nil, err
		}
		one := Awaiting{Mark: Mark{s.Key, s.InReview}, Author: r.Author, Retires: r.Retires}
		if s.State >= Published {
			one.Question = s.Question
		}
		drafts = append(drafts, one)
	}
	return drafts, nil
}

// NotBy leaves out what somebody wrote: they may not decide on it.
func NotBy(who string, drafts []Awaiting) (others []Awaiting) {
	for _, d := range drafts {
		if d.Author != who {
			others = append(others, d)
		}
	}
	return others
}

// Notice tells moderators of drafts. In their own channel each has a button, by the
// action that shows what a draft changes; elsewhere action is empty.
func Notice(t prompts.Review, drafts []Awaiting, action string) chat.Reply {
	lines := []string{t.DraftWaits}
	reply := chat.Reply{Kind: chat.Notice, Lang: chat.English, Title: t.TitleDraft}
	for _, d := range drafts[:min(shownAtMost, len(drafts))] {
		line, label := t.DraftChanges, d.Name()
		switch {
		case d.Question == "":
			line, label = t.DraftNew, t.DraftNewButton
		case d.Retires:
			line = t.DraftRetires
		}
		lines = append(lines, prompts.Fill(line, "question", d.Question, "entry", d.ID, "lang", d.Lang))
		if action != "" && len(reply.Buttons) < buttonsAtMost {
			reply.Buttons = append(reply.Buttons, chat.Button{Label: label, Action: action, Value: d.String()})
		}
	}
	if more := len(drafts) - shownAtMost; more > 0 {
		lines = append(lines, prompts.Fill(t.More, "count", strconv.Itoa(more)))
	}
	reply.Text = strings.Join(append(lines, t.DraftHow), "\n")
	return reply
}

// buttonsAtMost is how many drafts of a notice have a button.
const buttonsAtMost = 5

// Colleagues returns the ids of those on a network who have done something at the desk,
// lately first. They may have lost their role since.
func (d *Desk) Colleagues(ctx context.Context, network chat.Network) ([]string, error) {
	actions, err := d.store.Actions(ctx, Span{Limit: MaxList})
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var ids []string
	for _, a := range actions {
		id, ok := strings.CutPrefix(a.Who, string(network)+":")
		if ok && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// Named returns the ids that were named for a role on a network: of people, and of its
// own roles or groups.
func (r Roles) Named(network chat.Network) (ids []string) {
	for id := range r[network] {
		ids = append(ids, id)
	}
	return ids
}
