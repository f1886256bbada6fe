package search

import (
	"fmt"
	"math"
	"slices"
)

// Descent is by Adam (Kingma and Ba 2015) on all examples at once; there are a
// dozen weights.
const (
	descentSteps = 1500
	descentRate  = 0.02
	rankDecay    = 1e-3
	chanceDecay  = 2e-3
)

// maxFalse is the share of questions without an entry that may be answered where
// the threshold is chosen: half of what is allowed, since others will ask
// other things.
const maxFalse = 0.025

// descend moves weights against their gradient.
func descend(weights []float64, decay float64, gradient func(w, into []float64)) {
	g, mean, square := make([]float64, len(weights)), make([]float64, len(weights)), make([]float64, len(weights))
	for step := 1; step <= descentSteps; step++ {
		clear(g)
		gradient(weights, g)
		rate := descentRate * (1 - 0.9*float64(step)/descentSteps)
		for i := range weights {
			d := g[i] + decay*weights[i]
			mean[i] = 0.9*mean[i] + 0.1*d
			square[i] = 0.999*square[i] + 0.001*d*d
			m, s := mean[i]/(1-math.Pow(0.9, float64(step))), square[i]/(1-math.Pow(0.999, float64(step)))
			weights[i] -= rate * m / (math.Sqrt(s) + 1e-9)
		}
	}
}

// fitRank finds the weights under which right entries are likeliest (a
// conditional logit).
func fitRank(questions []Question, compared []comparison) []float64 {
	weights := make([]float64, measureCount)
	weights[nearest], weights[spelledLike] = 1, 1
	descend(weights, rankDecay, func(w, into []float64) {
		n := 0.0
		for i, c := range compared {
			if len(questions[i].Entries) > 0 && addRankGradient(w, into, questions[i], c) {
				n++
			}
		}
		for k := range into {
			into[k] /= max(1, n)
		}
	})
	return weights
}

// addRankGradient adds the gradient of one question's log loss, and reports
// whether a right entry is among the candidates at all.
func addRankGradient(w, into []float64, q Question, c comparison) bool {
	p, right := make([]float64, len(c.candidates)), 0.0
	top := math.Inf(-1)
	for i, cand := range c.candidates {
		p[i] = dot(w, cand.measures[:])
		top = max(top, p[i])
	}
	sum := 0.0
	for i := range p {
		p[i] = math.Exp(p[i] - top)
		sum += p[i]
	}
	for i, cand := range c.candidates {
		p[i] /= sum
		if q.Answers(cand.entry) {
			right += p[i]
		}
	}
	if right == 0 {
		return false
	}
	for i, cand := range c.candidates {
		g := p[i]
		if q.Answers(cand.entry) {
			g -= p[i] / right
		}
		for k, m := range cand.measures {
			into[k] += g * m
		}
	}
	return true
}

// fitChance finds the weights of the signs and the threshold.
func (j *judgment) fitChance(questions []Question, compared []comparison) {
	var rows [][]float64
	var right []bool
	for i, c := range compared {
		order, chances := j.rank(c)
		if len(order) == 0 {
			continue
		}
		rows = append(rows, signs(c, order, chances))
		right = append(right, questions[i].Answers(c.candidates[order[0]].entry))
	}
	j.Chance = make([]float64, signCount)
	descend(j.Chance, chanceDecay, func(w, into []float64) {
		for i, row := range rows {
			g := logistic(dot(w, row))
			if right[i] {
				g--
			}
			for k, s := range row {
				into[k] += g * s / float64(len(rows))
			}
		}
	})
	j.setThreshold(questions, compared)
}

// setThreshold lets at most maxFalse of the questions without an entry be
// answered.
func (j *judgment) setThreshold(questions []Question, compared []comparison) {
	var scores []float64
	for i, c := range compared {
		if order, chances := j.rank(c); len(order) > 0 && len(questions[i].Entries) == 0 {
			scores = append(scores, logistic(dot(j.Chance, signs(c, order, chances))))
		}
	}
	slices.Sort(scores)
	if n := len(scores); n > 0 {
		j.Sure = scores[min(n-1, int(float64(n)*(1-maxFalse)))]
	}
}

// fitted says how well the ranking does on the questions that it was fitted on;
// the intent model had not seen them.
func (j *judgment) fitted(questions []Question, compared []comparison) string {
	first, third, candidates, total := 0, 0, 0, 0
	for i, c := range compared {
		if len(questions[i].Entries) == 0 {
			continue
		}
		total++
		order, _ := j.rank(c)
		for place, k := range order {
			if questions[i].Answers(c.candidates[k].entry) {
				if place == 0 {
					first++
				}
				if place < 3 {
					third++
				}
				candidates++
				break
			}
		}
	}
	return fmt.Sprintf("of %d questions the right entry is first for %d, in the first three for %d, a candidate for %d", total, first, third, candidates)
}
