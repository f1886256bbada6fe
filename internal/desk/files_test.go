package desk_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"kapbot/internal/desk"
	"kapbot/internal/faq"
)

var operator = desk.Actor{Name: desk.Files, Role: desk.Lead}

// fromFiles reads entries back from what they are written to.
func fromFiles(entries []faq.Entry) ([]faq.Entry, error) {
	files := fstest.MapFS{"sources.yaml": {Data: []byte("- {id: gk, kind: general-knowledge, authors: Us, title: Known}\n")}}
	for _, e := range entries {
		files[desk.Key{ID: e.ID, Lang: e.Lang}.String()] = &fstest.MapFile{Data: faq.Format(e)}
	}
	s, err := faq.Load(files)
	if err != nil {
		return nil, fmt.Errorf("read the files back: %w", err)
	}
	return s.Entries(), nil
}

// What goes in as files comes out as the same files, and goes in again as no change.
func TestFilesThereAndBack(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d, _ := newDesk(t, desk.Rules{})
		words := rapid.StringMatching(`[A-Za-zé][A-Za-z ,:'"é#-]{0,20}[a-z]`)
		var entries []faq.Entry
		for i := range rapid.IntRange(1, 4).Draw(r, "entries") {
			e := entry(words.Draw(r, "body") + ".")
			e.ID = fmt.Sprintf("page-%d", i)
			e.Lang = rapid.SampledFrom([]string{"en", "es"}).Draw(r, "lang")
			e.Question = fmt.Sprintf("Page %d: %s?", i, words.Draw(r, "question"))
			for j := range e.Also {
				e.Also[j] = fmt.Sprintf("%s %d %d", words.Draw(r, "also"), i, j)
			}
			entries = append(entries, e)
		}
		read, err := fromFiles(entries)
		if err != nil {
			r.Fatal(err)
		}
		news, err := d.Compare(t.Context(), operator, read)
		if err != nil || len(news) != len(entries) {
			r.Fatal(news, err)
		}
		if err := d.Import(t.Context(), operator, news, "from git", true); err != nil {
			var lint *desk.LintError
			if errors.As(err, &lint) {
				r.Skip("not fit to be published") // the words were unlucky: a banned word, a hard sentence
			}
			r.Fatal(err)
		}
		refresh(t, d)
		out := d.Published().Entries()
		slices.SortFunc(read, func(a, b faq.Entry) int { return slices.Compare([]byte(a.ID), []byte(b.ID)) })
		for i := range read {
			if string(faq.Format(out[i])) != string(faq.Format(read[i])) {
				r.Fatalf("%s\nbecame\n%s", faq.Format(read[i]), faq.Format(out[i]))
			}
		}
		again, err := fromFiles(out)
		if err != nil {
			r.Fatal(err)
		}
		if news, err := d.Compare(t.Context(), operator, again); err != nil || len(news) > 0 {
			r.Fatalf("the same files are news: %v %v", news, err)
		}
	})
}

func TestImport(t *testing.T) {
	tests := []struct {
		name    string
		seed    faq.Entry
		file    faq.Entry
		publish bool
		want    string
		waits   bool
	}{
		{"waits for a moderator", entry("Old."), entry("New."), false, "Old.", true},
		{"was reviewed elsewhere", entry("Old."), entry("New."), true, "New.", false},
		{"on suicide it waits all the same", entry("Old."), mention("New."), true, "Old.", true},
		{"and where the page spoke of it", mention("Old."), entry("New."), true, "Old.", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, _ := newDesk(t, desk.Rules{}, tt.seed)
			news, err := d.Compare(t.Context(), operator, []faq.Entry{tt.file})
			if err != nil || len(news) != 1 || news[0].New() {
				t.Fatal(news, err)
			}
			if err := d.Import(t.Context(), operator, news, "from git", tt.publish); err != nil {
				t.Fatal(err)
			}
			s, err := d.Summary(t.Context(), ann, key)
			if got := shown(t, d); got != tt.want || s.Waiting != tt.waits || err != nil {
				t.Errorf("%q answers, %+v, %v", got, s, err)
			}
			// A file from before the last change is no news: it must not undo it.
			if news, err := d.Compare(t.Context(), operator, []faq.Entry{tt.seed}); err != nil || len(news) > 0 {
				t.Errorf("an old file is news: %v %v", news, err)
			}
		})
	}
	d, _ := newDesk(t, desk.Rules{}, entry("Old."))
	bad := entry("Take 5 mg.")
	bad.ID = "bad"
	news, err := d.Compare(t.Context(), operator, []faq.Entry{entry("New."), bad})
	if err != nil {
		t.Fatal(err)
	}
	var lint *desk.LintError
	if err := d.Import(t.Context(), operator, news, "from git", true); !errors.As(err, &lint) || shown(t, d) != "Old." {
		t.Errorf("half of a folder: %v, %q answers", err, shown(t, d))
	}
	var denied *desk.DeniedError
	if _, err := d.Compare(t.Context(), ann, nil); !errors.As(err, &denied) || denied.Need != desk.Lead {
		t.Errorf("a moderator imports: %v", err)
	}
}
