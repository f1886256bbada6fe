package desktest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"kapbot/internal/desk"
	"kapbot/internal/faq"
)

// at is a time that every store can keep.
var at = time.Date(2026, 11, 26, 9, 30, 0, 123456000, time.UTC)

// Run holds a store to what a desk expects of it. open makes an empty one.
func Run(t *testing.T, open func(*testing.T) desk.Store) {
	t.Run("steps are kept whole or not at all", func(t *testing.T) { whole(t, open(t)) })
	t.Run("what was kept comes back the same", func(t *testing.T) { same(t, open(t)) })
	t.Run("entries are chosen", func(t *testing.T) { chosen(t, open(t)) })
	t.Run("actions are chosen", func(t *testing.T) { acted(t, open(t)) })
	t.Run("what answers is told", func(t *testing.T) { told(t, open(t)) })
}

// page makes a revision of an entry that uses every key of front matter.
func page(id, lang string, n int) desk.Revision {
	text := fmt.Sprintf("---\nid: %s\nquestion: \"What: is %s number %d?\"\nalso:\n  - another way %d\ntags: [law, tag-%s]\nsources: [gk]\nreviewed: 2026-11-01\nreview_by: 2027-01-%02d\naudience: [everyone]\ntriage: none\n---\nÁnswer %d. [gk]\n\n- item\n", id, id, n, n, lang, n, n)
	file := desk.Key{ID: id, Lang: lang}.String()
	e, err := faq.ParseEntry(file, []byte(text))
	if err != nil {
		panic(err) // the text above is an entry
	}
	return desk.Revision{Key: desk.Key{ID: id, Lang: lang}, N: n, Base: n - 1, Entry: e, Author: "net:ann", Why: "because", At: at}
}

// step keeps a revision in the state that it is in.
func step(s desk.Summary, r desk.Revision) desk.Step {
	s.Key, s.N, s.Newest, s.State = r.Key, r.N, r.N, r.State
	s.Question, s.Tags, s.ReviewBy = r.Entry.Question, r.Entry.Tags, r.Entry.ReviewBy
	return desk.Step{Summary: s, Revisions: []desk.Revision{r}, Action: desk.Action{At: at, Who: r.Author, Name: "Ann", Deed: desk.Proposed, Key: r.Key, N: r.N, Why: r.Why}}
}

// shown tells all fields of a value, so that two can be compared.
func shown(v any) string { return fmt.Sprintf("%+v", v) }

func commit(t *testing.T, store desk.Store, steps ...desk.Step) {
	t.Helper()
	if err := store.Commit(t.Context(), steps...); err != nil {
		t.Fatal(err)
	}
}

func whole(t *testing.T, store desk.Store) {
	a, b := page("a", "en", 1), page("b", "en", 1)
	commit(t, store, step(desk.Summary{}, a))
	err := store.Commit(t.Context(), step(desk.Summary{}, b), step(desk.Summary{}, page("a", "en", 2)))
	if !errors.Is(err, desk.ErrConflict) {
		t.Errorf("a step from an old version: %v", err)
	}
	if s, err := store.Summary(t.Context(), b.Key); err != nil || s.Version != 0 || s.Key != b.Key {
		t.Errorf("half of it was kept: %+v %v", s, err)
	}
	if found, err := store.Revisions(t.Context(), a.Key, 0, 10); err != nil || len(found) != 1 {
		t.Errorf("half of it was kept: %v %v", found, err)
	}
	s, err := store.Summary(t.Context(), a.Key)
	if err != nil || s.Version != 1 {
		t.Fatalf("version %d: %v", s.Version, err)
	}
	commit(t, store, step(s, page("a", "en", 2)))
	if s, _ := store.Summary(t.Context(), a.Key); s.Version != 2 {
		t.Errorf("version %d", s.Version)
	}
	if err := store.Commit(t.Context(), step(desk.Summary{Version: 3}, page("c", "en", 1))); !errors.Is(err, desk.ErrConflict) {
		t.Errorf("a change of an entry that is not there: %v", err)
	}
}

