package inbox

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/faq"
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
	maxAlso  = 8 // wordings that go into a draft beside the first
)

// moderator returns who acts, if they are a moderator.
func (b *Inbox) moderator(q responder.Request) (desk.Actor, error) {
	by := desk.Actor{Network: q.At.Network, Space: q.At.Space, ID: q.From.ID, Name: q.From.Name, Role: b.Roles.Of(q.At.Network, q.From)}
	return by, by.Needs(desk.Moderator)
}

// list shows moderators what waits, the most asked first.
func (b *Inbox) list(ctx context.Context, q responder.Request) chat.Reply {
	if _, err := b.moderator(q); err != nil {
		return b.refused(q.Lang, err)
	}
	t := b.text(q.Lang)
	of := q.At.Community()
	clusters, err := b.Store.OpenClusters(ctx, of, shown)
	if err != nil {
		return b.refused(q.Lang, err)
	}
	votes, err := b.Store.Votes(ctx, of)
	if err != nil {
		return b.refused(q.Lang, err)
	}
	reply := notice(t.Empty, q.Lang)
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
		reply.Text = strings.Join(lines, "\n\n")
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

// complaints lists the entries that people found wanting.
func complaints(t prompts.Inbox, votes []Votes) string {
	var out strings.Builder
	listed := 0
	for _, v := range votes {
		if v.Counts[Wrong]+v.Counts[NotHelpful] == 0 || listed == shown {
			continue
		}
		listed++
		fmt.Fprintf(&out, "\n- %s", prompts.Fill(t.Voted, "entry", v.ID, "helpful", strconv.Itoa(v.Counts[Helpful]), "not", strconv.Itoa(v.Counts[NotHelpful]), "wrong", strconv.Itoa(v.Counts[Wrong])))
	}
	if listed == 0 {
		return ""
	}
	return "\n\n" + t.Feedback + out.String()
}

// refused says why something was not done.
func (b *Inbox) refused(lang chat.Lang, err error) chat.Reply {
	t := b.text(lang)
	var denied *desk.DeniedError
	if errors.As(err, &denied) {
		return notice(prompts.Fill(t.NeedsRole, "role", t.Roles[denied.Need.String()]), lang)
	}
	b.Log.Error("the inbox could not do what was asked", "err", err)
	return notice(t.Failed, lang)
}

// cluster is the one whose button was pressed; false if this community has none.
func (b *Inbox) cluster(ctx context.Context, q responder.Request) (c Cluster, by desk.Actor, ok bool, err error) {
	p, _ := q.Body.(chat.Pressed)
	if by, err = b.moderator(q); err != nil {
		return c, by, false, err
	}
	c, ok, err = b.Store.Cluster(ctx, q.At.Community(), p.Value)
	return c, by, ok, err
}

// settle takes a cluster from the list. Its texts are erased in time.
func (b *Inbox) settle(ctx context.Context, q responder.Request) chat.Reply {
	c, _, ok, err := b.cluster(ctx, q)
	if err == nil && ok {
		ok, err = b.Store.SettleCluster(ctx, c.Of, c.ID, b.Now())
	}
	if err != nil {
		return b.refused(q.Lang, err)
	}
	if !ok {
		return notice(b.text(q.Lang).Gone, q.Lang)
	}
	return notice(b.text(q.Lang).Settled, q.Lang)
}

// draft proposes an entry with the wordings of a cluster.
func (b *Inbox) draft(ctx context.Context, q responder.Request) chat.Reply {
	c, by, ok, err := b.cluster(ctx, q)
	if err != nil {
		return b.refused(q.Lang, err)
	}
	t := b.text(q.Lang)
	if !ok || c.Comment || c.Entry != "" || len(c.Notes) == 0 {
		return notice(t.Gone, q.Lang)
	}
	e := faq.Entry{ID: name(c), Lang: string(c.Lang), Question: oneLine(c.Notes[0].Text), Body: b.text(c.Lang).DraftBody}
	for _, n := range c.Notes[1:min(len(c.Notes), 1+maxAlso)] {
		e.Also = append(e.Also, oneLine(n.Text))
	}
	r, err := b.Entries.Propose(ctx, by, desk.Change{Key: desk.Key{ID: e.ID, Lang: e.Lang}, Entry: e, Why: b.text(chat.English).DraftWhy})
	if err != nil {
		return b.refused(q.Lang, err)
	}
	if err := b.Store.DraftCluster(ctx, c.Of, c.ID, r.ID); err != nil {
		return b.refused(q.Lang, err)
	}
	return notice(prompts.Fill(t.DraftMade, "entry", r.ID), q.Lang)
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// name makes an id of the first words of a question and of its cluster.
func name(c Cluster) string {
	words := strings.FieldsFunc(strings.ToLower(c.Notes[0].Text), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	words = append(words[:min(len(words), 5)], strings.ToLower(c.ID[:6]))
	return strings.Join(words, "-")
}
