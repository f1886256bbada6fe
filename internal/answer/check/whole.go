package check

import (
	"container/list"
	"slices"
	"strings"
	"sync"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
	"kapbot/internal/encoder"
)

// triaged lets triage read what is not word for word, all sentences as one
// message. Where it finds something, it reads each by itself to tell which. A
// sentence may be as grave as what it rests on, which was reviewed, and no graver.
func (c *Checker) triaged(all []*judged) {
	var texts []string
	var open []*judged
	for _, j := range all {
		if !j.verbatim && j.text != "" {
			texts, open = append(texts, j.text), append(open, j)
		}
	}
	if len(open) == 0 || c.level(strings.Join(texts, " ")) == crisis.None {
		return
	}
	for _, j := range open {
		level := c.level(j.text)
		if level == crisis.None && len(open) > 1 {
			continue // grave only beside the others, which are read too
		}
		var rests []string
		for _, r := range j.rests {
			rests = append(rests, r.text)
		}
		if level == crisis.None || len(rests) > 0 && c.level(strings.Join(rests, " ")) <= level {
			continue
		}
		if !grave[j.fault] {
			j.fault = Crisis
		}
	}
}

func (c *Checker) level(text string) crisis.Level {
	v, _ := c.triage.Check(chat.Said{Text: text}, crisis.State{}, time.Time{})
	return v.Level
}

// nearEnough is the least cosine between a drafted sentence and what it rests on.
// Below it, the words are the entry's and the sentence is not.
const nearEnough = 0.4

// read lets triage and the encoder read what is not word for word, side by side.
func (c *Checker) read(all []*judged) {
	distant := make([]bool, len(all))
	for i, j := range all {
		distant[i] = j.fault == "" && !j.verbatim
	}
	var group sync.WaitGroup
	group.Go(func() {
		for i, j := range all {
			distant[i] = distant[i] && c.distant(j)
		}
	})
	c.triaged(all)
	group.Wait()
	for i, j := range all {
		if distant[i] && j.fault == "" {
			j.fault = Distant
		}
	}
}

func (c *Checker) distant(j *judged) bool {
	mine := c.encoder.Encode(j.text)
	best := float32(-1)
	var joined []string
	for _, r := range j.rests {
		joined = append(joined, r.text)
		best = max(best, encoder.Cosine(mine, c.vectors.of(c.encoder, r.text)))
		if best >= nearEnough {
			return false
		}
	}
	if len(joined) > 1 {
		best = max(best, encoder.Cosine(mine, c.vectors.of(c.encoder, strings.Join(joined, " "))))
	}
	return best < nearEnough
}

// context drops what cannot stand without a neighbor: what the entry takes back
// in its next sentence, and what leans on a sentence that was dropped.
func (c *Checker) context(lang string, all []*judged) {
	v := c.words[lang]
	for again := true; again; {
		again = false
		used := map[*sentence]bool{}
		for _, j := range all {
			if j.fault == "" {
				for _, r := range j.rests {
					used[r.alone()] = true
				}
			}
		}
		for i, j := range all {
			switch {
			case j.fault != "":
			case slices.ContainsFunc(j.rests, func(r *sentence) bool {
				next := r.alone().next
				return next != nil && v.opens(next, v.turns) && !used[next]
			}):
				j.fault, again = Taken, true
			case i > 0 && all[i-1].fault != "" && v.opens(j.read, v.leaning):
				j.fault, again = Leaning, true
			}
		}
	}
}

// alone is the sentence without what opens its list.
func (s *sentence) alone() *sentence {
	if s.item != nil {
		return s.item
	}
	return s
}

func (v *vocabulary) opens(s *sentence, with map[string]bool) bool {
	return len(s.tokens) > 0 && with[s.tokens[0].word]
}

// vectors remembers the vectors of the entries' sentences, alone and joined, which come
// again and again. It holds curated words only.
type vectors struct {
	mu    sync.Mutex
	known map[string]*list.Element
	order *list.List
}

type remembered struct {
	text   string
	vector encoder.Vector
}

// maxVectors bounds them: two kilobytes each.
const maxVectors = 4000

func newVectors() *vectors { return &vectors{known: map[string]*list.Element{}, order: list.New()} }

func (v *vectors) of(e *encoder.Encoder, text string) encoder.Vector {
	v.mu.Lock()
	at := v.known[text]
	if at != nil {
		v.order.MoveToFront(at)
		v.mu.Unlock()
		return at.Value.(*remembered).vector
	}
	v.mu.Unlock()
	one := &remembered{text, e.Encode(text)}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.known[text] == nil {
		v.known[text] = v.order.PushFront(one)
		if v.order.Len() > maxVectors {
			last := v.order.Back()
			delete(v.known, last.Value.(*remembered).text)
			v.order.Remove(last)
		}
	}
	return one.vector
}
