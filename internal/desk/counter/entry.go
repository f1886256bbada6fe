package counter

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/faq"
)

// The fields of the form for an entry. All but why hold the entry.
const (
	fieldQuestion = "question"
	fieldBody     = "body"
	fieldAlso     = "also"
	fieldAbout    = "about"
	fieldWhy      = "why"
)

// openEntry opens the form for an entry: a new one, one that there is, one that
// somebody goes on with, or one that was sent with something to mend.
func (c *Counter) openEntry(ctx context.Context, v visit) (*chat.Form, error) {
	switch b := v.Body.(type) {
	case chat.Filled:
		return c.mend(ctx, v, b)
	case chat.Pressed:
		if b.Action == actionMine {
			f, ok := c.kept.get(b.Value, v.by.Who())
			if !ok {
				return nil, desk.ErrState
			}
			return &f, nil
		}
	case chat.Command:
		if b.Name == add {
			f := c.entryForm(add, "", faq.Entry{Audience: []string{"everyone"}, Triage: faq.None}, "")
			return &f, nil
		}
	}
	m, err := read(v.about())
	if err != nil {
		return nil, err
	}
	newest, err := c.Desk.Revision(ctx, v.by, m.Key, 0)
	if err != nil {
		return nil, err
	}
	f := c.entryForm(edit, markOf(newest).String(), newest.Entry, "")
	return &f, nil
}

// entryForm is the form with an entry in it.
func (c *Counter) entryForm(name, state string, e faq.Entry, why string) chat.Form {
	title := "form_edit"
	if name == add {
		title = "form_add"
	}
	return chat.Form{Name: name, State: state, Title: c.say(title), Submit: c.say("submit"), Fields: []chat.FormField{
		{Name: fieldQuestion, Label: c.say("field_question"), Help: c.say("help_question"), Value: e.Question, Required: true, Max: 200},
		{Name: fieldBody, Label: c.say("field_body"), Help: c.say("help_body"), Value: e.Body, Long: true, Required: true, Max: chat.MaxValue},
		{Name: fieldAlso, Label: c.say("field_also"), Help: c.say("help_also"), Value: strings.Join(e.Also, "\n"), Long: true, Max: chat.MaxValue},
		{Name: fieldAbout, Label: c.say("field_about"), Help: c.say("help_about"), Value: about(e), Long: true, Max: 500},
		{Name: fieldWhy, Label: c.say("field_why"), Help: c.say("help_why"), Value: why, Max: 200},
	}}
}

// about is what is said of an entry beside its text, one thing on a line.
func about(e faq.Entry) string {
	lines := []string{"tags: " + strings.Join(e.Tags, ", "), "audience: " + strings.Join(e.Audience, ", "), "triage: " + e.Triage.String()}
	if !e.Reviewed.IsZero() {
		lines = append(lines, "reviewed: "+day(e.Reviewed), "review_by: "+day(e.ReviewBy))
	}
	return strings.Join(lines, "\n")
}

// written is an entry as a form has it, and what cannot be read of it, by field.
func (c *Counter) written(f chat.Filled, base desk.Mark, before faq.Entry) (desk.Change, map[string]string) {
	e, wrong := before, map[string]string{}
	e.Question, e.Body, e.Also = oneLine(f.Value(fieldQuestion)), strings.TrimSpace(f.Value(fieldBody)), nil
	for line := range strings.Lines(f.Value(fieldAlso)) {
		if line = oneLine(line); line != "" {
			e.Also = append(e.Also, line)
		}
	}
	for line := range strings.Lines(f.Value(fieldAbout)) {
		if line = oneLine(line); line != "" {
			if problem := c.readAbout(&e, line); problem != "" {
				wrong[fieldAbout] = problem
			}
		}
	}
	e.Sources = sources(e)
	key := base.Key
	if key.ID == "" {
		if key = (desk.Key{ID: e.ID, Lang: string(chat.English)}); key.ID == "" {
			key.ID = slug(e.Question)
		}
		if key.ID == "" {
			wrong[fieldQuestion] = c.say("no_id")
		}
	}
	e.ID, e.Lang = key.ID, key.Lang
	return desk.Change{Key: key, Base: base.N, Entry: e, Why: oneLine(f.Value(fieldWhy))}, wrong
}

