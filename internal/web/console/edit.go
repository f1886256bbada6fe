package console

import (
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"kapbot/internal/desk"
	"kapbot/internal/faq"
)

// fields are those of an entry's form, in the order in which they are shown. Their
// names are those of the front matter.
var fields = []string{"question", "body", "also", "tags", "sources", "audience", "triage", "reviewed", "review_by"}

func isField(name string) bool {
	return slices.Contains(fields, name) || name == "why" || name == "id"
}

// values are what stands in the fields of a form.
type values map[string]string

// formOf writes an entry into the fields.
func formOf(e faq.Entry) values {
	day := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.Format(time.DateOnly)
	}
	return values{
		"question": e.Question, "body": e.Body, "also": strings.Join(e.Also, "\n"),
		"tags": strings.Join(e.Tags, ", "), "sources": strings.Join(e.Sources, ", "), "audience": strings.Join(e.Audience, ", "),
		"triage": e.Triage.String(), "reviewed": day(e.Reviewed), "review_by": day(e.ReviewBy),
	}
}

// entry reads the fields. A date that cannot be read stays empty; the desk fills it.
func (f values) entry(key desk.Key) faq.Entry {
	day := func(text string) time.Time {
		t, err := time.Parse(time.DateOnly, strings.TrimSpace(text))
		if err != nil {
			return time.Time{}
		}
		return t
	}
	triage := faq.Mention
	if f["triage"] == faq.None.String() {
		triage = faq.None
	}
	return faq.Entry{
		ID: key.ID, Lang: key.Lang, Question: strings.TrimSpace(f["question"]), Body: strings.TrimSpace(f["body"]),
		Also: list(f["also"], "\n"), Tags: list(f["tags"], ","), Sources: list(f["sources"], ","), Audience: list(f["audience"], ","),
		Reviewed: day(f["reviewed"]), ReviewBy: day(f["review_by"]), Triage: triage,
	}
}

// list takes a field apart, without what is empty.
func list(text, between string) []string {
	var all []string
	for one := range strings.SplitSeq(text, between) {
		if one = strings.TrimSpace(one); one != "" {
			all = append(all, one)
		}
	}
	return all
}

// A draft is the page of an entry's form.
type draft struct {
	desk.Key
	New      bool
	Base     int
	Fields   values
	Previews []shownPreview
	Sources  []faq.Source // that may be cited
	// Theirs is what somebody else wrote meanwhile, with what this form changes of it.
	Theirs  *desk.Revision
	Changes []fieldChange
}

// edit opens the form with the newest revision, or with the one that is named, and with
// the wordings of a cluster of questions if one is named.
func (c *Console) edit(v *visit) error {
	ctx := v.r.Context()
	newest, err := c.Desk.Revision(ctx, v.actor, v.key(), 0)
	if err != nil {
		return err
	}
	begin := newest
	if n := number(v.r.URL.Query().Get("n")); n > 0 {
		if begin, err = c.Desk.Revision(ctx, v.actor, v.key(), n); err != nil {
			return err
		}
	}
	e := begin.Entry
	if cluster := v.r.URL.Query().Get("with"); cluster != "" {
		if e, err = c.withWordings(v, e, cluster); err != nil {
			return err
		}
	}
	return c.form(v, http.StatusOK, draft{Key: v.key(), Base: newest.N, Fields: formOf(e)}, c.Desk.Lint(e))
}

// newEntry opens an empty form.
func (c *Console) newEntry(v *visit) error {
	today := c.Now().UTC()
	e := faq.Entry{Triage: faq.None, Audience: []string{"everyone"}, Reviewed: today, ReviewBy: today.AddDate(0, 6, 0)}
	return c.form(v, http.StatusOK, draft{New: true, Key: desk.Key{Lang: "en"}, Fields: formOf(e)}, nil)
}

// form shows a form with its faults and its previews.
func (c *Console) form(v *visit, status int, d draft, faults []faq.Problem) error {
	d.Previews = c.previews(d.Fields.entry(d.Key))
	d.Sources = c.Desk.Published().Sources()
	p := v.page(d)
	p.Problems = faults
	if d.Theirs != nil {
		var err error
		if p.Names, err = c.names(v, d.Key); err != nil {
			return err
		}
	}
	c.show(v.w, v.r, status, "edit", p)
	return nil
}

// sent is what a form holds.
func (v *visit) sent() draft {
	d := draft{Key: v.key(), Base: number(v.r.PostFormValue("base")), Fields: values{"why": strings.TrimSpace(v.r.PostFormValue("why"))}}
	for _, field := range fields {
		d.Fields[field] = strings.ReplaceAll(v.r.PostFormValue(field), "\r\n", "\n")
	}
	if d.ID == "" {
		d.New = v.r.PostFormValue("new") != ""
		d.Key = desk.Key{ID: strings.TrimSpace(v.r.PostFormValue("id")), Lang: v.r.PostFormValue("lang")}
	}
	return d
}

