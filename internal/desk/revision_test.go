package desk_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"kapbot/internal/desk"
	"kapbot/internal/desk/desktest"
	"kapbot/internal/faq"
)

var (
	today = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	ann   = desk.Actor{Network: "net", ID: "ann", Name: "Ann", Role: desk.Moderator}
	bo    = desk.Actor{Network: "net", ID: "bo", Name: "Bo", Role: desk.Moderator}
	cy    = desk.Actor{Network: "net", ID: "cy", Role: desk.Member}
	lea   = desk.Actor{Network: "net", ID: "lea", Role: desk.Lead}
	key   = desk.Key{ID: "what-is-it", Lang: "en"}
)

func TestMemory(t *testing.T) {
	desktest.Run(t, func(*testing.T) desk.Store { return &desktest.Memory{} })
}

// entry is one that has nothing to mend.
func entry(body string) faq.Entry {
	return faq.Entry{
		ID: key.ID, Lang: key.Lang, Question: "What is it?", Also: []string{"one", "two", "three", "four"},
		Tags: []string{"basics", "safety"}, Sources: []string{"gk"}, Audience: []string{"everyone"}, Triage: faq.None,
		Reviewed: today.Truncate(24 * time.Hour), ReviewBy: today.Truncate(24*time.Hour).AddDate(1, 0, 0),
		Body: body + " [gk]",
	}
}

func mention(body string) faq.Entry {
	e := entry(body)
	e.Triage = faq.Mention
	return e
}

// record is what entries are checked against, and a snapshot of none.
func record(t *testing.T) (*faq.Linter, *faq.Snapshot) {
	t.Helper()
	files := fstest.MapFS{
		"sources.yaml":   {Data: []byte("- {id: gk, kind: general-knowledge, authors: Us, title: Known}\n")},
		"facts.yaml":     {Data: []byte("{}\n")},
		"resources.yaml": {Data: []byte("[]\n")},
	}
	linter, err := faq.NewLinter(files)
	if err != nil {
		t.Fatal(err)
	}
	first, err := faq.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return linter, first
}

// newDesk has the entries of the seed, if any.
func newDesk(t *testing.T, rules desk.Rules, seed ...faq.Entry) (*desk.Desk, *desktest.Memory) {
	t.Helper()
	linter, first := record(t)
	store := &desktest.Memory{}
	d := desk.New(store, first, linter, rules, func() time.Time { return today })
	if err := d.Seed(t.Context(), seed); err != nil {
		t.Fatal(err)
	}
	refresh(t, d)
	return d, store
}

func refresh(t *testing.T, d *desk.Desk) {
	t.Helper()
	if left, err := d.Refresh(t.Context()); err != nil || len(left) > 0 {
		t.Fatal(left, err)
	}
}

// shown is what the entry answers now.
func shown(t *testing.T, d *desk.Desk) string {
	t.Helper()
	refresh(t, d)
	e, _ := d.Published().Entry(key.ID, key.Lang)
	return strings.TrimSuffix(e.Body, " [gk]")
}

