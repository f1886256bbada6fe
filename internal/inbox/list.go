package inbox

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/responder"
	"kapbot/prompts"
)

// The actions of the buttons of the list.
const (
	actionDraft  = "draft"
	actionSettle = "settle"
)

// How much of the inbox a reply shows.
const (
	shown    = 5
	wordings = 3
)

// actor is who acts, with the role of this moment.
func (b *Inbox) actor(q responder.Request) desk.Actor {
	return desk.Actor{Network: q.At.Network, Space: q.At.Space, ID: q.From.ID, Name: q.From.Name, Role: b.Roles.Of(q.At.Network, q.From)}
}

// list shows moderators what waits, the most asked first.
func (b *Inbox) list(ctx context.Context, q responder.Request) chat.Reply {
	t, by := b.text(q.Lang), b.actor(q)
	clusters, err := b.Clusters(ctx, by, Filter{Limit: shown + 1})
	if err != nil {
		return b.refused(q.Lang, err)
	}
	votes, err := b.Votes(ctx, by, Ballots{New: true, Limit: shown})
	if err != nil {
		return b.refused(q.Lang, err)
	}
	reply := notice(t.Empty, q.Lang)
	more := len(clusters) > shown
	clusters = clusters[:min(shown, len(clusters))]
	if len(clusters) > 0 {
		lines := []string{t.Waiting}
		for i, c := range clusters {
			n := strconv.Itoa(i + 1)
			lines = append(lines, describe(t, n, c))
			if !c.Comment && c.Entry == "" {
				reply.Buttons = append(reply.Buttons, chat.Button{Label: prompts.Fill(t.Draft, "n", n), Action: actionDraft, Value: c.ID})
			}
			reply.Buttons = append(reply.Buttons, chat.Button{Label: prompts.Fill(t.Settle, "n", n), Action: actionSettle, Value: c.ID})
		}
		if more {
			lines = append(lines, t.More)
		}
		reply.Text = strings.Join(lines, "\n\n")
		if merge, ok := b.together(t, clusters); ok {
			reply.Buttons = append(reply.Buttons, merge)
		}
	}
	reply.Text += complaints(t, votes)
	return reply
}

// describe shows a cluster: how many asked, and how.
func describe(t prompts.Inbox, n string, c Cluster) string {
	head := prompts.Fill(t.Asked, "n", n, "count", strconv.Itoa(len(c.Notes)))
	switch {
	case c.Comment:
		head = prompts.Fill(t.About, "n", n, "count", strconv.Itoa(len(c.Notes)), "entry", c.Entry)
	case c.Entry != "":
		head += " " + prompts.Fill(t.Drafted, "entry", c.Entry)
	}
	lines := []string{head}
	for _, note := range c.Notes[:min(len(c.Notes), wordings)] {
		line := quoted(cut(note.Text, 300))
		if note.Name != "" {
			line += " (" + note.Name + ")"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// complaints lists the entries that people found wanting, as long as nobody has looked.
func complaints(t prompts.Inbox, votes []Votes) string {
	if len(votes) == 0 {
		return ""
	}
	lines := []string{"\n\n" + t.Feedback}
	for _, v := range votes {
		lines = append(lines, "- "+prompts.Fill(t.Voted, "entry", v.ID, "helpful", strconv.Itoa(v.Counts[Helpful]),
			"not", strconv.Itoa(v.Counts[NotHelpful]), "wrong", strconv.Itoa(v.Counts[Wrong])))
	}
	return strings.Join(lines, "\n")
}

// refused says why something was not done.
func (b *Inbox) refused(lang chat.Lang, err error) chat.Reply {
	t := b.text(lang)
	var denied *desk.DeniedError
	if errors.As(err, &denied) {
		return notice(prompts.Fill(t.NeedsRole, "role", t.Roles[denied.Need.String()]), lang)
	}
	if errors.Is(err, ErrGone) {
		return notice(t.Gone, lang)
	}
	b.Log.Error("the inbox could not do what was asked", "err", err)
	return notice(t.Failed, lang)
}

// settle takes a cluster from the list. Its texts are erased in time.
func (b *Inbox) settle(ctx context.Context, q responder.Request) chat.Reply {
	p, _ := q.Body.(chat.Pressed)
	c, err := b.Cluster(ctx, b.actor(q), p.Value)
	if err == nil {
		err = b.Settle(ctx, b.actor(q), c.ID, len(c.Notes), Done)
	}
	if err != nil {
		return b.refused(q.Lang, err)
	}
	return notice(b.text(q.Lang).Settled, q.Lang)
}

// draft proposes an entry with the wordings of a cluster.
func (b *Inbox) draft(ctx context.Context, q responder.Request) chat.Reply {
	p, _ := q.Body.(chat.Pressed)
	key, err := b.Draft(ctx, b.actor(q), p.Value)
	if err != nil {
		return b.refused(q.Lang, err)
	}
	return notice(prompts.Fill(b.text(q.Lang).DraftMade, "entry", key.ID), q.Lang)
}
