package check

import "slices"

// maxRests is how many sentences of the entries one drafted sentence may join.
const maxRests = 3

// verbatim finds the sentence of the entries that a drafted one repeats.
func verbatim(cited []passage, s *sentence) *sentence {
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
func (v *vocabulary) support(cited []passage, s *sentence) ([]*sentence, Rule) {
	missing := map[string]bool{}
	for _, t := range s.tokens {
		if t.kind == content || t.kind == strict || t.kind == figure {
			missing[t.root] = true
		}
	}
	var rests []*sentence
	var questions []*sentence
	for _, p := range cited {
		questions = append(questions, p.question)
	}
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
	}
	if len(rests) == 0 {
		return nil, Unsupported
	}
	for _, q := range questions {
		for root := range missing {
			if q.roots[root] && v.mayComeFromQuestion(root) {
				delete(missing, root)
			}
		}
	}
	return rests, v.left(missing, s)
}

// mayComeFromQuestion says that the words of an entry's own question may be
// repeated, which makes no claim; limits and figures in it may not.
func (v *vocabulary) mayComeFromQuestion(root string) bool { return root[0] != '=' && !isFigure(root) }

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
