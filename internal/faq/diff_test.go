package faq_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kapbot/internal/faq"
)

func TestDiff(t *testing.T) {
	tests := []struct {
		name, before, after string
		want                []faq.Change
	}{
		{"nothing", "", "", nil},
		{"the same", "one two\n", "one two\n", []faq.Change{{faq.Same, "one two\n"}}},
		{"all new", "", "one two", []faq.Change{{faq.Added, "one two"}}},
		{"a word changed", "Call the clinic first.", "Call your clinic first.", []faq.Change{
			{faq.Same, "Call "}, {faq.Removed, "the "}, {faq.Added, "your "}, {faq.Same, "clinic first."},
		}},
		{"two places", "a b c d e", "a x c y e", []faq.Change{
			{faq.Same, "a "}, {faq.Removed, "b "}, {faq.Added, "x "}, {faq.Same, "c "}, {faq.Removed, "d "}, {faq.Added, "y "}, {faq.Same, "e"},
		}},
		{"a sentence taken out", "One. Two. Three.", "One. Three.", []faq.Change{{faq.Same, "One. "}, {faq.Removed, "Two. "}, {faq.Same, "Three."}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := faq.Diff(tt.before, tt.after); !slices.Equal(got, tt.want) {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// Both texts can be put together again from their difference.
func TestDiffLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`([ab]{0,2}[ \n]{0,2}){0,12}`)
		before, after := text.Draw(t, "before"), text.Draw(t, "after")
		var a, b strings.Builder
		for _, c := range faq.Diff(before, after) {
			if c.Side != faq.Added {
				a.WriteString(c.Text)
			}
			if c.Side != faq.Removed {
				b.WriteString(c.Text)
			}
		}
		if a.String() != before || b.String() != after {
			t.Fatalf("%q and %q", a.String(), b.String())
		}
	})
}

func TestProblemsNameTheirField(t *testing.T) {
	file := "---\nid: Bad\nquestion: why\nalso: []\ntags: [one]\nsources: []\nreviewed: 2026-01-02\nreview_by: 2026-01-01\naudience: []\ntriage: none\n---\nTake 5 mg.\n"
	l, err := faq.NewLinter(os.DirFS("../../faq"))
	if err != nil {
		t.Fatal(err)
	}
	e, err := faq.ParseEntry("", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, p := range l.Entry(e, date(2026, 1, 3)) {
		got[p.Field] = true
	}
	for _, want := range []string{"id", "question", "also", "tags", "sources", "review_by", "audience", "body"} {
		if !got[want] {
			t.Errorf("no problem names the field %q: %v", want, got)
		}
	}
	if got[""] {
		t.Error("a problem names no field")
	}
}
