package faq

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// A Snapshot is the published FAQ at one moment. It does not change; all its
// methods may be called from several goroutines, and what they return may be
// changed without changing the snapshot.
type Snapshot struct {
	entries []Entry // in order of id, then language
	byKey   map[entryKey]int
	sources map[string]Source
	// revision names what the entries and sources say.
	revision string
}

type entryKey struct{ id, lang string }

// Load reads the published entries of a folder: *.md and es/*.md but README.md,
// and sources.yaml. It fails with every problem of form it finds, and holds
// entries to no editorial rule; see [Lint].
func Load(fsys fs.FS) (*Snapshot, error) {
	sources, err := readSources(fsys)
	if err != nil {
		return nil, err
	}
	files, err := EntryFiles(fsys)
	if err != nil {
		return nil, err
	}
	var entries []Entry
	var errs []error
	for _, file := range files {
		e, err := readEntry(fsys, file)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		entries = append(entries, e)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("load the FAQ: %w", err)
	}
	return NewSnapshot(entries, slices.Collect(maps.Values(sources)))
}

// NewSnapshot makes a snapshot of entries that are published. Whoever calls it
// vouches for that: the passages of the snapshot may be shown and quoted.
func NewSnapshot(entries []Entry, sources []Source) (*Snapshot, error) {
	byID, err := indexSources(sources)
	if err != nil {
		return nil, err
	}
	s := &Snapshot{byKey: make(map[entryKey]int, len(entries)), sources: byID}
	for _, e := range entries {
		for _, id := range e.Sources {
			if _, ok := byID[id]; !ok {
				return nil, fmt.Errorf("read entry %s: its source %q is not in %s", e.ID, id, SourcesFile)
			}
		}
		s.entries = append(s.entries, e.clone())
	}
	slices.SortFunc(s.entries, func(a, b Entry) int {
		return cmp.Or(strings.Compare(a.ID, b.ID), strings.Compare(a.Lang, b.Lang))
	})
	for i, e := range s.entries {
		key := entryKey{e.ID, e.Lang}
		if _, twice := s.byKey[key]; twice {
			return nil, fmt.Errorf("read entry %s: the id stands twice in %q", e.ID, e.Lang)
		}
		s.byKey[key] = i
	}
	s.revision = revisionOf(s.entries, byID)
	return s, nil
}

// revisionOf is the same for two snapshots only if they say the same.
func revisionOf(entries []Entry, sources map[string]Source) string {
	sum := sha256.New()
	for _, e := range entries {
		_, _ = sum.Write(Format(e))
	}
	for _, id := range slices.Sorted(maps.Keys(sources)) {
		fmt.Fprintf(sum, "%+v", sources[id])
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// Revision names what the snapshot says: it changes with any entry or source.
func (s *Snapshot) Revision() string { return s.revision }

// Entries gives all entries in order of id, then language.
func (s *Snapshot) Entries() []Entry {
	all := make([]Entry, len(s.entries))
	for i, e := range s.entries {
		all[i] = e.clone()
	}
	return all
}

// Entry gives the entry with that id in that language.
func (s *Snapshot) Entry(id, lang string) (Entry, bool) {
	i, ok := s.byKey[entryKey{id, lang}]
	if !ok {
		return Entry{}, false
	}
	return s.entries[i].clone(), true
}

// Source gives the source with that id.
func (s *Snapshot) Source(id string) (Source, bool) {
	src, ok := s.sources[id]
	return src, ok
}

// Sources gives all sources in order of id.
func (s *Snapshot) Sources() []Source {
	all := make([]Source, 0, len(s.sources))
	for _, id := range slices.Sorted(maps.Keys(s.sources)) {
		all = append(all, s.sources[id])
	}
	return all
}

// EntryFiles gives the names of the entry files in a fixed order.
func EntryFiles(fsys fs.FS) ([]string, error) {
	var files []string
	for _, pattern := range []string{"*.md", "es/*.md"} {
		found, err := fs.Glob(fsys, pattern)
		if err != nil {
			return nil, fmt.Errorf("list the entries: %w", err)
		}
		files = append(files, found...)
	}
	return slices.DeleteFunc(files, func(f string) bool { return path.Base(f) == "README.md" }), nil
}

func readEntry(fsys fs.FS, file string) (Entry, error) {
	data, err := fs.ReadFile(fsys, file)
	if err != nil {
		return Entry{}, fmt.Errorf("read entry %s: %w", file, err)
	}
	return ParseEntry(file, data)
}
