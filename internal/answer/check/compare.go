package check

import "slices"

// compare holds a drafted sentence against those it rests on, all of whose words
// it is known to have.
func (v *vocabulary) compare(s *sentence, rests []*sentence, anywhere map[string]bool) Rule {
	for _, test := range []struct {
		rule  Rule
		fault func(*sentence, []*sentence) bool
	}{
		{Scattered, func(s *sentence, rests []*sentence) bool { return scattered(s, rests, anywhere) }},
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

// scattered reports a clause whose words no single sentence has: one put together
// from pieces. The words that may come from anywhere do not count.
func scattered(s *sentence, rests []*sentence, anywhere map[string]bool) bool {
	for _, clause := range s.parts() {
		whole := slices.ContainsFunc(rests, func(r *sentence) bool {
			return !slices.ContainsFunc(clause, func(t token) bool {
				return t.kind != free && t.kind != negator && !anywhere[t.root] && !has(r, t.root) && slices.ContainsFunc(rests, func(o *sentence) bool { return has(o, t.root) })
			})
		})
		if !whole {
			return true
		}
	}
	return false
}

// parts gives the clauses, a short one with the one before it: "and February 2022"
// is no clause. One without a claim, such as "As of 2022", belongs to the next.
func (s *sentence) parts() [][]token { return s.grouped(nil) }

// limbs gives the parts, and apart from them what is added with a word such as "and"
// and has a claim: whoever leaves that out tells less and nothing else.
func (v *vocabulary) limbs(s *sentence) [][]token { return s.grouped(v.adds) }

func (s *sentence) grouped(adds map[string]bool) [][]token {
	var out [][]token
	last := 0 // claims in the last part
	for i, clause := range s.clauses() {
		least, claims := 2, 0
		if adds[clause[0].word] {
			least = 1
		}
		for _, t := range clause {
			if t.kind == content {
				claims++
			}
		}
		if i > 0 && (claims < least || last == 0) {
			out[len(out)-1] = append(out[len(out)-1], clause...)
			last += claims
			continue
		}
		out, last = append(out, clause), claims
	}
	return out
}

// clauses gives the words of each clause.
func (s *sentence) clauses() [][]token {
	var out [][]token
	for i, t := range s.tokens {
		if i == 0 || s.clause[i] != s.clause[i-1] {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], t)
	}
	return out
}

func has(s *sentence, root string) bool { return s.roots[root] }

// figures reports a figure whose unit, or whose neighbor among the figures, is
// not that of the entry.
func (v *vocabulary) figures(s *sentence, rests []*sentence) bool {
	for _, t := range s.tokens {
		if t.kind != figure || t.unit == "" {
			continue
		}
		if !slices.ContainsFunc(rests, func(r *sentence) bool { return hasFigure(r, t) }) {
			return true
		}
	}
	for _, clause := range s.clauses() {
		for _, r := range rests {
			if skips(figuresOf(clause), figuresOf(r.tokens)) {
				return true
			}
		}
	}
	return false
}

// skips reports that figures which stand together in a clause do not stand together
// in the entry.
func skips(mine, theirs []string) bool {
	mine = slices.DeleteFunc(mine, func(f string) bool { return !slices.Contains(theirs, f) })
	if len(mine) < 2 {
		return false
	}
	for i := range len(theirs) - len(mine) + 1 {
		if slices.Equal(mine, theirs[i:i+len(mine)]) {
			return false
		}
	}
	return true
}

func figuresOf(tokens []token) []string {
	var out []string
	for _, t := range tokens {
		if t.kind == figure {
			out = append(out, t.root)
		}
	}
	return out
}

func hasFigure(s *sentence, f token) bool {
	return slices.ContainsFunc(s.tokens, func(t token) bool { return t.kind == figure && t.root == f.root && t.unit == f.unit })
}

// opposite reports a word in the place of its opposite: the entry's sentence has
// the one, and the draft only the other.
func (v *vocabulary) opposite(s *sentence, rests []*sentence) bool {
	for _, t := range s.tokens {
		for _, o := range v.opposites[t.stem] {
			for _, r := range rests {
				if hasStem(r, o) && !hasStem(r, t.stem) && !hasStem(s, o) {
					return true
				}
			}
		}
	}
	return false
}

func hasStem(s *sentence, stem string) bool {
	return slices.ContainsFunc(s.tokens, func(t token) bool { return t.stem == stem })
}

// told is the share of the words with a claim in a part of the entry that the draft
// has; 0 where it has none.
func told(s *sentence, part []token) float64 {
	all, have := 0, 0
	for _, t := range part {
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

// covered is the share of the claim-bearing words of an entry's sentence that the
// draft has.
func (v *vocabulary) covered(s, r *sentence) float64 { return told(s, r.tokens) }

// strength reports that something that softens or limits a part of the entry that the
// draft tells is gone.
func (v *vocabulary) strength(s *sentence, rests []*sentence) bool {
	count := map[string]int{}
	for _, r := range rests {
		for _, part := range v.limbs(r) {
			if told(s, part) < 0.5 {
				continue
			}
			for _, t := range part {
				if t.hedge {
					count[t.root]++
				}
				if t.hedge && !kept(s, t) {
					return true
				}
			}
		}
	}
	for _, t := range s.tokens {
		count[t.root]--
	}
	return count["=only"] > 0
}

// kept reports whether the draft has a softening word, or another of its row.
func kept(s *sentence, hedge token) bool {
	return slices.ContainsFunc(s.tokens, func(t token) bool { return t.root == hedge.root || t.hedge && t.stem == hedge.stem })
}

// order reports that the names or figures stand in another order than in the entry, or
// more often: who did better than whom, which figure is whose. A sentence may be turned
// round whole: "if X, then Y" is "Y if X".
func (v *vocabulary) order(s *sentence, rests []*sentence) bool {
	subject := func(t token) bool { return t.subject }
	number := func(t token) bool { return t.kind == figure }
	claim := func(t token) bool { return t.kind == content || t.kind == figure }
	for _, r := range rests {
		mine, theirs := shared(s, r, claim), shared(r, s, claim)
		for _, of := range []func(token) bool{subject, number} {
			if !within(shared(s, r, of), shared(r, s, of)) && !rotated(mine, theirs) {
				return true
			}
		}
	}
	return v.moreOften(s, rests)
}

// shared gives the words of a sentence that another one has too, in order.
func shared(of, with *sentence, which func(token) bool) []string {
	return slices.DeleteFunc(pick(of.tokens, which), func(root string) bool { return !with.roots[root] })
}

// within reports whether all of some words stand among others in the same order.
func within(words, among []string) bool {
	for _, w := range words {
		at := slices.Index(among, w)
		if at < 0 {
			return false
		}
		among = among[at+1:]
	}
	return true
}

// rotated reports whether words are others with the end put first.
func rotated(words, others []string) bool {
	if len(words) != len(others) {
		return false
	}
	for i := range others {
		if slices.Equal(words, slices.Concat(others[i:], others[:i])) {
			return true
		}
	}
	return false
}

// moreOften reports a word that the draft has more often than the entry: it took the
// place of another one.
func (v *vocabulary) moreOften(s *sentence, rests []*sentence) bool {
	counted := func(t token) bool {
		return t.subject || t.kind == figure || v.units[t.stem] || len(v.opposites[t.stem]) > 0
	}
	count := map[string]int{}
	for _, p := range pick(s.tokens, counted) {
		count[p]++
	}
	for _, r := range rests {
		for _, p := range pick(r.tokens, counted) {
			count[p]--
		}
	}
	for p, n := range count {
		if n > 0 && slices.ContainsFunc(rests, func(r *sentence) bool { return r.roots[p] }) {
			return true
		}
	}
	return false
}

func pick(tokens []token, which func(token) bool) []string {
	var out []string
	for _, t := range tokens {
		if which(t) {
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
		if v.saysAll(s, i) {
			continue
		}
		after, ok := nextContent(s, i, t.kind == negator)
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

// nextContent is the next word with a claim, near: in the same clause.
func nextContent(s *sentence, i int, near bool) (string, bool) {
	for k, t := range s.tokens[i+1:] {
		if near && s.clause[i+1+k] != s.clause[i] {
			return "", false
		}
		if t.kind == content || t.kind == figure {
			return t.root, true
		}
	}
	return "", false
}
