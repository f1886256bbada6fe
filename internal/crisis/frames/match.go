package frames

import (
	"slices"

	"kapbot/internal/crisis/words"
)

// A Hit is one frame found in a message.
type Hit struct {
	Frame      *Frame
	Start, End int // tokens [Start, End)
	Negated    bool
	Brake      *Brake // the brake that holds it, or nil
	Doubtful   bool   // found only by ways of saying it that are often harmless

	frame int
}

// Live reports whether the hit means what its frame says: nothing holds it and
// nothing negates it.
func (h Hit) Live() bool { return h.Brake == nil && !h.Negated }

// What keeps one match bounded, whatever a message holds.
const (
	maxSkips  = 3    // fillers between two words of a pattern
	maxSteps  = 2000 // steps of one program at one place
	lookBack  = 6    // words before a frame in which a negation counts
	maxTokens = 8000 // words of one message that are read (about 40,000 letters)
)

// Match returns every frame of the message, in order of place, each frame's
// longest reading at a place once.
func (l *Lexicon) Match(tokens []words.Token) []Hit {
	if len(tokens) > maxTokens {
		// Both ends are read: a plea stands first or last, padding between.
		tokens = append(slices.Clone(tokens[:maxTokens/2]), tokens[len(tokens)-maxTokens/2:]...)
	}
	m := matcher{lex: l, tokens: tokens, ids: make([]int32, len(tokens)), sentence: make([]int32, len(tokens))}
	s := int32(0)
	for i, t := range tokens {
		m.ids[i] = -1
		if id, ok := l.ids[t.Text]; ok {
			m.ids[i] = id
		}
		if i > 0 && t.Before == words.Stop {
			s++
		}
		m.sentence[i] = s
	}
	hits, brakes := m.run()
	for i := range hits {
		hits[i].Negated = m.negated(hits[i].Start)
		hits[i].Brake = m.brake(&hits[i], brakes)
	}
	slices.SortStableFunc(hits, func(a, b Hit) int { return a.Start - b.Start })
	return hits
}

type matcher struct {
	lex      *Lexicon
	tokens   []words.Token
	ids      []int32
	sentence []int32
	steps    int
}

type brakeHit struct{ brake, start, end int }

func (m *matcher) run() ([]Hit, []brakeHit) {
	var hits []Hit
	var brakes []brakeHit
	seen := make([]bool, len(m.lex.programs))
	for _, id := range m.ids {
		for _, pi := range m.lex.byTrigger[id] {
			if seen[pi] {
				continue
			}
			seen[pi] = true
			p := &m.lex.programs[pi]
			for at := 0; at < len(m.ids); at++ {
				if !p.first.has(m.ids[at]) {
					continue
				}
				end := m.match(p, at)
				if end <= at {
					continue
				}
				if p.owner.brake >= 0 {
					brakes = append(brakes, brakeHit{p.owner.brake, at, end})
				} else {
					hits = merge(hits, Hit{Frame: &m.lex.Frames[p.owner.frame], Start: at, End: end, Doubtful: p.owner.doubtful, frame: p.owner.frame})
				}
				at = max(at, end-1)
			}
		}
	}
	return hits, brakes
}

// merge adds a hit unless the same frame already covers the place.
func merge(hits []Hit, h Hit) []Hit {
	for i := range hits {
		o := &hits[i]
		if o.Frame == h.Frame && h.Start < o.End && o.Start < h.End {
			o.Start, o.End = min(o.Start, h.Start), max(o.End, h.End)
			o.Doubtful = o.Doubtful && h.Doubtful
			return hits
		}
	}
	return append(hits, h)
}

// match runs p at a place and returns the end of its longest reading, or -1.
func (m *matcher) match(p *program, at int) int {
	m.steps = maxSteps
	return m.step(p, 0, at, at)
}

// step runs the program from pc with the next word at pos. from is where the
// pattern began: before its first word nothing is skipped.
func (m *matcher) step(p *program, pc, pos, from int) int {
	for {
		if m.steps--; m.steps < 0 {
			return -1
		}
		in := &p.code[pc]
		switch in.op {
		case opMatch:
			return pos
		case opJump:
			pc = in.x
		case opSplit:
			return max(m.step(p, pc+1, pos, from), m.step(p, in.x, pos, from))
		case opStart:
			if pos > 0 && m.tokens[pos].Before < words.Stop {
				return -1
			}
			pc++
		case opEnd:
			if pos < len(m.tokens) && m.tokens[pos].Before < words.Stop {
				return -1
			}
			pc++
		case opGap:
			best := m.step(p, pc+1, pos, from)
			for skip := 1; skip <= in.x && m.inside(pos+skip-1, from); skip++ {
				best = max(best, m.step(p, pc+1, pos+skip, from))
			}
			return best
		case opSet:
			for skips := 0; ; skips++ {
				if !m.inside(pos, from) {
					return -1
				}
				if in.set.has(m.ids[pos]) {
					break
				}
				if pos == from || skips == maxSkips || !m.lex.fillers.has(m.ids[pos]) {
					return -1
				}
				pos++
			}
			pc, pos = pc+1, pos+1
		}
	}
}

// inside reports whether the word at pos belongs to the sentence of from.
func (m *matcher) inside(pos, from int) bool {
	return pos < len(m.tokens) && m.sentence[pos] == m.sentence[from]
}

// negated looks for a negation just before the frame, in the same clause, with
// nothing between that carries a meaning of its own.
func (m *matcher) negated(start int) bool {
	for i := start - 1; i >= 0 && i >= start-lookBack; i-- {
		if m.tokens[i+1].Before >= words.Comma {
			return false
		}
		id := m.ids[i]
		if m.lex.negators.has(id) {
			return true
		}
		if !m.lex.fillers.has(id) && !m.lex.transparent.has(id) {
			return false
		}
	}
	return false
}

// brake returns the strongest brake that holds the hit: one that lowers to
// none before one that lowers to mention.
func (m *matcher) brake(h *Hit, found []brakeHit) *Brake {
	var held *Brake
	for _, b := range found {
		if !slices.Contains(m.lex.holds[h.frame], b.brake) || !m.reaches(b, h) {
			continue
		}
		brake := &m.lex.Brakes[b.brake]
		if held == nil || brake.Lowers == "none" {
			held = brake
		}
	}
	return held
}

func (m *matcher) reaches(b brakeHit, h *Hit) bool {
	switch m.lex.Brakes[b.brake].Scope {
	case Overlap:
		return b.start < h.End && h.Start < b.end
	case Sentence:
		return m.sentence[b.start] == m.sentence[h.Start]
	default:
		return true
	}
}
