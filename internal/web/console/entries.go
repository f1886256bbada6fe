package console

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/faq"
	"kapbot/internal/inbox"
)

// perPage is how many entries, revisions or actions a page lists.
const perPage = 50

// entryList is the page of all entries.
type entryList struct {
	Text, Tag, State, Lang string
	Entries                []desk.Summary
	Opinions               map[desk.Key]*opinion // of members
	Pages
}

// Pages leads to the pages before and after; "" is none.
type Pages struct{ Before, After string }

// paged takes the page that a list begins with at from out of what was found, which is
// one more than a page where another follows.
func paged[T any](v *visit, from int, found []T) ([]T, Pages) {
	var p Pages
	if from > 0 {
		p.Before = withQuery(v, "from", strconv.Itoa(max(0, from-perPage)))
	}
	if len(found) > perPage {
		found = found[:perPage]
		p.After = withQuery(v, "from", strconv.Itoa(from+perPage))
	}
	return found, p
}

// states are the choices of the list, by the word in its address.
var states = map[string][]desk.State{
	"draft": {desk.Draft}, "review": {desk.InReview}, "published": {desk.Published}, "retired": {desk.Retired},
}

// entries lists entries, filtered and in pages.
func (c *Console) entries(v *visit) error {
	q := v.r.URL.Query()
	list := entryList{Text: strings.TrimSpace(q.Get("text")), Tag: strings.TrimSpace(q.Get("tag")), State: q.Get("state"), Lang: q.Get("lang")}
	from := max(0, number(q.Get("from")))
	filter := desk.Filter{
		Text: list.Text, Tag: list.Tag, Lang: list.Lang, States: states[list.State], Waiting: list.State == "waiting",
		Limit: perPage + 1, Offset: from,
	}
	found, err := c.Desk.List(v.r.Context(), v.actor, filter)
	if err != nil {
		return err
	}
	list.Entries, list.Pages = paged(v, from, found)
	if list.Opinions, err = c.opinionsOf(v, list.Entries...); err != nil {
		return err
	}
	return c.ok(v, "entries", list)
}

// shownEntry is the page of one entry.
type shownEntry struct {
	desk.Summary
	Shown    desk.Revision
	Previews []shownPreview
	// Coming is what waits for a review, and what somebody has written since.
	Coming   []coming
	History  []desk.Revision
	Opinion  *opinion        // of members; nil if nobody has voted
	Comments []inbox.Cluster // of members
}

// A coming revision is one that may answer some day, with what it changes.
type coming struct {
	desk.Revision
	Mine    bool // the moderator who looks wrote it
	Changes []fieldChange
}

// entry shows an entry: what answers now, what is on its way, what can be done.
func (c *Console) entry(v *visit) error {
	ctx, key := v.r.Context(), v.key()
	s, err := c.Desk.Summary(ctx, v.actor, key)
	if err != nil {
		return err
	}
	e := shownEntry{Summary: s}
	if e.Shown, err = c.Desk.Revision(ctx, v.actor, key, s.N); err != nil {
		return err
	}
	if e.Coming, err = c.coming(v, s, e.Shown.Entry); err != nil {
		return err
	}
	if e.History, err = c.Desk.History(ctx, v.actor, key, 0, 5); err != nil {
		return err
	}
	if err := c.heard(v, &e); err != nil {
		return err
	}
	shown := e.Shown.Entry
	if n := len(e.Coming); n > 0 {
		shown = e.Coming[n-1].Entry
	}
	e.Previews = c.previews(shown)
	return c.okAbout(v, "entry", key, e)
}

// coming is what is on its way beside what answers.
func (c *Console) coming(v *visit, s desk.Summary, shown faq.Entry) ([]coming, error) {
	var numbers []int
	if s.Waiting {
		numbers = append(numbers, s.InReview)
	}
	if s.Newest != s.InReview && (s.Newest != s.N || s.State < desk.Published) {
		numbers = append(numbers, s.Newest)
	}
	var all []coming
	for _, n := range numbers {
		r, err := c.Desk.Revision(v.r.Context(), v.actor, s.Key, n)
		if err != nil {
			return nil, err
		}
		one := coming{Revision: r, Mine: r.Author == v.actor.Who()}
		if n != s.N {
			one.Changes = changesOf(shown, r.Entry)
		}
		all = append(all, one)
	}
	return all, nil
}

// heard adds what members think of an entry.
func (c *Console) heard(v *visit, e *shownEntry) error {
	known, err := c.opinionsOf(v, e.Summary)
	if err != nil {
		return err
	}
	e.Opinion = known[e.Key]
	about, err := c.Questions.Clusters(v.r.Context(), v.actor, inbox.Filter{Entry: e.ID, Lang: chat.Lang(e.Lang), Limit: perPage})
	e.Comments = about
	return err
}