// readAbout reads a line of the field about, and says what is wrong with it.
func (c *Counter) readAbout(e *faq.Entry, line string) (problem string) {
	name, value, _ := strings.Cut(line, ":")
	value = strings.TrimSpace(value)
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "tags":
		e.Tags = words(value)
	case "audience":
		e.Audience = words(value)
	case "reviewed":
		return c.readDay(&e.Reviewed, value)
	case "review_by", "review by":
		return c.readDay(&e.ReviewBy, value)
	case "triage":
		switch value {
		case faq.None.String():
			e.Triage = faq.None
		case faq.Mention.String():
			e.Triage = faq.Mention
		default:
			return c.say("about_triage")
		}
	default:
		return c.say("about_unknown", "line", line)
	}
	return ""
}

func (c *Counter) readDay(to *time.Time, value string) (problem string) {
	t, err := time.Parse(time.DateOnly, value)
	if err != nil {
		return c.say("about_day")
	}
	*to = t
	return ""
}

// sources are those that the body marks: those that were there in their old order, then
// the new ones.
func sources(e faq.Entry) []string {
	_, marked := faq.Render(e, func(id string) (faq.Source, bool) { return faq.Source{ID: id}, true })
	var ids []string
	for _, s := range marked {
		ids = append(ids, s.ID)
	}
	kept := slices.DeleteFunc(slices.Clone(e.Sources), func(id string) bool { return !slices.Contains(ids, id) })
	for _, id := range ids {
		if !slices.Contains(kept, id) {
			kept = append(kept, id)
		}
	}
	return kept
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func words(list string) []string {
	var all []string
	for _, w := range strings.Split(list, ",") {
		if w = strings.ToLower(strings.TrimSpace(w)); w != "" {
			all = append(all, w)
		}
	}
	return all
}

// maxSlug is how many words of a question its entry is named by.
const maxSlug = 6

// slug makes the name of a new entry from its question.
func slug(question string) string {
	plain := strings.Map(func(r rune) rune {
		switch r = unicode.ToLower(r); {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		case unicode.Is(unicode.Mn, r), r == '\'', r == '’':
			return -1
		}
		return ' '
	}, norm.NFD.String(question))
	parts := strings.Fields(plain)
	return strings.Join(parts[:min(len(parts), maxSlug)], "-")
}

// proposal is what a form asks for, and what is to be mended in it, by field.
func (c *Counter) proposal(ctx context.Context, v visit, f chat.Filled) (desk.Change, map[string]string, error) {
	var base desk.Mark
	var before faq.Entry
	if f.State != "" {
		var err error
		if base, err = read(f.State); err != nil {
			return desk.Change{}, nil, err
		}
		r, err := c.Desk.Revision(ctx, v.by, base.Key, base.N)
		if err != nil {
			return desk.Change{}, nil, err
		}
		before = r.Entry
	}
	change, wrong := c.written(f, base, before)
	if f.State == "" && wrong[fieldQuestion] == "" {
		switch _, err := c.Desk.Summary(ctx, v.by, change.Key); {
		case err == nil:
			wrong[fieldQuestion] = c.say("taken", "entry", change.Name())
		case !errors.Is(err, desk.ErrNotFound):
			return change, nil, err
		}
	}
	if len(wrong) == 0 {
		c.lint(change.Entry, wrong)
	}
	return change, wrong, nil
}

// fieldOf is the field of the form in which something of an entry is mended.
func fieldOf(key string) string {
	switch key {
	case "also":
		return fieldAlso
	case "body", "sources":
		return fieldBody
	case "tags", "audience", "reviewed", "review_by", "triage":
		return fieldAbout
	}
	return fieldQuestion
}

// lint adds what the desk finds.
func (c *Counter) lint(e faq.Entry, wrong map[string]string) {
	if e.Reviewed.IsZero() {
		e.Reviewed = c.Now().UTC().Truncate(24 * time.Hour)
		e.ReviewBy = e.Reviewed.AddDate(1, 0, 0)
	}
	for _, p := range c.Desk.Lint(e) {
		field, message := fieldOf(p.Field), sentence(p.Message)
		if wrong[field] != "" {
			message = wrong[field] + " " + message
		}
		wrong[field] = message
	}
}

// sentence begins with a capital letter and ends with a stop.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + strings.TrimRight(text[size:], ".") + "."
}

