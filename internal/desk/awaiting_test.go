package desk_test

import (
	"slices"
	"strings"
	"testing"

	"kapbot/internal/desk"
	"kapbot/prompts"
)

// What is told of changes names what answers already, and nothing of a new entry: its
// words may be those of a member.
func TestWhatIsToldOfChanges(t *testing.T) {
	texts, err := prompts.LoadReview()
	if err != nil {
		t.Fatal(err)
	}
	d, _ := newDesk(t, desk.Rules{}, mention("Old."))
	proposed(t, d, ann, 1, mention("New."))
	asked := entry("Mine.")
	asked.ID, asked.Question = "canary-of-a-member", "Canary of a member?"
	asked.Also = []string{"five", "six", "seven", "eight"}
	k := desk.Key{ID: asked.ID, Lang: "en"}
	if _, err := d.Propose(t.Context(), bo, desk.Change{Key: k, Entry: asked, Why: "canary"}); err != nil {
		t.Fatal(err)
	}
	told := func(want int) []desk.Awaiting {
		t.Helper()
		all, err := d.Awaiting(t.Context())
		if err != nil || len(all) != want {
			t.Fatalf("%+v, %v", all, err)
		}
		return all
	}
	told(1) // a draft asks nobody
	if _, err := d.Submit(t.Context(), bo, k, 1); err != nil {
		t.Fatal(err)
	}
	r := desk.Notice(texts, told(2), "see")
	if !strings.Contains(r.Text, "What is it?") || !strings.Contains(r.Text, texts.DraftNew) || strings.Contains(strings.ToLower(r.Text), "canary") {
		t.Errorf("%q", r.Text)
	}
	labels := []string{}
	for _, b := range r.Buttons {
		labels = append(labels, b.Label+" "+b.Value)
	}
	if want := []string{texts.DraftNewButton + " canary-of-a-member@1", "what-is-it what-is-it@2"}; !slices.Equal(labels, want) {
		t.Errorf("buttons %q", labels)
	}
	if others := desk.NotBy("net:bo", told(2)); len(others) != 1 || others[0].ID != key.ID {
		t.Errorf("bo hears of %+v", others)
	}
	if _, err := d.Publish(t.Context(), bo, key, 2); err != nil {
		t.Fatal(err)
	}
	told(1)
	if _, err := d.Retire(t.Context(), ann, key, "canary"); err != nil {
		t.Fatal(err)
	}
	if r := desk.Notice(texts, told(2), ""); !strings.Contains(r.Text, "to take away: What is it?") || len(r.Buttons) > 0 {
		t.Errorf("%+v", r)
	}
	ids, err := d.Colleagues(t.Context(), "net")
	if err != nil || !slices.Equal(ids, []string{"ann", "bo"}) {
		t.Errorf("colleagues %v, %v", ids, err)
	}
	many := slices.Repeat(told(2), 20)
	if r := desk.Notice(texts, many, "see"); len(r.Buttons) != 5 || strings.Count(r.Text, "\n") > 11 || !strings.Contains(r.Text, "32 more") {
		t.Errorf("%d buttons, %q", len(r.Buttons), r.Text)
	}
}
