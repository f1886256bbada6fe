package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kapbot/internal/desk"
	"kapbot/internal/desk/desktest"
	"kapbot/internal/faq"
	"kapbot/prompts"
)

// calendar is a desk with an entry for each of these days until its review.
func calendar(t *testing.T, tag string, days ...int) (*desk.Desk, *desktest.Memory) {
	t.Helper()
	var entries []faq.Entry
	for i, n := range days {
		e := entry("Known.")
		e.ID, e.Question = fmt.Sprintf("page-%d", i), fmt.Sprintf("Page %d?", i)
		e.Also = []string{fmt.Sprint("one ", i), fmt.Sprint("two ", i), fmt.Sprint("three ", i), fmt.Sprint("four ", i)}
		e.Tags = []string{"basics", tag}
		e.ReviewBy = today.Truncate(24*time.Hour).AddDate(0, 0, n)
		e.Reviewed = e.ReviewBy.AddDate(-1, 0, 0)
		entries = append(entries, e)
	}
	return newDesk(t, desk.Rules{}, entries...)
}

func ids(all []desk.Summary) (out []string) {
	for _, s := range all {
		out = append(out, s.ID)
	}
	return out
}

func TestWithdraw(t *testing.T) {
	const grace = 30
	tests := []struct {
		tag  string
		days int
		gone bool
	}{
		{"safety", -31, true}, {"law", -31, true}, {"cost", -400, true},
		{"safety", -30, false}, {"cost", 1, false}, {"history", -400, false},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.tag, tt.days), func(t *testing.T) {
			d, store := calendar(t, tt.tag, tt.days)
			gone, err := d.Withdraw(t.Context(), grace)
			refresh(t, d)
			if err != nil || (len(gone) == 1) != tt.gone || (len(d.Published().Entries()) == 0) != tt.gone {
				t.Fatalf("%v %v", gone, err)
			}
			before, _ := store.Mark(t.Context())
			if again, err := d.Withdraw(t.Context(), grace); err != nil || len(again) > 0 {
				t.Errorf("it goes away twice: %v %v", again, err)
			}
			if after, _ := store.Mark(t.Context()); after != before {
				t.Error("the second time is in the audit")
			}
			if !tt.gone {
				return
			}
			audit, err := d.Audit(t.Context(), ann, desk.Span{Limit: 1})
			if err != nil || audit[0].Who != desk.Calendar || audit[0].Deed != desk.Withdrew || !strings.Contains(audit[0].Why, "due on 202") {
				t.Errorf("the audit tells %+v %v", audit, err)
			}
		})
	}
	// The next version brings the page with new dates: it answers again.
	d, _ := calendar(t, "law", -31)
	if _, err := d.Withdraw(t.Context(), grace); err != nil {
		t.Fatal(err)
	}
	fresh, _ := calendar(t, "law", 300)
	if err := d.Seed(t.Context(), fresh.Published().Entries()); err != nil {
		t.Fatal(err)
	}
	if refresh(t, d); len(d.Published().Entries()) != 1 {
		t.Error("a page that was reviewed by the program's authors stays away")
	}
}

func TestDigest(t *testing.T) {
	texts, err := prompts.LoadReview()
	if err != nil {
		t.Fatal(err)
	}
	d, _ := calendar(t, "basics", -2, 0, 7, 30, 31)
	g, err := d.Digest(t.Context(), desk.Numbers{Questions: 3, Topics: 2, Helpful: 5})
	if err != nil || !slices.Equal(ids(g.Overdue), []string{"page-0"}) || !slices.Equal(ids(g.Soon), []string{"page-1", "page-2", "page-3"}) {
		t.Errorf("%+v %v", g, err)
	}
	text := g.Text(texts)
	for _, want := range []string{"• Page 0? (page-0, en; review by 2026-11-24)", "Open questions that people sent you: 3, about 2 topics.", "helpful 5"} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "{") {
		t.Errorf("something is not filled in:\n%s", text)
	}
	g, err = d.Remind(t.Context())
	if err != nil || !slices.Equal(ids(g.Soon), []string{"page-1", "page-2"}) {
		t.Errorf("reminded of %v %v", ids(g.Soon), err)
	}
	if (desk.Digest{}).Text(texts) != "" {
		t.Error("nothing to tell has words")
	}

	late, _ := calendar(t, "law", -40, -35)
	if _, err := late.Withdraw(t.Context(), 30); err != nil {
		t.Fatal(err)
	}
	if _, err := late.Restore(t.Context(), ann, desk.Key{ID: "page-1", Lang: "en"}, 1, "checked"); err != nil {
		t.Fatal(err)
	}
	g, err = late.Digest(t.Context(), desk.Numbers{})
	if err != nil || !slices.Equal(ids(g.Withdrawn), []string{"page-0", "page-1"}) || !slices.Equal(ids(g.Waiting), []string{"page-1"}) {
		t.Errorf("%+v %v", g, err)
	}
	if g, err = late.Remind(t.Context()); err != nil || !slices.Equal(ids(g.Waiting), []string{"page-1"}) {
		t.Errorf("reminded that %v wait: %v", ids(g.Waiting), err)
	}
	many := desk.Digest{Soon: make([]desk.Summary, 20)}
	if text := many.Text(texts); strings.Count(text, "\n") != 9 || !strings.Contains(text, "and 12 more") {
		t.Errorf("twenty entries:\n%s", text)
	}
}