func same(t *testing.T, store desk.Store) {
	first, second := page("a", "es", 1), page("a", "es", 2)
	second.Retires = true
	one := step(desk.Summary{Owner: "net:bo", InReview: 1, Waiting: true}, first)
	commit(t, store, one)
	one.Summary.Version = 1
	first.State, first.Reviewer = desk.Published, "net:cy"
	commit(t, store, step(one.Summary, first))
	two := step(desk.Summary{Owner: "net:bo", InReview: 1, Waiting: true, Version: 2}, second)
	commit(t, store, two)

	two.Summary.Version = 3
	if s, err := store.Summary(t.Context(), first.Key); err != nil || shown(s) != shown(two.Summary) {
		t.Errorf("%+v, want %+v (%v)", s, two.Summary, err)
	}
	found, err := store.Revisions(t.Context(), first.Key, 0, 10)
	if err != nil || len(found) != 2 {
		t.Fatal(found, err)
	}
	for i, want := range []desk.Revision{second, first} {
		got := found[i]
		if string(faq.Format(got.Entry)) != string(faq.Format(want.Entry)) || got.Entry.File != want.Entry.File || got.Entry.Lang != want.Entry.Lang {
			t.Errorf("entry %+v, want %+v", got.Entry, want.Entry)
		}
		got.Entry, want.Entry = faq.Entry{}, faq.Entry{}
		if shown(got) != shown(want) {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	for _, tt := range []struct{ below, limit, want int }{{2, 10, 1}, {3, 1, 2}, {1, 10, 0}} {
		found, err := store.Revisions(t.Context(), first.Key, tt.below, tt.limit)
		if err != nil || len(found) != min(tt.want, 1) || tt.want > 0 && found[0].N != tt.want {
			t.Errorf("below %d: %v %v", tt.below, found, err)
		}
	}
}

func chosen(t *testing.T, store desk.Store) {
	states := []desk.State{desk.Draft, desk.InReview, desk.Published, desk.Retired, desk.Published}
	for i, state := range states {
		r := page(string(rune('a'+i)), []string{"en", "es"}[i/4], i+1)
		r.State = state
		s := step(desk.Summary{Owner: "net:Bo", Waiting: state == desk.InReview, InReview: map[bool]int{true: r.N}[state == desk.InReview]}, r)
		commit(t, store, s)
	}
	day := func(d int) time.Time { return time.Date(2027, 1, d, 0, 0, 0, 0, time.UTC) }
	tests := []struct {
		name   string
		filter desk.Filter
		want   []string
	}{
		{"all", desk.Filter{}, []string{"a", "b", "c", "d", "e"}},
		{"a page of them", desk.Filter{Limit: 2, Offset: 1}, []string{"b", "c"}},
		{"beyond the last", desk.Filter{Limit: 2, Offset: 9}, nil},
		{"by state", desk.Filter{States: []desk.State{desk.Draft, desk.Retired}}, []string{"a", "d"}},
		{"by tag", desk.Filter{Tag: "tag-es"}, []string{"e"}},
		{"a tag counts whole", desk.Filter{Tag: "tag"}, nil},
		{"by language", desk.Filter{Lang: "es"}, []string{"e"}},
		{"by words", desk.Filter{Text: "IS C NUM"}, []string{"c"}},
		{"by owner", desk.Filter{Text: "net:bo", Limit: 1}, []string{"a"}},
		{"signs mean themselves", desk.Filter{Text: "%"}, nil},
		{"waiting", desk.Filter{Waiting: true}, []string{"b"}},
		{"due", desk.Filter{Due: day(3)}, []string{"c"}},
		{"due a day earlier", desk.Filter{Due: day(2)}, nil},
		{"all at once", desk.Filter{Due: day(5), Tag: "law", Lang: "es", Text: "what", States: []desk.State{desk.Published}}, []string{"e"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list, err := store.Summaries(t.Context(), tt.filter)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, s := range list {
				got = append(got, s.ID)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func acted(t *testing.T, store desk.Store) {
	if mark, err := store.Mark(t.Context()); err != nil || mark != 0 {
		t.Errorf("an empty store has the mark %d: %v", mark, err)
	}
	for i, id := range []string{"a", "b", "a"} {
		r := page(id, "en", i/2+1)
		commit(t, store, step(desk.Summary{Version: int64(i / 2)}, r))
	}
	if mark, err := store.Mark(t.Context()); err != nil || mark != 3 {
		t.Errorf("mark %d after 3 actions: %v", mark, err)
	}
	tests := []struct {
		span desk.Span
		want []int64
	}{
		{desk.Span{}, []int64{3, 2, 1}},
		{desk.Span{Oldest: true, Limit: 2}, []int64{1, 2}},
		{desk.Span{After: 1, Before: 3}, []int64{2}},
		{desk.Span{Key: desk.Key{ID: "a", Lang: "en"}}, []int64{3, 1}},
	}
	for _, tt := range tests {
		found, err := store.Actions(t.Context(), tt.span)
		if err != nil {
			t.Fatal(err)
		}
		var got []int64
		for _, a := range found {
			got = append(got, a.Seq)
			want := desk.Action{Seq: a.Seq, At: at, Who: "net:ann", Name: "Ann", Deed: desk.Proposed, Key: a.Key, N: a.N, Why: "because"}
			if a != want {
				t.Errorf("%+v, want %+v", a, want)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%+v gives %v, want %v", tt.span, got, tt.want)
		}
	}
}

func told(t *testing.T, store desk.Store) {
	a, b, c := page("a", "en", 1), page("b", "en", 1), page("c", "en", 1)
	a.State, b.State, b.Author = desk.Published, desk.Published, desk.Seed
	commit(t, store, step(desk.Summary{}, a), step(desk.Summary{}, b), step(desk.Summary{}, c))
	gone := page("b", "en", 2)
	gone.State = desk.Retired
	commit(t, store, step(desk.Summary{Version: 1}, gone))
	live, err := store.Live(t.Context())
	if err != nil || len(live) != 1 || live[0].Key != a.Key || live[0].N != 1 || live[0].Entry.Body != a.Entry.Body {
		t.Errorf("%+v %v", live, err)
	}
	imported, err := store.Imported(t.Context())
	if err != nil || len(imported) != 1 || imported[0].Key != b.Key || imported[0].Entry.Body != b.Entry.Body {
		t.Errorf("%+v %v", imported, err)
	}
}