// mend returns the form again with what is wrong beside its fields; nil if all is well.
func (c *Counter) mend(ctx context.Context, v visit, f chat.Filled) (*chat.Form, error) {
	_, wrong, err := c.proposal(ctx, v, f)
	if err != nil || len(wrong) == 0 {
		return nil, err
	}
	form := c.again(f, f.State)
	for i := range form.Fields {
		form.Fields[i].Problem = wrong[form.Fields[i].Name]
	}
	return &form, nil
}

// again is a form as it was sent.
func (c *Counter) again(f chat.Filled, state string) chat.Form {
	form := c.entryForm(f.Form, state, faq.Entry{}, "")
	for i := range form.Fields {
		form.Fields[i].Value = f.Value(form.Fields[i].Name)
	}
	return form
}

// save keeps an entry that was written and asks for a second moderator.
func (c *Counter) save(ctx context.Context, v visit) (chat.Reply, error) {
	f, ok := v.Body.(chat.Filled)
	if !ok { // the form was not opened; say why
		if _, err := c.openEntry(ctx, v); err != nil {
			return chat.Reply{}, err
		}
		return chat.Reply{}, errForm
	}
	change, wrong, err := c.proposal(ctx, v, f)
	if err == nil && len(wrong) > 0 { // there was no time to say so in the form
		err = errForm
	}
	var r desk.Revision
	if err == nil {
		r, err = c.Desk.Propose(ctx, v.by, change)
	}
	if err == nil {
		r, err = c.Desk.Submit(ctx, v.by, r.Key, r.N)
	}
	if err != nil {
		return c.notSaved(ctx, v, f, change, err), nil
	}
	return c.waiting(r), nil
}

// notSaved keeps what somebody wrote and says why it was not saved. Where somebody else
// was faster it shows how the two differ: nobody's text is overwritten.
func (c *Counter) notSaved(ctx context.Context, v visit, f chat.Filled, mine desk.Change, err error) chat.Reply {
	reply, state := chat.Reply{}, f.State
	var stale *desk.StaleError
	if errors.As(err, &stale) {
		newest := stale.Newest
		state = markOf(newest).String()
		reply = c.notice("stale", "author", c.names(ctx, v, newest.Key)(newest.Author), "date", day(newest.At))
		reply.Text += "\n\n" + c.difference(newest.Entry, mine.Entry)
	} else {
		reply = c.trouble(v, err)
	}
	reply.Text += "\n\n" + c.say("kept", "minutes", strconv.Itoa(int(keepFor.Minutes())))
	reply.Buttons = []chat.Button{c.button("button_again", actionMine, c.kept.put(v.by.Who(), c.again(f, state)))}
	return reply
}

// waiting says that a revision waits, and offers what its author can do.
func (c *Counter) waiting(r desk.Revision) chat.Reply {
	m := markOf(r)
	reply := c.notice("saved")
	reply.Buttons = []chat.Button{c.button("button_diff", ActionDiff, m.String()), c.button("button_edit", actionEdit, r.Name())}
	if c.OneModerator && !desk.NeedsTwo(r.Entry) {
		reply = c.notice("saved_alone")
		reply.Buttons = append([]chat.Button{c.button("button_publish", actionPublish, m.String())}, c.button("button_diff", ActionDiff, m.String()))
	}
	return reply
}