// proposed puts a text in review.
func proposed(t *testing.T, d *desk.Desk, by desk.Actor, base int, e faq.Entry) desk.Revision {
	t.Helper()
	r, err := d.Propose(t.Context(), by, desk.Change{Key: key, Base: base, Entry: e, Why: "better"})
	if err != nil {
		t.Fatal(err)
	}
	if r, err = d.Submit(t.Context(), by, key, r.N); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWhoPublishes(t *testing.T) {
	alone := desk.Rules{OneModerator: true}
	tests := []struct {
		name  string
		rules desk.Rules
		seed  []faq.Entry
		entry faq.Entry
		by    desk.Actor
		want  error
	}{
		{"another moderator", desk.Rules{}, nil, entry("New."), bo, nil},
		{"not its author", desk.Rules{}, nil, entry("New."), ann, desk.ErrSecond},
		{"its author where that is allowed", alone, nil, entry("New."), ann, nil},
		{"not its author on suicide", alone, nil, mention("New."), ann, desk.ErrSecond},
		{"nor where the page spoke of it before", alone, []faq.Entry{mention("Old.")}, entry("New."), ann, desk.ErrSecond},
		{"a lead is no exception", desk.Rules{}, nil, entry("New."), desk.Actor{Network: "net", ID: "ann", Role: desk.Lead}, desk.ErrSecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, _ := newDesk(t, tt.rules, tt.seed...)
			before := shown(t, d)
			r := proposed(t, d, ann, len(tt.seed), tt.entry)
			if shown(t, d) != before {
				t.Error("it answers before it is published")
			}
			got, err := d.Publish(t.Context(), tt.by, key, r.N)
			if !errors.Is(err, tt.want) {
				t.Fatalf("error %v", err)
			}
			if tt.want != nil {
				if shown(t, d) != before {
					t.Error("it answers all the same")
				}
				return
			}
			if got.State != desk.Published || got.Reviewer != tt.by.Who() || shown(t, d) != "New." {
				t.Errorf("%+v, and %q answers", got, shown(t, d))
			}
		})
	}
}

func TestMembersMayNothing(t *testing.T) {
	d, _ := newDesk(t, desk.Rules{}, entry("Old."))
	ctx := t.Context()
	one := func(_ desk.Revision, err error) error { return err }
	_, list := d.List(ctx, cy, desk.Filter{})
	_, history := d.History(ctx, cy, key, 0, 0)
	_, audit := d.Audit(ctx, cy, desk.Span{})
	_, summary := d.Summary(ctx, cy, key)
	for name, err := range map[string]error{
		"propose": one(d.Propose(ctx, cy, desk.Change{Key: key, Base: 1, Entry: entry("New.")})),
		"submit":  one(d.Submit(ctx, cy, key, 1)), "publish": one(d.Publish(ctx, cy, key, 1)),
		"send back": one(d.SendBack(ctx, cy, key, 1, "no")), "retire": one(d.Retire(ctx, cy, key, "no")),
		"restore": one(d.Restore(ctx, cy, key, 1, "no")), "read": one(d.Revision(ctx, cy, key, 1)),
		"own": d.Own(ctx, cy, key, cy.Who()), "list": list, "history": history, "audit": audit, "summary": summary,
	} {
		var denied *desk.DeniedError
		if !errors.As(err, &denied) || denied.Need != desk.Moderator {
			t.Errorf("%s: %v", name, err)
		}
	}
	if shown(t, d) != "Old." {
		t.Error("something changed")
	}
}

func TestTwoAtOnce(t *testing.T) {
	d, _ := newDesk(t, desk.Rules{}, entry("Old."))
	mine := proposed(t, d, ann, 1, entry("Mine."))
	var stale *desk.StaleError
	if _, err := d.Propose(t.Context(), bo, desk.Change{Key: key, Base: 1, Entry: entry("Yours.")}); !errors.As(err, &stale) || stale.Newest.N != mine.N || stale.Newest.Entry.Body != mine.Entry.Body {
		t.Errorf("an edit of what is no longer the newest: %v", err)
	}
	yours := proposed(t, d, bo, mine.N, entry("Yours."))
	if _, err := d.Publish(t.Context(), ann, key, yours.N); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Publish(t.Context(), bo, key, mine.N); !errors.As(err, &stale) {
		t.Errorf("an older revision is published over a newer one: %v", err)
	}
	if shown(t, d) != "Yours." {
		t.Errorf("%q answers", shown(t, d))
	}
}

