package faq_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	seed "kapbot/faq"
	"kapbot/internal/faq"
)

func folder(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{
		"sources.yaml": {Data: []byte(`- {id: trial2020, authors: "Roe A, Doe B", year: 2020, title: A trial, journal: A Journal, url: "https://example.org/"}`)},
	}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func TestLoad(t *testing.T) {
	b := strings.Replace(sample, "does-it-help", "b", 1)
	a := strings.Replace(sample, "does-it-help", "a", 1)
	s, err := faq.Load(folder(map[string]string{"b.md": b, "es/b.md": b, "a.md": a, "README.md": "# Notes", "notes.txt": "x"}))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range s.Entries() {
		got = append(got, e.ID+" "+e.Lang)
	}
	if want := []string{"a en", "b en", "b es"}; !slices.Equal(got, want) {
		t.Errorf("entries %q, want %q", got, want)
	}
	if e, ok := s.Entry("b", "es"); !ok || e.Lang != "es" {
		t.Errorf("entry b in es: %v %+v", ok, e)
	}
	if _, ok := s.Entry("a", "es"); ok {
		t.Error("found an entry that is not there")
	}
	if src, ok := s.Source("trial2020"); !ok || src.Year != 2020 {
		t.Errorf("source: %v %+v", ok, src)
	}
	if all := s.Passages("en"); len(all) != 2 || all[0].EntryID() != "a" {
		t.Errorf("passages: %+v", all)
	}
}

func TestLoadFails(t *testing.T) {
	for _, test := range []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"every unreadable entry is named", map[string]string{"a.md": "x", "b.md": "---\n"}, []string{"a.md:1:", "b.md:1:"}},
		{"unknown source", map[string]string{"a.md": strings.ReplaceAll(sample, "trial2020", "trial1999")}, []string{"trial1999"}},
		{"id twice", map[string]string{"a.md": sample, "b.md": sample}, []string{"does-it-help", "twice"}},
		{"broken sources", map[string]string{"sources.yaml": "- ["}, []string{"sources.yaml"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := faq.Load(folder(test.files))
			if err == nil || s != nil {
				t.Fatal("loaded")
			}
			for _, w := range test.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%v does not name %q", err, w)
				}
			}
		})
	}
}

func TestSnapshotDoesNotChange(t *testing.T) {
	s, err := faq.Load(folder(map[string]string{"a.md": sample}))
	if err != nil {
		t.Fatal(err)
	}
	one, _ := s.Entry("does-it-help", "en")
	p, _ := s.Passage("does-it-help", "en")
	for _, e := range []faq.Entry{s.Entries()[0], one, p.Entry()} {
		e.Also[0], e.Tags[0], e.Sources[0], e.Audience[0] = "x", "x", "x", "x"
	}
	p.Sources()[0].ID = "x"
	e, _ := s.Entry("does-it-help", "en")
	if e.Also[0] == "x" || e.Tags[0] == "x" || e.Sources[0] == "x" || e.Audience[0] == "x" || p.Sources()[0].ID == "x" {
		t.Errorf("a caller changed the snapshot: %+v", e)
	}
}

func TestNewSnapshotKeepsItsOwnCopy(t *testing.T) {
	e, err := faq.ParseEntry("a.md", []byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	s, err := faq.NewSnapshot([]faq.Entry{e}, []faq.Source{{ID: "trial2020"}})
	if err != nil {
		t.Fatal(err)
	}
	e.Also[0] = "x"
	if got := s.Entries()[0].Also[0]; got == "x" {
		t.Error("the maker changed the snapshot afterwards")
	}
}

func TestPassage(t *testing.T) {
	s, err := faq.Load(folder(map[string]string{"a.md": sample}))
	if err != nil {
		t.Fatal(err)
	}
	p, ok := s.Passage("does-it-help", "en")
	if !ok || p.Text() != "It helped.\n\nAsk your team." || p.Question() != "Does it help?" || p.Lang() != "en" || p.Triage() != faq.None {
		t.Errorf("%v %+v", ok, p)
	}
	if src := p.Sources(); len(src) != 1 || src[0].ID != "trial2020" {
		t.Errorf("sources: %+v", src)
	}
	if _, ok := s.Passage("nobody", "en"); ok {
		t.Error("a passage without an entry")
	}
	if (faq.Passage{}).Text() != "" {
		t.Error("the zero passage has words")
	}
}

func TestCitation(t *testing.T) {
	for _, test := range []struct {
		name string
		in   faq.Source
		want string
	}{
		{"paper", faq.Source{Authors: "Roe A, Doe B", Year: 2020, Title: "A trial", Journal: "A Journal 1(2):3"}, "Roe A, Doe B (2020). A trial. A Journal 1(2):3"},
		{"many authors", faq.Source{Authors: "Roe A, Doe B, Poe C, Loe D", Year: 2020, Title: "Why?"}, "Roe A et al. (2020). Why?"},
		{"group with commas in brackets", faq.Source{Authors: "VA (One, Two, Three, Four pages)", Title: "A page"}, "VA (One, Two, Three, Four pages). A page"},
		{"title only", faq.Source{Title: "A page", Journal: "va.gov"}, "A page. va.gov"},
		{"question as a title", faq.Source{Title: "Does it help?", Journal: "va.gov"}, "Does it help? va.gov"},
		{"nothing", faq.Source{}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.in.Citation(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	if got := (faq.Source{DOI: "10.1/x"}).Link(); got != "https://doi.org/10.1/x" {
		t.Errorf("link %q", got)
	}
}

// TestSeed has the entries that are built into the program load, and be those
// of the folder.
func TestSeed(t *testing.T) {
	s, err := faq.Load(seed.Files())
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, e := range s.Entries() {
		text, refs := faq.Render(e, s.Source)
		for _, r := range refs {
			used[r.ID] = true
			if r.Citation() == "" || (r.Link() == "" && r.ID != "gk") {
				t.Errorf("the source %s cannot be shown: %+v", r.ID, r)
			}
			if strings.Contains(text, "["+r.ID+"]") {
				t.Errorf("%s: the mark [%s] is left", e.ID, r.ID)
			}
		}
	}
	if len(used) < 50 {
		t.Errorf("only %d sources used: %v", len(used), slices.Sorted(maps.Keys(used)))
	}
}

// TestResources has the block that every crisis reply shows stand first in the
// list, checked, and in its order.
func TestResources(t *testing.T) {
	all, err := faq.Resources(seed.Files())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"veterans-crisis-line", "veterans-crisis-line-text", "veterans-crisis-line-chat", "emergency", "lifeline-988"}
	for i, id := range want {
		if i >= len(all) || all[i].ID != id || all[i].Verify {
			t.Fatalf("resource %d is not %s, checked", i, id)
		}
	}
	if got := all[0].Numbers; !slices.Equal(got, []string{"Dial 988 then Press 1"}) {
		t.Errorf("the Veterans Crisis Line is printed as %q", got)
	}
}
