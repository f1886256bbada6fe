package faq_test

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"kapbot/internal/faq"
)

// FuzzLoad reads folders as they are imported, with any file and any of the three lists
// in them: each gives an error or entries that can be written and read again.
func FuzzLoad(f *testing.F) {
	sources := []byte("- {id: trial2020, kind: general-knowledge, authors: Us, title: Known}\n")
	facts, resources := []byte("{}\n"), []byte("[]\n")
	f.Add("does-it-help.md", []byte(sample), sources, facts, resources)
	f.Add("es/a.md", []byte(sample), []byte("- {id: a, kind: x}\n- {id: a}"), []byte("{a: {a: *a}}"), []byte("- &a [*a]"))
	f.Add("../a.md", []byte("---\n---"), []byte("null"), []byte("- \n  ? :"), []byte("[[["))
	f.Add("a.md", []byte("0"), []byte("! 0"), []byte("! 0"), []byte("! 0")) // the YAML reader panics
	f.Add("sources.yaml", []byte("- id: \x00"), []byte{}, []byte{}, []byte{})
	f.Fuzz(func(t *testing.T, name string, entry, sources, facts, resources []byte) {
		files := fstest.MapFS{
			faq.SourcesFile: {Data: sources}, faq.FactsFile: {Data: facts}, faq.ResourcesFile: {Data: resources},
		}
		if fs.ValidPath(name) && name != "." {
			files[name] = &fstest.MapFile{Data: entry}
		}
		linter, err := faq.NewLinter(files)
		if err == nil {
			_, err = faq.EntryFiles(files)
		}
		if err != nil {
			return
		}
		folder, err := faq.Load(files)
		if err != nil {
			return
		}
		entries := folder.Entries()
		linter.Entries(entries, today)
		for _, e := range entries {
			again, err := faq.ParseEntry(e.File, faq.Format(e))
			if err != nil {
				t.Fatalf("an entry cannot be read again: %v\n%s", err, faq.Format(e))
			}
			if again.Body != e.Body || again.Question != e.Question {
				t.Errorf("%q, %q became %q, %q", e.Question, e.Body, again.Question, again.Body)
			}
		}
	})
}
