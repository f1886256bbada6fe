package faq

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
)

// SourcesFile is the list of everything that entries may cite.
const SourcesFile = "sources.yaml"

// A Source is one publication, page or label that entries cite.
type Source struct {
	ID      string `yaml:"id"`
	Kind    string `yaml:"kind"` // rct, observational, review, guideline, regulator, resource, news, general-knowledge
	Authors string `yaml:"authors"`
	Year    int    `yaml:"year"` // 0 where the page shows none
	Title   string `yaml:"title"`
	Journal string `yaml:"journal"` // or the site or body that published it
	URL     string `yaml:"url"`
	DOI     string `yaml:"doi"`
	PMID    string `yaml:"pmid"`
	Basis   string `yaml:"basis"` // original, copy, account, or none for general knowledge
	Note    string `yaml:"note"`  // for moderators; not shown to readers
}

// idPattern is the form of a source id, in the list and in a mark.
var idPattern = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Citation gives the source as one line for readers, without its address:
// authors, year, title, journal.
func (s Source) Citation() string {
	var b strings.Builder
	b.WriteString(shortAuthors(s.Authors))
	if s.Year > 0 {
		fmt.Fprintf(&b, " (%d)", s.Year)
	}
	for _, part := range []string{s.Title, s.Journal} {
		if part == "" {
			continue
		}
		if b.Len() > 0 && !strings.HasSuffix(b.String(), ".") && !strings.HasSuffix(b.String(), "?") {
			b.WriteString(".")
		}
		b.WriteString(" " + part)
	}
	return strings.TrimSpace(b.String())
}

// Link gives the address to read the source at, or "" if it has none.
func (s Source) Link() string {
	if s.URL == "" && s.DOI != "" {
		return "https://doi.org/" + s.DOI
	}
	return s.URL
}

// shortAuthors cuts a long list of names to the first. Commas between brackets
// do not separate names.
func shortAuthors(all string) string {
	depth, commas, first := 0, 0, -1
	for i, r := range all {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		case ';': // not a list of names
			return all
		case ',':
			if depth == 0 {
				if commas++; first < 0 {
					first = i
				}
			}
		}
	}
	if commas < 3 {
		return all
	}
	return all[:first] + " et al."
}

// readSources reads the list of sources and checks that ids are unique.
func readSources(fsys fs.FS) (map[string]Source, error) {
	var list []Source
	if err := readYAML(fsys, SourcesFile, &list); err != nil {
		return nil, err
	}
	return indexSources(list)
}

func indexSources(list []Source) (map[string]Source, error) {
	byID := make(map[string]Source, len(list))
	for _, s := range list {
		if !idPattern.MatchString(s.ID) {
			return nil, fmt.Errorf("read %s: the id %q must be lower-case letters, digits and _", SourcesFile, s.ID)
		}
		if _, twice := byID[s.ID]; twice {
			return nil, fmt.Errorf("read %s: the id %q stands twice", SourcesFile, s.ID)
		}
		byID[s.ID] = s
	}
	return byID, nil
}

// errList says what a list is not.
var errList = errors.New("this is not YAML of the form it must have; compare it with the file of that name in the folder faq")

// readYAML reads a list that lies beside the entries, and does not accept keys that the
// program does not know. What is imported may be odd, and the YAML reader has panicked on
// odd input: that is a bad list, not a reason to stop the program.
func readYAML(fsys fs.FS, name string, into any) (err error) {
	defer func() {
		if recover() != nil {
			err = fmt.Errorf("read %s: %w", name, errList)
		}
	}()
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	if err := yaml.UnmarshalWithOptions(data, into, yaml.Strict()); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}
