package check

import "maps"

// negation reports a "no" that was lost or added. What it denies is the first word
// with a claim right after it: that word must stand under a "no" in both. And a draft
// has as many of them as the parts of the entry that it tells.
func (v *vocabulary) negation(s *sentence, rests []*sentence) bool {
	mine := v.negated(s)
	var theirs denial
	least, most := 0, 0
	for _, r := range rests {
		theirs.join(v.negated(r))
		for _, part := range v.limbs(r) {
			if told(s, part) >= 0.5 {
				least += negators(part)
			}
		}
		most += negators(r.tokens)
	}
	for root := range mine.heads {
		if !theirs.under[root] && theirs.clear[root] {
			return true
		}
	}
	for root := range theirs.heads {
		if mine.clear[root] && !mine.under[root] && !theirs.clear[root] {
			return true
		}
	}
	return negators(s.tokens) < least || negators(s.tokens) > most
}

// reach is how many words with a claim a "no" covers.
const reach = 3

// near is how many words of any kind after a "no" the word that it denies stands.
const near = 3

// A denial is which words stand close after a "no", which of them first, and which
// do not.
type denial struct{ heads, under, clear map[string]bool }

func (d *denial) join(o denial) {
	if d.heads == nil {
		*d = denial{map[string]bool{}, map[string]bool{}, map[string]bool{}}
	}
	maps.Copy(d.heads, o.heads)
	maps.Copy(d.under, o.under)
	maps.Copy(d.clear, o.clear)
}

func (v *vocabulary) negated(s *sentence) denial {
	d := denial{map[string]bool{}, map[string]bool{}, map[string]bool{}}
	left, since, head := 0, 0, false
	for i, t := range s.tokens {
		if i > 0 && s.clause[i] != s.clause[i-1] {
			left, head = 0, false
		}
		since++
		switch t.kind {
		case negator:
			left, since, head = reach, 0, true
			if v.saysAll(s, i) {
				left, head = 0, false
			}
		case content, strict, figure:
			if left == 0 {
				d.clear[t.root] = true
				continue
			}
			d.under[t.root] = true
			left--
			if head && since <= near {
				d.heads[t.root] = true
			}
			head = false
		}
	}
	return d
}

// saysAll reports a "no" with its whole meaning in the next word: what is "not known"
// may stand before or after it.
func (v *vocabulary) saysAll(s *sentence, i int) bool {
	return s.tokens[i].kind == negator && i+1 < len(s.tokens) && v.whole[s.tokens[i+1].word]
}

func negators(tokens []token) int {
	n := 0
	for _, t := range tokens {
		if t.kind == negator {
			n++
		}
	}
	return n
}
