package search

import "math"

// Threshold is the chance below which an entry is not shown as the answer. It
// was chosen on the "dev" half of testdata, where it keeps false answers to
// questions without an entry near one in twenty.
const Threshold = 0.4

// features are the measures that the chance rests on, for the first entry.
func (x *Index) features(matches []*match, terms map[string]bool) []float64 {
	first := matches[0]
	second := 0.0
	if len(matches) > 1 {
		second = matches[1].combined
	}
	unknown := 0.0 // the question's weight that no entry knows at all
	total := 0.0
	for t := range terms {
		w := x.weight(t)
		total += w
		if _, ok := x.idf[t]; !ok {
			unknown += w
		}
	}
	return []float64{first.covered, first.known, first.precise, first.combined - second, ratio(unknown, total), math.Log1p(first.wording), math.Log1p(first.whole), math.Log1p(float64(len(terms)))}
}

// coefficients of the logistic fit of "the first entry is right" on features,
// and its constant last, fitted on the "dev" half of testdata.
var coefficients = []float64{1.637, -0.970, 0.981, 1.732, -0.691, 2.051, 7.454, 1.692, -5.750}

func chance(features []float64) float64 {
	z := coefficients[len(features)]
	for i, f := range features {
		z += coefficients[i] * f
	}
	return 1 / (1 + math.Exp(-z))
}

// weigh counts in how many entries each term stands.
func (x *Index) weigh() {
	n := 0
	counts := map[string]int{}
	for _, d := range x.docs {
		if !d.whole {
			continue
		}
		n++
		for t := range d.terms {
			counts[t]++
		}
	}
	x.idf = make(map[string]float64, len(counts))
	for t, c := range counts {
		x.idf[t] = math.Log(1 + (float64(n)-float64(c)+0.5)/(float64(c)+0.5))
	}
	x.unseen = math.Log(1 + (float64(n)+0.5)/0.5)
}

// weight is the inverse document frequency of a term; one that no entry has
// weighs most.
func (x *Index) weight(term string) float64 {
	if w, ok := x.idf[term]; ok {
		return w
	}
	return x.unseen
}

// share returns how much of the weight of a is also in b, 0 to 1.
func (x *Index) share(a, b map[string]bool) float64 {
	in, all := 0.0, 0.0
	for t := range a {
		w := x.weight(t)
		all += w
		if b[t] {
			in += w
		}
	}
	return ratio(in, all)
}
