package faq

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
)

const (
	// FactsFile records what each source says, as far as entries need it.
	FactsFile = "facts.yaml"
	// ResourcesFile lists the help lines that entries may print.
	ResourcesFile = "resources.yaml"
)

// A Resource is a help line or service.
type Resource struct {
	ID      string   `yaml:"id"`
	Name    string   `yaml:"name"`
	Kind    string   `yaml:"kind"` // phone, text or chat
	Numbers []string `yaml:"numbers"`
	URL     string   `yaml:"url"`
	Hours   string   `yaml:"hours"`
	Who     string   `yaml:"who"`
	Sources []string `yaml:"sources"`
	Status  string   `yaml:"status"`
	Verify  bool     `yaml:"verify"` // nobody has checked the numbers; do not print them
}

// Resources reads the help lines in the order of their list, checked or not.
func Resources(fsys fs.FS) ([]Resource, error) {
	var all []Resource
	if err := readYAML(fsys, ResourcesFile, &all); err != nil {
		return nil, err
	}
	return all, nil
}

// A fact is one thing that a source says, in our own words.
type fact struct {
	ID   string `yaml:"fact"`
	Says string `yaml:"says"`
}

// A record is what entries are checked against.
type record struct {
	sources   map[string]Source
	figures   map[string]map[string]bool // source id to the figures it supports
	resources []Resource
}

func readRecord(fsys fs.FS) (record, error) {
	sources, err := readSources(fsys)
	if err != nil {
		return record{}, err
	}
	var facts map[string][]fact
	if err := readYAML(fsys, FactsFile, &facts); err != nil {
		return record{}, err
	}
	resources, err := Resources(fsys)
	if err != nil {
		return record{}, err
	}
	r := record{sources: sources, resources: resources, figures: make(map[string]map[string]bool)}
	for id, s := range sources {
		r.figures[id] = map[string]bool{}
		if s.Year > 0 { // the year of a source is known without a fact
			r.figures[id][strconv.Itoa(s.Year)] = true
		}
		for _, f := range facts[id] {
			for _, fig := range figuresIn(f.Says) {
				r.figures[id][fig.value] = true
			}
		}
	}
	return r, r.check(facts)
}

// check finds ids that stand in one list and are missing from another. Such a
// list is a fault of the record and not of an entry, so it is an error.
func (r record) check(facts map[string][]fact) error {
	for _, id := range slices.Sorted(maps.Keys(facts)) {
		if _, ok := r.sources[id]; !ok {
			return fmt.Errorf("read %s: the source %q is not in %s", FactsFile, id, SourcesFile)
		}
	}
	seen := map[string]bool{}
	for _, s := range r.resources {
		if seen[s.ID] {
			return fmt.Errorf("read %s: the id %q stands twice", ResourcesFile, s.ID)
		}
		seen[s.ID] = true
		for _, id := range s.Sources {
			if _, ok := r.sources[id]; !ok {
				return fmt.Errorf("read %s: the source %q of %s is not in %s", ResourcesFile, id, s.ID, SourcesFile)
			}
		}
	}
	return nil
}

// supports reports whether one of the sources records the figure.
func (r record) supports(fig string, sources []string) bool {
	return slices.ContainsFunc(sources, func(id string) bool { return r.figures[id][fig] })
}

// resourceWith gives the resource that has a phone or text number.
func (r record) resourceWith(number string) (Resource, bool) {
	var unchecked *Resource
	for i, s := range r.resources {
		for _, n := range s.Numbers {
			if !holdsNumber(n, number) {
				continue
			}
			if !s.Verify {
				return s, true
			}
			unchecked = &r.resources[i]
		}
	}
	if unchecked != nil {
		return *unchecked, true
	}
	return Resource{}, false
}

func holdsNumber(printed, number string) bool {
	return slices.ContainsFunc(figuresIn(printed), func(f figure) bool { return f.value == number })
}

// unchecked gives the keywords, such as BADGE to 741741, that nobody has
// checked though their number is known.
func (r record) unchecked() []string {
	var all []string
	for _, s := range r.resources {
		for _, n := range s.Numbers {
			if s.Verify && strings.Contains(n, " to ") {
				all = append(all, n)
			}
		}
	}
	return all
}
