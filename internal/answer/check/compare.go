package check

import "slices"

// compare holds a drafted sentence against those it rests on, all of whose words
// it is known to have.
func (v *vocabulary) compare(s *sentence, rests []*sentence) Rule {
	for _, test := range []struct {
		rule  Rule
		fault func(*sentence, []*sentence) bool
	}{
		{Scattered, v.scattered},
		{Figure, v.figures},
		{Opposite, v.opposite},
		{Negation, v.negation},
		{Strength, v.strength},
		{Order, v.order},
		{Order, v.turned},
	} {
		if test.fault(s, rests) {
			return test.rule
		}
	}
	return ""
}

// scattered reports that the words come from the sentences in more runs than
// there are sentences: a sentence put together from pieces.
func (v *vocabulary) scattered(s *sentence, rests []*sentence) bool {
	if len(rests) == 1 {
		return false
	}
	runs := 1
	could := slices.Clone(rests)
	for _, t := range s.tokens {
		if t.kind == free || t.kind == negator {
			continue
		}
		here := slices.DeleteFunc(slices.Clone(could), func(r *sentence) bool { return !has(r, t.root) })
		if len(here) > 0 {
			could = here
			continue
		}
		here = slices.DeleteFunc(slices.Clone(rests), func(r *sentence) bool { return !has(r, t.root) })
		if len(here) == 0 { // it stands in the question
			continue
		}
		runs++
		could = here
	}
	return runs > len(rests)
}

func has(s *sentence, root string) bool {
	return s.roots[root] || s.lead != nil && s.lead.roots[root]
}

// figures reports a figure whose unit, or whose neighbor among the figures, is
// not that of the entry.
func (v *vocabulary) figures(s *sentence, rests []*sentence) bool {
	for _, t := range s.tokens {
		if t.kind != figure || t.unit == "" {
			continue
		}
		if !slices.ContainsFunc(rests, func(r *sentence) bool { return hasFigure(r, t) || r.lead != nil && hasFigure(r.lead, t) }) {
			return true
		}
	}
	mine := figuresOf(s)
	for _, r := range rests {
		theirs := figuresOf(r)
		last := -1
		for _, f := range mine {
			at := slices.Index(theirs, f)
			if at < 0 {
				continue
			}
			if last >= 0 && at != last+1 && at != last {
				return true
			}
			last = at
		}
	}
	return false
}

func figuresOf(s *sentence) []string {
	var out []string
	for _, t := range s.tokens {
		if t.kind == figure {
			out = append(out, t.root)
		}
	}
	return out
}

func hasFigure(s *sentence, f token) bool {
	return slices.ContainsFunc(s.tokens, func(t token) bool { return t.kind == figure && t.root == f.root && t.unit == f.unit })
}

// opposite reports a word that the entry does not have where it has the opposite,
// or both changed places.
func (v *vocabulary) opposite(s *sentence, rests []*sentence) bool {
	for _, t := range s.tokens {
		for _, o := range v.opposites[t.stem] {
			here := slices.ContainsFunc(rests, func(r *sentence) bool { return hasStem(r, t.stem) })
			there := slices.ContainsFunc(rests, func(r *sentence) bool { return hasStem(r, o) })
			if !here && there {
				return true
			}
		}
	}
	return false
}

func hasStem(s *sentence, stem string) bool {
	return slices.ContainsFunc(s.tokens, func(t token) bool { return t.stem == stem })
}

