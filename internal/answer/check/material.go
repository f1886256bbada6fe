package check

import (
	"fmt"
	"sync"

	"kapbot/internal/faq"
)

// Material is what a draft was given: at most a few passages in one language.
type Material struct {
	lang     string
	passages []*passage
}

// A passage is one entry taken apart.
type passage struct {
	id        string
	sources   map[string]bool
	sentences []*sentence
	wholes    []*sentence // the sentences, and the items of lists after what opens the list
	question  *sentence
	raw       string // all of it in plain words
	grade     float64
}

// Prepare takes passages apart. They have to be in one language that the checks
// know.
func (c *Checker) Prepare(from []faq.Passage) (Material, error) {
	var m Material
	for _, p := range from {
		v := c.words[p.Lang()]
		if v == nil || m.lang != "" && m.lang != p.Lang() {
			return Material{}, fmt.Errorf("prepare entry %s: the checks do not know %q, or there are two languages", p.EntryID(), p.Lang())
		}
		m.lang = p.Lang()
		m.passages = append(m.passages, c.shelf.passage(p, v.apart))
	}
	return m, nil
}

// apart takes a passage apart.
func (v *vocabulary) apart(p faq.Passage) *passage {
	one := &passage{id: p.EntryID(), sources: map[string]bool{}, question: v.read(p.Question()), grade: faq.Grade(p.Entry())}
	for _, s := range p.Sentences() {
		read := v.read(s.Text)
		read.sources, read.at = s.Sources, len(one.sentences)
		if n := len(one.sentences); n > 0 {
			one.sentences[n-1].next = read
		}
		one.sentences = append(one.sentences, read)
		one.wholes = append(one.wholes, read)
		if s.Lead != "" {
			whole := v.read(s.Lead + " " + s.Text)
			whole.sources, whole.at, whole.item = s.Sources, read.at, read
			one.wholes = append(one.wholes, whole)
		}
		one.raw += " " + s.Text
		for _, id := range s.Sources {
			one.sources[id] = true
		}
	}
	return one
}

// shelf keeps entries that were taken apart, each in its newest words. What is on it
// is only read.
type shelf struct {
	mu  sync.Mutex
	all map[place]*shelved
}

type place struct{ id, lang string }

// shelved is an entry taken apart, and the words that it was.
type shelved struct {
	question, body string
	passage        *passage
}

// maxShelf is how many entries are kept.
const maxShelf = 2000

func newShelf() *shelf { return &shelf{all: map[place]*shelved{}} }

// passage gives a passage taken apart, and takes it apart where these words of it are
// new.
func (s *shelf) passage(p faq.Passage, apart func(faq.Passage) *passage) *passage {
	at, e := place{p.EntryID(), p.Lang()}, p.Entry()
	s.mu.Lock()
	have := s.all[at]
	s.mu.Unlock()
	if have != nil && have.question == e.Question && have.body == e.Body {
		return have.passage
	}
	one := &shelved{e.Question, e.Body, apart(p)}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.all) >= maxShelf {
		clear(s.all)
	}
	s.all[at] = one
	return one.passage
}
