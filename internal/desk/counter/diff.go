package counter

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/faq"
)

// diff shows what a revision changes, and lets a moderator decide on one that waits.
func (c *Counter) diff(ctx context.Context, v visit) (chat.Reply, error) {
	r, err := c.revision(ctx, v)
	if err != nil {
		return chat.Reply{}, err
	}
	m := markOf(r)
	reply := chat.Reply{Kind: chat.Notice, Title: c.say("diff_title", "n", strconv.Itoa(r.N), "entry", r.Name())}
	before, err := c.before(ctx, v, r)
	if err != nil {
		return chat.Reply{}, err
	}
	publish := "button_publish"
	switch {
	case r.Retires:
		publish = "button_retire"
		reply.Text = c.say("diff_retires") + "\n\n**" + r.Entry.Question + "**\n\n" + r.Entry.Body
	case before.N == 0:
		reply.Text = c.say("diff_new") + "\n\n**" + r.Entry.Question + "**\n\n" + r.Entry.Body
	default:
		reply.Text = c.difference(before.Entry, r.Entry)
	}
	reply.Footer = c.plainLine(ctx, v, r)
	if r.State == desk.InReview {
		reply.Buttons = []chat.Button{
			c.button(publish, actionPublish, m.String()), c.button("button_send_back", actionSendBack, m.String()),
		}
	}
	reply.Buttons = append(reply.Buttons, c.button("button_edit", actionEdit, r.Name()))
	return reply, nil
}

// before is what answered before a revision, or else the one that it began with; N is 0
// for a new entry.
func (c *Counter) before(ctx context.Context, v visit, r desk.Revision) (desk.Revision, error) {
	if r.N == 1 {
		return desk.Revision{}, nil
	}
	earlier, err := c.Desk.History(ctx, v.by, r.Key, r.N, maxVersions)
	if err != nil || len(earlier) == 0 {
		return desk.Revision{}, err
	}
	if i := slices.IndexFunc(earlier, func(e desk.Revision) bool { return e.State == desk.Published }); i >= 0 {
		return earlier[i], nil
	}
	return earlier[0], nil
}

// plainLine is who made a revision and why.
func (c *Counter) plainLine(ctx context.Context, v visit, r desk.Revision) string {
	return strings.TrimPrefix(c.revisions(ctx, v, []desk.Revision{r}), "- ")
}

// difference is what differs between two texts of an entry, for people to read: what is
// gone is struck out, what is new is bold.
func (c *Counter) difference(before, after faq.Entry) string {
	var parts []string
	if before.Question != after.Question {
		parts = append(parts, c.say("diff_question")+": "+marked(faq.Diff(before.Question, after.Question)))
	}
	if before.Body != after.Body {
		parts = append(parts, marked(faq.Diff(before.Body, after.Body)))
	}
	lists := func(name string, from, in []string) {
		gone := slices.DeleteFunc(slices.Clone(from), func(s string) bool { return slices.Contains(in, s) })
		if len(gone) > 0 {
			parts = append(parts, c.say(name, "list", strings.Join(gone, "; ")))
		}
	}
	lists("diff_also_added", after.Also, before.Also)
	lists("diff_also_removed", before.Also, after.Also)
	var facts []string
	a, b := strings.Split(about(before), "\n"), strings.Split(about(after), "\n")
	for i, line := range b {
		if i < len(a) && a[i] != line {
			facts = append(facts, "~~"+a[i]+"~~ **"+line+"**")
		}
	}
	if len(facts) > 0 {
		parts = append(parts, strings.Join(facts, "\n"))
	}
	if len(parts) == 0 {
		return c.say("diff_none")
	}
	return strings.Join(parts, "\n\n")
}

// around is how many words of what stays are shown on each side of a change.
const around = 8

// marked writes changes as Markdown.
func marked(changes []faq.Change) string {
	var b strings.Builder
	for i, d := range changes {
		switch d.Side {
		case faq.Removed:
			b.WriteString(wrap(d.Text, "~~"))
		case faq.Added:
			b.WriteString(wrap(d.Text, "**"))
		default:
			b.WriteString(shortened(d.Text, i > 0, i < len(changes)-1))
		}
	}
	return b.String()
}

// signs takes the signs of Markdown out that would end ours.
var signs = strings.NewReplacer("**", "", "~~", "")

// wrap puts signs around each line of a text, inside of the space and the bullet that it
// begins with.
func wrap(text, sign string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		inner := strings.TrimLeft(strings.TrimSpace(line), "- ")
		before, after, _ := strings.Cut(line, inner)
		if inner == "" {
			before, after = line, ""
		} else {
			inner = sign + signs.Replace(inner) + sign
		}
		b.WriteString(before + inner + after)
	}
	return b.String()
}

// shortened leaves out the middle of what stays.
func shortened(text string, after, before bool) string {
	parts := strings.SplitAfter(text, " ")
	head, tail := 0, 0
	if after {
		head = around
	}
	if before {
		tail = around
	}
	if len(parts) <= head+tail+around {
		return text
	}
	return strings.Join(parts[:head], "") + "… " + strings.Join(parts[len(parts)-tail:], "")
}
