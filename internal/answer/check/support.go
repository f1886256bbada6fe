package check

import "slices"

// maxRests is how many sentences of the entries one drafted sentence may join.
const maxRests = 3

// verbatim finds the sentence of the entries that a drafted one repeats.
func verbatim(cited []*passage, s *sentence) *sentence {
	for _, p := range cited {
		for _, have := range p.sentences {
			if have.plain == s.plain {
				return have
			}
		}
	}
	return nil
}

// support finds the sentences that a drafted one rests on: those that hold most
// of its words, as few as will do.
func (v *vocabulary) support(cited []*passage, s *sentence) ([]*sentence, Rule) {
	missing := map[string]bool{}
	for _, t := range s.tokens {
		if t.kind == content || t.kind == strict || t.kind == figure {
			missing[t.root] = true
		}
	}
	anywhere, asked := v.anywhere(cited), 0
	for root := range v.negated(s).heads { // what is denied has to be denied in a sentence
		delete(anywhere, root)
	}
	var rests []*sentence
	for len(rests) < maxRests && len(missing) > 0 {
		best, most := (*sentence)(nil), 0.0
		for _, p := range cited {
			for _, have := range p.wholes {
				if slices.Contains(rests, have) {
					continue
				}
				if got := v.gain(missing, have, rests); got > most {
					best, most = have, got
				}
			}
		}
		if best == nil {
			break
		}
		rests = append(rests, best)
		drop(missing, best)
		for root := range missing {
			if anywhere[root] {
				asked++
				delete(missing, root)
			}
		}
	}
	if len(rests) == 0 {
		return nil, Unsupported
	}
	if rule := v.left(missing, s); rule != "" {
		return rests, rule
	}
	if own := claims(s) - asked; (own < leastClaims || own < asked) && v.covered(s, rests[0]) < 1 {
		return rests, Unsupported
	}
	return rests, ""
}

// anywhere are the words that a sentence may have if the cited entries have them in
// any place: those of their questions, which claim nothing, and the most common.
func (v *vocabulary) anywhere(cited []*passage) map[string]bool {
	out := map[string]bool{}
	for _, p := range cited {
		for _, t := range p.question.tokens {
			if t.kind == content && !t.subject && !v.units[t.stem] {
				out[t.root] = true
			}
		}
		for _, have := range p.sentences {
			for root := range have.roots {
				if v.common[root] {
					out[root] = true
				}
			}
		}
	}
	return out
}

// leastClaims is how many different words with a claim a sentence must have in
// common with those it rests on: with less, it says something else in small words.
const leastClaims = 2

// claims counts the different words with a claim.
func claims(s *sentence) int {
	seen := map[string]bool{}
	for _, t := range s.tokens {
		if t.kind == content || t.kind == figure {
			seen[t.root] = true
		}
	}
	return len(seen)
}

func isFigure(root string) bool { return root[0] == '$' || root[0] >= '0' && root[0] <= '9' }

// gain is how much a sentence adds to what is missing, with a little for one that
// stands beside those already found, and a little less for one with much else.
func (v *vocabulary) gain(missing map[string]bool, have *sentence, rests []*sentence) float64 {
	got := 0.0
	for root := range missing {
		switch {
		case !have.roots[root]:
		case isFigure(root):
			got += 2
		default:
			got++
		}
	}
	if got == 0 {
		return 0
	}
	for _, r := range rests {
		if d := have.at - r.at; d == 1 || d == -1 {
			got += 0.5
		}
	}
	return got - 0.02*float64(len(have.tokens))
}

func drop(missing map[string]bool, have *sentence) {
	for root := range missing {
		if have.roots[root] {
			delete(missing, root)
		}
	}
}

// left says which rule the words break that no sentence has.
func (v *vocabulary) left(missing map[string]bool, s *sentence) Rule {
	rule := Rule("")
	for _, t := range s.tokens {
		if !missing[t.root] {
			continue
		}
		switch t.kind {
		case figure:
			return Figure
		case strict:
			rule = Strength
		case content:
			if rule == "" {
				rule = Unsupported
			}
		}
	}
	return rule
}
