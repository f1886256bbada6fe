package classifier

import (
	"math"
	"math/rand/v2"
	"slices"

	"kapbot/internal/crisis/words"
)

// What the linear part reads: runs of up to gramWords words, and pieces of
// gramLeast to gramMost letters of each word, hashed into buckets (Weinberger et
// al. 2009). It knows the phrases that matter by heart, where the network knows
// what they are like.
const (
	gramBuckets = 1 << 18
	gramWords   = 3
	gramLeast   = 3
	gramMost    = 5
	gramRate    = 0.3
	gramDecay   = 1e-5
	gramEpochs  = 10
	// gramStart damps the first steps of a bucket that is seldom seen.
	gramStart = 1e-2
)

// grams is a logistic regression over hashed n-grams.
type grams struct {
	weights []float32
	bias    [1]float32 // one number, stored as the weights are
}

func newGrams() *grams { return &grams{weights: make([]float32, gramBuckets)} }

// A gram is one bucket and how much of it a text holds.
type gram struct {
	bucket uint32
	value  float32
}

// FNV-1a, by hand: the same bucket on every machine and in every version.
const (
	fnvStart uint32 = 2166136261
	fnvPrime uint32 = 16777619
)

func hashInto(h uint32, s string) uint32 {
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * fnvPrime
	}
	return h
}

// gramsOf lists the n-grams of a text. Words and letters are brought to length
// one each, so that a long text does not weigh more than a short one.
func gramsOf(tokens []words.Token) []gram {
	var whole, parts []uint32
	for i := range tokens {
		h := fnvStart
		for k := i; k < min(i+gramWords, len(tokens)); k++ {
			h = hashInto(hashInto(h, " "), tokens[k].Text)
			whole = append(whole, h%gramBuckets)
		}
		word := "<" + tokens[i].Text + ">"
		for from := range len(word) {
			h := hashInto(fnvStart, "#")
			for to := from; to < min(from+gramMost, len(word)); to++ {
				h = (h ^ uint32(word[to])) * fnvPrime
				if to-from+1 >= gramLeast {
					parts = append(parts, h%gramBuckets)
				}
			}
		}
	}
	return append(tally(whole), tally(parts)...)
}

// tally counts buckets, dampens the counts and scales them to length one.
func tally(buckets []uint32) []gram {
	slices.Sort(buckets)
	var out []gram
	sum := 0.0
	for i := 0; i < len(buckets); {
		n := 1
		for i+n < len(buckets) && buckets[i+n] == buckets[i] {
			n++
		}
		v := 1 + math.Log(float64(n))
		sum += v * v
		out = append(out, gram{buckets[i], float32(v)})
		i += n
	}
	scale := float32(1 / math.Sqrt(max(sum, 1)))
	for i := range out {
		out[i].value *= scale
	}
	return out
}

// logit is how strongly the n-grams speak for the card.
func (g *grams) logit(text []gram) float64 {
	sum := g.bias[0]
	for _, x := range text {
		sum += g.weights[x.bucket] * x.value
	}
	return float64(sum)
}

// learn fits the weights by AdaGrad (Duchi et al. 2011), one text at a time.
func (g *grams) learn(samples []sample, rng *rand.Rand) {
	squares := make([]float32, gramBuckets)
	for i := range squares {
		squares[i] = gramStart
	}
	for range gramEpochs {
		for _, i := range rng.Perm(len(samples)) {
			s := &samples[i]
			chance := float32(1 / (1 + math.Exp(-g.logit(s.grams))))
			d := (chance - s.target) * s.weight
			for _, x := range s.grams {
				slope := d*x.value + gramDecay*g.weights[x.bucket]
				squares[x.bucket] += slope * slope
				g.weights[x.bucket] -= gramRate * slope / float32(math.Sqrt(float64(squares[x.bucket])))
			}
			g.bias[0] -= 0.01 * d
		}
	}
}