func TestWhatIsToBeMended(t *testing.T) {
	d, _ := newDesk(t, desk.Rules{}, entry("Old."))
	lint := func(err error) (fields []string) {
		var e *desk.LintError
		if errors.As(err, &e) {
			for _, p := range e.Problems {
				fields = append(fields, p.Field)
			}
		}
		return fields
	}
	bad := entry("Take 5 mg.")
	r, err := d.Propose(t.Context(), ann, desk.Change{Key: key, Base: 1, Entry: bad})
	if err != nil {
		t.Fatalf("a draft may have things to mend: %v", err)
	}
	if _, err := d.Submit(t.Context(), ann, key, r.N); !slices.Contains(lint(err), "body") {
		t.Errorf("it goes to review: %v", err)
	}
	bad = entry("New.")
	bad.Question = " "
	if _, err := d.Propose(t.Context(), ann, desk.Change{Key: key, Base: 2, Entry: bad}); !slices.Equal(lint(err), []string{"question"}) {
		t.Errorf("an entry without a question: %v", err)
	}
	twin := entry("New.")
	twin.ID = "another"
	if p := d.Lint(twin); len(p) == 0 || p[0].Rule != "duplicate" {
		t.Errorf("the wordings of another entry: %v", p)
	}
	if p := d.Lint(entry("New.")); slices.ContainsFunc(p, func(p faq.Problem) bool { return p.Rule == "duplicate" }) {
		t.Errorf("an entry is its own double: %v", p)
	}
	if _, err := d.Retire(t.Context(), ann, key, " "); !slices.Equal(lint(err), []string{"why"}) {
		t.Errorf("without a reason: %v", err)
	}
}

