package search

import (
	"math"
	"slices"
	"strings"

	"kapbot/internal/search/intent"
)

// A Model is all that search learned from questions, and the vectors of the
// wordings. It is safe for concurrent use.
type Model struct {
	intents []*intent.Model // of one training each; their chances are averaged
	weights [2]judgment     // without and with the intent models
	cache   *cache
}

// judgment is how measures become a ranking, and a ranking a chance.
type judgment struct {
	Rank   []float64 // a weight for each measure
	Chance []float64 // a weight for each sign, and a constant last
	Sure   float64   // the chance from which the first entry is shown
}

// learnedLang is the language that the intent model was trained on.
const learnedLang = "en"

func (m *Model) learned(lang string) bool { return len(m.intents) > 0 && lang == learnedLang }

func (m *Model) class(entry, lang string) (int, bool) {
	if !m.learned(lang) {
		return 0, false
	}
	return m.intents[0].Place(entry)
}

// chances asks every intent model.
func (m *Model) chances(in intent.Input) []float32 {
	mean := m.intents[0].Probabilities(in)
	for _, other := range m.intents[1:] {
		for i, p := range other.Probabilities(in) {
			mean[i] += p
		}
	}
	for i := range mean {
		mean[i] /= float32(len(m.intents))
	}
	return mean
}

func (m *Model) judgment(c comparison) judgment {
	if c.learned {
		return m.weights[1]
	}
	return m.weights[0]
}

// guess gives the entries that the intent models do not know the chance that the
// other measures give them, and takes it from what the models give to none.
func (m *Model) guess(c *comparison) {
	order, chances := m.weights[0].rank(*c)
	for i, place := range order {
		if cand := &c.candidates[place]; cand.new {
			cand.measures[byIntent] = math.Log(max(least, chances[i]))
			cand.measures[byChance] = chances[i]
			c.none *= 1 - chances[i]
		}
	}
}

// closeShare is the part of the chance for showing an entry that is enough for
// asking whether it was meant.
const closeShare = 0.5

// shown is how many hits a result has at most.
const shown = 5

// judge ranks the candidates and says how sure the first one is.
func (m *Model) judge(c comparison) Result {
	j := m.judgment(c)
	order, chances := j.rank(c)
	if len(order) == 0 {
		return Result{}
	}
	r := Result{Score: logistic(dot(j.Chance, signs(c, order, chances)))}
	for i, place := range order[:min(shown, len(order))] {
		r.Hits = append(r.Hits, Hit{c.candidates[place].entry, chances[i]})
	}
	switch {
	case r.Score >= j.Sure:
		r.Outcome = Sure
	case r.Score >= j.Sure*closeShare:
		r.Outcome = Close
	}
	return r
}

// rank orders the candidates and gives each its chance of being the best.
func (j judgment) rank(c comparison) (order []int, chances []float64) {
	scores := make([]float64, len(c.candidates))
	for i, cand := range c.candidates {
		scores[i] = dot(j.Rank, cand.measures[:])
		order = append(order, i)
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case scores[a] > scores[b]:
			return -1
		case scores[a] < scores[b]:
			return 1
		}
		return strings.Compare(c.candidates[a].entry, c.candidates[b].entry)
	})
	sum := 0.0
	for _, i := range order {
		e := math.Exp(scores[i] - scores[order[0]])
		chances = append(chances, e)
		sum += e
	}
	for i := range chances {
		chances[i] /= sum
	}
	return order, chances
}

// signCount is how many signs there are.
const signCount = 13

// signs are what the chance of the first candidate is read from, with 1 for the
// constant last.
func signs(c comparison, order []int, chances []float64) []float64 {
	first := c.candidates[order[0]].measures
	second := 0.0
	if len(chances) > 1 {
		second = chances[1]
	}
	return []float64{
		math.Log(chances[0]), chances[0] - second, first[byIntent], first[byChance], math.Log(max(least, c.none)),
		first[nearest], first[nearestFew], first[spelledLike], first[spelledFew], first[known], c.nowhere,
		math.Log1p(float64(c.terms)), 1,
	}
}

func logistic(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

func dot(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

func joined(terms []string) string { return strings.Join(terms, " ") }
