package counter

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
)

// How much is listed in one message.
const (
	maxLines    = 10
	maxButtons  = 5
	maxVersions = 8
	// dueWithin is how many days ahead of its review an entry is listed.
	dueWithin = 14
)

// show shows an entry as it stands in its newest version, source marks included.
func (c *Counter) show(ctx context.Context, v visit) (chat.Reply, error) {
	r, err := c.revision(ctx, v)
	if err != nil {
		return chat.Reply{}, err
	}
	m := desk.Mark{Key: r.Key}
	reply := chat.Reply{Kind: chat.Notice, Title: r.Entry.Question, Text: r.Entry.Body, Footer: c.say("show_about",
		"entry", m.Name(), "version", strconv.Itoa(r.N), "n", strconv.Itoa(r.N), "state", c.state(r.State),
		"tags", strings.Join(r.Entry.Tags, ", "), "date", day(r.Entry.ReviewBy))}
	reply.Buttons = []chat.Button{
		c.button("button_edit", actionEdit, m.String()), c.button("button_history", actionHistory, m.String()),
		c.button("button_diff", ActionDiff, markOf(r).String()),
	}
	return reply, nil
}

// revision is the one that a command or button is about, the newest if it names none.
func (c *Counter) revision(ctx context.Context, v visit) (desk.Revision, error) {
	m, err := read(v.about())
	if err != nil {
		return desk.Revision{}, err
	}
	return c.Desk.Revision(ctx, v.by, m.Key, m.N)
}

func (c *Counter) state(s desk.State) string {
	return c.say("state_" + strings.ReplaceAll(s.String(), " ", "_"))
}

// list lists entries, all or those with a tag.
func (c *Counter) list(ctx context.Context, v visit) (chat.Reply, error) {
	return c.entries(ctx, v, desk.Filter{Tag: strings.ToLower(v.about())})
}

// search lists entries with a word in them.
func (c *Counter) search(ctx context.Context, v visit) (chat.Reply, error) {
	if v.about() == "" {
		return c.notice("which_words", "command", c.command(v), "example", "cost"), nil
	}
	return c.entries(ctx, v, desk.Filter{Text: v.about()})
}

func (c *Counter) entries(ctx context.Context, v visit, f desk.Filter) (chat.Reply, error) {
	f.Limit = maxLines + 1
	found, err := c.Desk.List(ctx, v.by, f)
	if err != nil {
		return chat.Reply{}, err
	}
	if len(found) == 0 {
		return c.notice("list_none"), nil
	}
	var lines []string
	for _, s := range found[:min(len(found), maxLines)] {
		lines = append(lines, "- "+c.line(s))
	}
	if len(found) > maxLines {
		lines = append(lines, "", c.say("list_more"))
	}
	return chat.Reply{Kind: chat.Notice, Title: c.say("list_title"), Text: strings.Join(lines, "\n"), Buttons: c.offers(found)}, nil
}

// offers are buttons that show entries.
func (c *Counter) offers(found []desk.Summary) []chat.Button {
	var all []chat.Button
	for _, s := range found[:min(len(found), maxButtons)] {
		m := desk.Mark{Key: s.Key}
		all = append(all, chat.Button{Label: m.Name(), Action: actionShow, Value: m.String()})
	}
	return all
}

func (c *Counter) line(s desk.Summary) string {
	state := c.state(s.State)
	if s.Waiting && s.State == desk.Published {
		state += ", " + c.say("waiting")
	}
	return c.say("line_entry", "entry", s.Name(), "question", s.Question, "state", state)
}

// unknown names entries that somebody may have meant.
func (c *Counter) unknown(v visit) chat.Reply {
	m, err := read(v.about())
	if err != nil {
		return c.notice("list_none")
	}
	reply := c.notice("not_found", "entry", m.Name())
	for _, near := range c.Suggest(strings.ReplaceAll(m.ID, "-", " ")) {
		if len(reply.Buttons) < maxButtons {
			reply.Text = c.say("not_found_near", "entry", m.Name())
			reply.Buttons = append(reply.Buttons, chat.Button{Label: near.Value, Action: actionShow, Value: near.Value})
		}
	}
	return reply
}

// maxSuggest is how many entries are suggested while somebody types.
const maxSuggest = 25

// Suggest returns published entries with all that was typed in their name or question,
// those whose name begins with it first.
func (c *Counter) Suggest(typed string) []chat.Choice {
	typed = strings.ToLower(strings.TrimSpace(typed))
	if c.Desk == nil {
		return nil
	}
	var first, rest []chat.Choice
	for _, e := range c.Desk.Published().Entries() {
		m := desk.Mark{Key: desk.Key{ID: e.ID, Lang: e.Lang}}
		choice := chat.Choice{Label: m.Name() + ": " + e.Question, Value: m.String()}
		text := strings.ToLower(choice.Label)
		switch {
		case strings.HasPrefix(text, typed):
			first = append(first, choice)
		case !slices.ContainsFunc(strings.Fields(typed), func(w string) bool { return !strings.Contains(text, w) }):
			rest = append(rest, choice)
		}
	}
	first = append(first, rest...)
	return first[:min(len(first), maxSuggest)]
}

