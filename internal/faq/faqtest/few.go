// Package faqtest makes small FAQs for tests: they are quick to index.
package faqtest

import (
	"io/fs"
	"slices"

	"kapbot/internal/faq"
)

// Few returns the entries of a FAQ's files that have some ids, in all languages, with
// their sources.
// It panics if they cannot be read, so that a package's tests can share one.
func Few(files fs.FS, ids ...string) *faq.Snapshot {
	all, err := faq.Load(files)
	if err != nil {
		panic(err)
	}
	entries := slices.DeleteFunc(all.Entries(), func(e faq.Entry) bool { return !slices.Contains(ids, e.ID) })
	sources := slices.DeleteFunc(all.Sources(), func(s faq.Source) bool {
		return !slices.ContainsFunc(entries, func(e faq.Entry) bool { return slices.Contains(e.Sources, s.ID) })
	})
	few, err := faq.NewSnapshot(entries, sources)
	if err != nil {
		panic(err)
	}
	return few
}