// past is the page of an entry's history.
type past struct {
	desk.Key
	Question  string
	Revisions []desk.Revision
	Pages
}

// history lists the revisions of an entry.
func (c *Console) history(v *visit) error {
	below := max(0, number(v.r.URL.Query().Get("below")))
	found, err := c.Desk.History(v.r.Context(), v.actor, v.key(), below, perPage+1)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return desk.ErrNotFound
	}
	h := past{Key: v.key(), Question: found[0].Entry.Question}
	if below > 0 {
		h.Before = withQuery(v, "below", "0")
	}
	if len(found) > perPage {
		found = found[:perPage]
		h.After = withQuery(v, "below", strconv.Itoa(found[len(found)-1].N))
	}
	h.Revisions = found
	return c.okAbout(v, "history", h.Key, h)
}

// difference is the page that compares two revisions.
type difference struct {
	Earlier, Later desk.Revision
	Changes        []fieldChange
}

// diff compares a revision with another, by default the one before it.
func (c *Console) diff(v *visit) error {
	ctx, q := v.r.Context(), v.r.URL.Query()
	later, err := c.Desk.Revision(ctx, v.actor, v.key(), number(q.Get("to")))
	if err != nil {
		return err
	}
	d := difference{Later: later}
	from := number(q.Get("from"))
	if from <= 0 {
		from = later.N - 1
	}
	if from > 0 {
		if d.Earlier, err = c.Desk.Revision(ctx, v.actor, v.key(), from); err != nil {
			return err
		}
	}
	d.Changes = changesOf(d.Earlier.Entry, later.Entry)
	return c.okAbout(v, "diff", v.key(), d)
}

// A fieldChange is what one field of an entry said before and says now.
type fieldChange struct {
	Field string
	Parts []faq.Change
}

// changesOf compares two entries, field by field.
func changesOf(before, after faq.Entry) []fieldChange {
	var all []fieldChange
	was, is := formOf(before), formOf(after)
	for _, field := range fields {
		if was[field] != is[field] {
			all = append(all, fieldChange{field, shortened(faq.Diff(was[field], is[field]))})
		}
	}
	return all
}

// around is how many letters of what did not change are shown beside what did.
const around = 160

// shortened leaves out the middle of what did not change.
func shortened(parts []faq.Change) []faq.Change {
	for i := range parts {
		letters := []rune(parts[i].Text)
		if parts[i].Side != faq.Same || len(letters) <= 2*around {
			continue
		}
		var head, tail string
		if i > 0 {
			head = string(letters[:around])
		}
		if i < len(parts)-1 {
			tail = string(letters[len(letters)-around:])
		}
		parts[i].Text = head + " … " + tail
	}
	return parts
}

// due is how far ahead the calendar looks.
const due = 180 * 24 * time.Hour

// A month of the calendar lists the entries whose review is due in it.
type month struct {
	First   time.Time
	Past    bool // today is later than the whole month
	Entries []desk.Summary
}

// reviews is the page of what has to be read by a second moderator, or again.
type reviews struct {
	Waiting []desk.Summary
	Months  []month
}

// calendar lists what waits for a review, and the reviews that are due, by month.
func (c *Console) calendar(v *visit) error {
	now := c.Now().UTC()
	found, err := c.Desk.List(v.r.Context(), v.actor, desk.Filter{Due: now.Add(due)})
	if err != nil {
		return err
	}
	slices.SortStableFunc(found, func(a, b desk.Summary) int { return a.ReviewBy.Compare(b.ReviewBy) })
	var months []month
	for _, s := range found {
		y, m, _ := s.ReviewBy.Date()
		first := time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
		if n := len(months); n == 0 || !months[n-1].First.Equal(first) {
			months = append(months, month{First: first, Past: first.AddDate(0, 1, 0).Before(now)})
		}
		last := &months[len(months)-1]
		last.Entries = append(last.Entries, s)
	}
	waiting, err := c.Desk.List(v.r.Context(), v.actor, desk.Filter{Waiting: true, Limit: perPage})
	if err != nil {
		return err
	}
	return c.ok(v, "calendar", reviews{waiting, months})
}

// key is the entry that a request is about.
func (v *visit) key() desk.Key { return desk.Key{ID: v.r.PathValue("id"), Lang: v.r.PathValue("lang")} }

// number reads a number of a request; what is none is 0.
func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

// withQuery is the address of the page with one value changed.
func withQuery(v *visit, name, value string) string {
	q := v.r.URL.Query()
	q.Del("did")
	q.Set(name, value)
	return (&url.URL{Path: v.r.URL.Path, RawQuery: q.Encode()}).String()
}