// preview says what is to be mended in a form and how it will look. A script puts
// that into the page; without one it is the form again.
func (c *Console) preview(v *visit) error {
	d := v.sent()
	e := d.Fields.entry(d.Key)
	faults := c.Desk.Lint(e)
	if v.r.Header.Get("HX-Request") == "" {
		return c.form(v, http.StatusOK, d, faults)
	}
	d.Previews = c.previews(e)
	p := v.page(d)
	p.Problems = faults
	c.fragment(v, "edit", "checked", p)
	return nil
}

func (c *Console) saveNew(v *visit) error { return c.save(v) }

// save keeps a form as a draft, and asks for a review if that was wanted. What is to
// be mended is shown beside the fields; what somebody else wrote meanwhile is shown
// too, and never overwritten.
func (c *Console) save(v *visit) error {
	ctx, d := v.r.Context(), v.sent()
	kept, err := c.Desk.Propose(ctx, v.actor, desk.Change{Key: d.Key, Base: d.Base, Entry: d.Fields.entry(d.Key), Why: d.Fields["why"]})
	var stale *desk.StaleError
	var lint *desk.LintError
	switch {
	case errors.As(err, &stale):
		d.Theirs, d.Base, d.New = &stale.Newest, stale.Newest.N, false
		d.Changes = changesOf(stale.Newest.Entry, d.Fields.entry(d.Key))
		return c.form(v, http.StatusConflict, d, nil)
	case errors.As(err, &lint):
		return c.form(v, http.StatusUnprocessableEntity, d, lint.Problems)
	case err != nil:
		return err
	}
	d.Base, d.New = kept.N, false
	if v.r.PostFormValue("then") != "submit" {
		return v.goOn(entryPath(d.Key), "saved")
	}
	_, err = c.Desk.Submit(ctx, v.actor, d.Key, kept.N)
	if errors.As(err, &lint) {
		return c.form(v, http.StatusUnprocessableEntity, d, lint.Problems)
	}
	if err != nil {
		return err
	}
	return v.goOn(entryPath(d.Key), "submitted")
}

// shownPreview is what one network would show.
type shownPreview struct {
	Network, Name string
	Shown         template.HTML
}

// previews shows an entry as the networks would.
func (c *Console) previews(e faq.Entry) []shownPreview {
	var all []shownPreview
	reply := c.Reply(e)
	for _, p := range c.Previews {
		all = append(all, shownPreview{string(p.Network), p.Name, p.Show(reply)})
	}
	return all
}

// deed runs something that is done to a revision of an entry, and goes on to its page.
func (c *Console) deed(v *visit, did string, do func(key desk.Key, n int, why string) error) error {
	if err := do(v.key(), number(v.r.PostFormValue("n")), strings.TrimSpace(v.r.PostFormValue("why"))); err != nil {
		return err
	}
	return v.goOn(entryPath(v.key()), did)
}

func (c *Console) submit(v *visit) error {
	return c.deed(v, "submitted", func(key desk.Key, n int, _ string) error {
		_, err := c.Desk.Submit(v.r.Context(), v.actor, key, n)
		return err
	})
}

func (c *Console) publish(v *visit) error {
	r, err := c.Desk.Publish(v.r.Context(), v.actor, v.key(), number(v.r.PostFormValue("n")))
	if err != nil {
		return err
	}
	if r.State == desk.Retired {
		return v.goOn(entryPath(v.key()), "retired")
	}
	return v.goOn(entryPath(v.key()), "published")
}

func (c *Console) sendBack(v *visit) error {
	return c.deed(v, "sent-back", func(key desk.Key, n int, why string) error {
		_, err := c.Desk.SendBack(v.r.Context(), v.actor, key, n, why)
		return err
	})
}

func (c *Console) retire(v *visit) error {
	r, err := c.Desk.Retire(v.r.Context(), v.actor, v.key(), strings.TrimSpace(v.r.PostFormValue("why")))
	if err != nil {
		return err
	}
	if r.State == desk.InReview {
		return v.goOn(entryPath(v.key()), "retire-waits")
	}
	return v.goOn(entryPath(v.key()), "retired")
}

func (c *Console) restore(v *visit) error {
	return c.deed(v, "restored", func(key desk.Key, n int, why string) error {
		_, err := c.Desk.Restore(v.r.Context(), v.actor, key, n, why)
		return err
	})
}

// own takes an entry into one's care, or gives it back.
func (c *Console) own(v *visit) error {
	return c.deed(v, "owned", func(key desk.Key, _ int, _ string) error {
		owner := ""
		if v.r.PostFormValue("take") != "" {
			owner = v.actor.Who()
		}
		return c.Desk.Own(v.r.Context(), v.actor, key, owner)
	})
}