func TestAwayAndBack(t *testing.T) {
	d, _ := newDesk(t, desk.Rules{}, entry("Old."))
	gone, err := d.Retire(t.Context(), ann, key, "wrong")
	if err != nil || gone.State != desk.Retired || shown(t, d) != "" {
		t.Fatalf("%+v %v %q", gone, err, shown(t, d))
	}
	if _, err := d.Retire(t.Context(), ann, key, "again"); !errors.Is(err, desk.ErrState) {
		t.Errorf("retired twice: %v", err)
	}
	back, err := d.Restore(t.Context(), ann, key, 1, "right after all")
	if err != nil || back.State != desk.InReview || back.Base != gone.N {
		t.Fatalf("%+v %v", back, err)
	}
	sent, err := d.SendBack(t.Context(), bo, key, back.N, "add the year")
	if err != nil || sent.State != desk.Draft {
		t.Fatalf("%+v %v", sent, err)
	}
	if _, err := d.Publish(t.Context(), bo, key, back.N); !errors.Is(err, desk.ErrState) {
		t.Errorf("a draft is published: %v", err)
	}
	if _, err := d.Submit(t.Context(), ann, key, back.N); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Publish(t.Context(), bo, key, back.N); err != nil {
		t.Fatal(err)
	}
	s, err := d.Summary(t.Context(), ann, key)
	if err != nil || s.State != desk.Published || s.N != back.N || s.Waiting {
		t.Errorf("%+v %v", s, err)
	}
	var deeds []string
	actions, err := d.Audit(t.Context(), ann, desk.Span{Oldest: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range actions {
		deeds = append(deeds, a.Who+" "+string(a.Deed)+" "+a.Why)
	}
	want := []string{"seed seed ", "net:ann retire wrong", "net:ann restore right after all", "net:bo send-back add the year", "net:ann submit ", "net:bo publish "}
	if !slices.Equal(deeds, want) {
		t.Errorf("the audit tells %q, want %q", deeds, want)
	}
	history, err := d.History(t.Context(), ann, key, 0, 0)
	if err != nil || len(history) != 3 || history[2].Entry.Body != "Old. [gk]" {
		t.Errorf("something was lost: %v %v", history, err)
	}
}

// An entry about suicide goes away and comes back by two moderators, in every
// installation.
func TestTakingAnEntryAboutSuicideAwayNeedsTwo(t *testing.T) {
	for _, rules := range []desk.Rules{{}, {OneModerator: true}} {
		d, _ := newDesk(t, rules, mention("Old."))
		step := func(r desk.Revision, err error) desk.Revision {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		asked := step(d.Retire(t.Context(), ann, key, "wrong"))
		if asked.State != desk.InReview || shown(t, d) != "Old." {
			t.Fatalf("%+v; %q answers", asked, shown(t, d))
		}
		for _, alone := range []desk.Actor{ann, {Network: "net", ID: "ann", Role: desk.Lead}} {
			if _, err := d.Publish(t.Context(), alone, key, asked.N); !errors.Is(err, desk.ErrSecond) || shown(t, d) != "Old." {
				t.Errorf("%v; %q answers", err, shown(t, d))
			}
		}
		if gone := step(d.Publish(t.Context(), bo, key, asked.N)); gone.State != desk.Retired || gone.Reviewer != "net:bo" || shown(t, d) != "" {
			t.Errorf("%+v; %q answers", gone, shown(t, d))
		}
		s, err := d.Summary(t.Context(), ann, key)
		if err != nil || s.State != desk.Retired || s.Waiting {
			t.Errorf("%+v %v", s, err)
		}
		back := step(d.Restore(t.Context(), bo, key, asked.N, "right after all"))
		if _, err := d.Publish(t.Context(), bo, key, back.N); !errors.Is(err, desk.ErrSecond) || shown(t, d) != "" {
			t.Errorf("it comes back by one: %v; %q answers", err, shown(t, d))
		}
		if step(d.Publish(t.Context(), ann, key, back.N)); shown(t, d) != "Old." {
			t.Errorf("%q answers", shown(t, d))
		}
		sent := step(d.Retire(t.Context(), ann, key, "once more"))
		step(d.SendBack(t.Context(), bo, key, sent.N, "no"))
		if _, err := d.Publish(t.Context(), bo, key, sent.N); !errors.Is(err, desk.ErrState) || shown(t, d) != "Old." {
			t.Errorf("what was sent back takes it away: %v; %q answers", err, shown(t, d))
		}
	}
}

func TestOwners(t *testing.T) {
	d, _ := newDesk(t, desk.Rules{}, entry("Old."))
	var denied *desk.DeniedError
	steps := []struct {
		by    desk.Actor
		owner string
		ok    bool
	}{
		{ann, "net:ann", true}, {bo, "", false}, {bo, "net:cy", false}, {lea, "net:bo", true}, {ann, "", false}, {bo, "", true},
	}
	for i, tt := range steps {
		err := d.Own(t.Context(), tt.by, key, tt.owner)
		if tt.ok && err != nil || !tt.ok && (!errors.As(err, &denied) || denied.Need != desk.Lead) {
			t.Errorf("step %d: %v", i, err)
		}
	}
}

func TestSeed(t *testing.T) {
	old, next := entry("Old."), entry("New.")
	tests := []struct {
		name    string
		between func(*testing.T, *desk.Desk)
		want    string
		waits   int
	}{
		{"nobody touched it", func(*testing.T, *desk.Desk) {}, "New.", 0},
		{"a moderator changed it", func(t *testing.T, d *desk.Desk) {
			r := proposed(t, d, ann, 1, entry("Ours."))
			if _, err := d.Publish(t.Context(), bo, key, r.N); err != nil {
				t.Fatal(err)
			}
		}, "Ours.", 3},
		{"a moderator is about to", func(t *testing.T, d *desk.Desk) { proposed(t, d, ann, 1, entry("Ours.")) }, "Old.", 3},
		{"it is what a moderator wrote", func(t *testing.T, d *desk.Desk) {
			r := proposed(t, d, ann, 1, next)
			if _, err := d.Publish(t.Context(), bo, key, r.N); err != nil {
				t.Fatal(err)
			}
		}, "New.", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, store := newDesk(t, desk.Rules{}, old)
			tt.between(t, d)
			for range 2 {
				if err := d.Seed(t.Context(), []faq.Entry{next}); err != nil {
					t.Fatal(err)
				}
				mark, err := store.Mark(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				// A version that is older, which another replica may still run, undoes nothing.
				if err := d.Seed(t.Context(), []faq.Entry{old}); err != nil {
					t.Fatal(err)
				}
				if after, _ := store.Mark(t.Context()); after != mark {
					t.Error("an older seed changed something")
				}
			}
			s, err := d.Summary(t.Context(), ann, key)
			if got := shown(t, d); got != tt.want || err != nil || s.InReview != tt.waits {
				t.Errorf("%q answers, %d waits, %v", got, s.InReview, err)
			}
		})
	}
}
