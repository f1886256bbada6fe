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

// triaged lets triage read the text, all sentences as one message. Where it finds
// something, it reads each by itself to tell which.
func (c *Checker) triaged(_ string, all []*judged) {
	var texts []string
	for _, j := range all {
		texts = append(texts, j.text)
	}
	if c.clear(strings.Join(texts, " ")) {
		return
	}
	found := false
	for _, j := range all {
		if !c.clear(j.text) {
			j.fault, found = Crisis, true
		}
	}
	if !found && len(all) > 0 { // only together: then it is nobody's and everybody's
		all[0].fault = Crisis
	}
}

func (c *Checker) clear(text string) bool {
	v, _ := c.triage.Check(chat.Said{Text: text}, crisis.State{}, time.Time{})
	return v.Level == crisis.None
}

// nearEnough is the least cosine between a drafted sentence and what it rests on.
// Below it, the words are the entry's and the sentence is not.
const nearEnough = 0.55

// distances measures the sentences that are not word for word, two at a time.
func (c *Checker) distances(all []*judged) {
	var group sync.WaitGroup
	turn := make(chan struct{}, 2)
	for _, j := range all {
		if j.fault != "" || j.verbatim {
			continue
		}
		group.Go(func() {
			turn <- struct{}{}
			defer func() { <-turn }()
			if c.distant(j) {
				j.fault = Distant
			}
		})
	}
	group.Wait()
}

func (c *Checker) distant(j *judged) bool {
	mine := c.encoder.Encode(j.text)
	best := float32(-1)
	var joined []string
	for _, r := range j.rests {
		text := r.text
		if r.lead != nil {
			text = r.lead.text + " " + text
		}
		joined = append(joined, text)
		best = max(best, encoder.Cosine(mine, c.vectors.of(c.encoder, text)))
	}
	if len(joined) > 1 && best < nearEnough {
		best = max(best, encoder.Cosine(mine, c.encoder.Encode(strings.Join(joined, " "))))
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
					used[r] = true
				}
			}
		}
		for i, j := range all {
			switch {
			case j.fault != "":
			case slices.ContainsFunc(j.rests, func(r *sentence) bool { return r.next != nil && v.opens(r.next, v.turns) && !used[r.next] }):
				j.fault, again = Taken, true
			case i > 0 && all[i-1].fault != "" && v.opens(j.read, v.leaning):
				j.fault, again = Leaning, true
			}
		}
	}
}

func (v *vocabulary) opens(s *sentence, with map[string]bool) bool {
	return len(s.tokens) > 0 && with[s.tokens[0].word]
}

// vectors remembers the vectors of the entries' sentences, which come again and
// again. It holds curated words only.
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