// negation reports a "no" that was lost or added: words that stand under one in
// the entry and not in the draft, or the other way round.
func (v *vocabulary) negation(s *sentence, rests []*sentence) bool {
	under, clear := v.negated(s)
	var theirs, free = map[string]bool{}, map[string]bool{}
	count := 0
	for _, r := range rests {
		u, c := v.negated(r)
		for root := range u {
			theirs[root] = true
		}
		for root := range c {
			free[root] = true
		}
		if r.lead != nil {
			_, c := v.negated(r.lead)
			for root := range c {
				free[root] = true
			}
		}
		if v.covered(s, r) >= 0.5 {
			count += negators(r)
		}
	}
	for root := range under {
		if !theirs[root] && free[root] {
			return true
		}
	}
	for root := range clear {
		if theirs[root] && !free[root] {
			return true
		}
	}
	total := 0
	for _, r := range rests {
		total += negators(r)
	}
	mine := negators(s)
	return mine < count || mine > total
}

// reach is how many words with a claim a "no" covers.
const reach = 3

// negated gives the words that stand close after a "no" and those that do not.
func (v *vocabulary) negated(s *sentence) (under, clear map[string]bool) {
	under, clear = map[string]bool{}, map[string]bool{}
	left := 0
	for i, t := range s.tokens {
		if s.breaks[i] {
			left = 0
		}
		switch t.kind {
		case negator:
			left = reach
		case content, strict, figure:
			if left > 0 {
				under[t.root] = true
				left--
			} else {
				clear[t.root] = true
			}
		}
	}
	return under, clear
}

func negators(s *sentence) int {
	n := 0
	for _, t := range s.tokens {
		if t.kind == negator {
			n++
		}
	}
	return n
}

// covered is the share of the claim-bearing words of an entry's sentence that the
// draft has.
func (v *vocabulary) covered(s, r *sentence) float64 {
	all, have := 0, 0
	for _, t := range r.tokens {
		if t.kind == content || t.kind == figure {
			all++
			if s.roots[t.root] {
				have++
			}
		}
	}
	if all == 0 {
		return 0
	}
	return float64(have) / float64(all)
}

// strength reports that all that softens or limits the entry's sentence is gone.
func (v *vocabulary) strength(s *sentence, rests []*sentence) bool {
	for _, r := range rests {
		if v.covered(s, r) < 0.5 {
			continue
		}
		for _, t := range r.tokens {
			if t.hedge && !kept(s, t) {
				return true
			}
		}
	}
	return false
}

// kept reports whether the draft has a softening word, or another of its row.
func kept(s *sentence, hedge token) bool {
	return slices.ContainsFunc(s.tokens, func(t token) bool { return t.hedge && (t.root == hedge.root || t.stem == hedge.stem) })
}

// order reports that the things a sentence is about stand in another order than in
// the entry: who did better than whom, which figure is whose.
func (v *vocabulary) order(s *sentence, rests []*sentence) bool {
	for _, r := range rests {
		theirs := pivots(r)
		at := 0
		for _, p := range pivots(s) {
			if !slices.Contains(theirs, p) {
				continue
			}
			next := slices.Index(theirs[at:], p)
			if next < 0 {
				return true
			}
			at += next + 1
		}
	}
	return false
}

func pivots(s *sentence) []string {
	var out []string
	for _, t := range s.tokens {
		if (t.subject || t.kind == figure) && (len(out) == 0 || out[len(out)-1] != t.root) {
			out = append(out, t.root)
		}
	}
	return out
}

// turned reports that what stands after a word with two sides, such as "than",
// stands before it in the entry.
func (v *vocabulary) turned(s *sentence, rests []*sentence) bool {
	for i, t := range s.tokens {
		if !v.sides[t.word] {
			continue
		}
		after, ok := nextContent(s, i)
		if !ok {
			continue
		}
		found, right := false, false
		for _, r := range rests {
			for k, u := range r.tokens {
				if u.word != t.word {
					continue
				}
				for at, w := range r.tokens {
					if w.root == after {
						found = true
						right = right || at > k
					}
				}
			}
		}
		if found && !right {
			return true
		}
	}
	return false
}

func nextContent(s *sentence, i int) (string, bool) {
	for _, t := range s.tokens[i+1:] {
		if t.kind == content || t.kind == figure {
			return t.root, true
		}
	}
	return "", false
}