// history says who changed an entry, when and why.
func (c *Counter) history(ctx context.Context, v visit) (chat.Reply, error) {
	m, found, err := c.past(ctx, v)
	if err != nil {
		return chat.Reply{}, err
	}
	reply := chat.Reply{Kind: chat.Notice, Title: c.say("history_title", "entry", m.Name()), Text: c.revisions(ctx, v, found)}
	reply.Buttons = []chat.Button{c.button("button_show", actionShow, m.String()), c.button("button_diff", ActionDiff, markOf(found[0]).String())}
	return reply, nil
}

// versions offers what could be brought back.
func (c *Counter) versions(ctx context.Context, v visit) (chat.Reply, error) {
	m, found, err := c.past(ctx, v)
	if err != nil {
		return chat.Reply{}, err
	}
	if found[0].State != desk.Retired { // the newest is there already
		found = found[1:]
	}
	if len(found) == 0 {
		return c.notice("restore_none", "entry", m.Name()), nil
	}
	reply := chat.Reply{Kind: chat.Notice, Title: c.say("restore_title", "entry", m.Name()), Text: c.revisions(ctx, v, found)}
	for _, r := range found {
		reply.Buttons = append(reply.Buttons, chat.Button{
			Label: c.say("button_restore", "n", strconv.Itoa(r.N)), Action: actionRestore, Value: markOf(r).String(),
		})
	}
	return reply, nil
}

// past is the newest part of an entry's history.
func (c *Counter) past(ctx context.Context, v visit) (desk.Mark, []desk.Revision, error) {
	m, err := read(v.about())
	if err != nil {
		return m, nil, err
	}
	m.N = 0
	found, err := c.Desk.History(ctx, v.by, m.Key, 0, maxVersions)
	if err == nil && len(found) == 0 {
		err = desk.ErrNotFound
	}
	return m, found, err
}

func (c *Counter) revisions(ctx context.Context, v visit, list []desk.Revision) string {
	name := c.names(ctx, v, list[0].Key)
	var lines []string
	for _, r := range list {
		reviewer, why := "", r.Why
		if r.Reviewer != "" && r.Reviewer != r.Author {
			reviewer = c.say("line_reviewer", "reviewer", name(r.Reviewer))
		}
		if why == "" {
			why = c.say("no_why")
		}
		lines = append(lines, "- "+c.say("line_revision", "n", strconv.Itoa(r.N), "state", c.state(r.State), "date", day(r.At),
			"author", name(r.Author), "reviewer", reviewer, "why", why))
	}
	return strings.Join(lines, "\n")
}

// names returns what people were called when they changed an entry; their ids where
// nobody knows.
func (c *Counter) names(ctx context.Context, v visit, key desk.Key) func(who string) string {
	called := map[string]string{}
	if actions, err := c.Desk.Audit(ctx, v.by, desk.Span{Key: key, Limit: 100}); err == nil {
		for _, a := range actions {
			if called[a.Who] == "" {
				called[a.Who] = a.Name
			}
		}
	}
	return func(who string) string {
		if called[who] != "" {
			return called[who]
		}
		return who
	}
}

// review lists what waits for a second moderator, each with a button that shows what it
// changes, and what is due for a check.
func (c *Counter) review(ctx context.Context, v visit) (chat.Reply, error) {
	waiting, err := c.Desk.List(ctx, v.by, desk.Filter{Waiting: true, Limit: maxLines})
	due, dueErr := c.Desk.List(ctx, v.by, desk.Filter{Due: c.Now().AddDate(0, 0, dueWithin), Limit: maxLines})
	if err := errors.Join(err, dueErr); err != nil {
		return chat.Reply{}, err
	}
	reply := chat.Reply{Kind: chat.Notice}
	lines := []string{"**" + c.say("review_title") + "**"}
	for _, s := range waiting {
		m := desk.Mark{Key: s.Key, N: s.InReview}
		lines = append(lines, "- "+c.say("line_entry", "entry", m.Name(), "question", s.Question, "state", c.say("waiting")))
		reply.Buttons = append(reply.Buttons, chat.Button{Label: m.Name(), Action: ActionDiff, Value: m.String()})
	}
	if len(waiting) == 0 {
		lines = []string{c.say("review_none")}
	}
	if len(due) > 0 {
		lines = append(lines, "", "**"+c.say("due_title")+"**")
	}
	for _, s := range due {
		m := desk.Mark{Key: s.Key}
		lines = append(lines, "- "+c.say("line_entry", "entry", m.Name(), "question", s.Question, "state", c.say("due", "date", day(s.ReviewBy))))
	}
	reply.Text = strings.Join(lines, "\n")
	return reply, nil
}
