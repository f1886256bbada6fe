package intent

import (
	"math"
	"slices"
	"strings"
)

// Buckets is how many different grams are told apart; what hashes alike is one.
const Buckets = 1 << 16

// The lengths of the letter runs that are grams.
const (
	shortest = 3
	longest  = 5
)

// A Gram is one gram of a text and how often it stands there, later its weight.
type Gram struct {
	Bucket uint16
	Weight float32
}

// Grams lists the grams of words in order of bucket, each once with weight 1.
// Of the words of also, which are other names for some of them, only the whole
// is a gram.
func Grams(words, also []string) []Gram {
	var buckets []uint16
	for _, w := range also {
		buckets = append(buckets, hash('w', w))
	}
	before := "<"
	for _, w := range words {
		buckets = append(buckets, hash('w', w), hash('b', before, w))
		before = w
		padded := []rune("<" + w + ">")
		for n := shortest; n <= longest; n++ {
			for i := 0; i+n <= len(padded); i++ {
				buckets = append(buckets, hash('c', string(padded[i:i+n])))
			}
		}
	}
	slices.Sort(buckets)
	buckets = slices.Compact(buckets)
	grams := make([]Gram, len(buckets))
	for i, b := range buckets {
		grams[i] = Gram{b, 1}
	}
	return grams
}

// hash is FNV-1a, folded to 16 bits.
func hash(kind byte, parts ...string) uint16 {
	h := uint32(2166136261)
	step := func(c byte) { h = (h ^ uint32(c)) * 16777619 }
	step(kind)
	for _, p := range parts {
		for i := range len(p) {
			step(p[i])
		}
		step(0)
	}
	return uint16(h>>16) ^ uint16(h)
}

// Rarity weighs grams by how few texts have them, as the inverse document
// frequency does. A gram that fewer than least texts have weighs nothing.
func Rarity(texts [][]Gram, least int) []float32 {
	counts := make([]int, Buckets)
	for _, grams := range texts {
		for _, g := range grams {
			counts[g.Bucket]++
		}
	}
	weights := make([]float32, Buckets)
	for i, n := range counts {
		if n >= max(1, least) {
			weights[i] = float32(math.Log(float64(len(texts)+1) / float64(n)))
		}
	}
	return weights
}

// Weigh returns the grams that have a weight, scaled to length one.
func Weigh(grams []Gram, weights []float32) []Gram {
	out := make([]Gram, 0, len(grams))
	sum := float32(0)
	for _, g := range grams {
		if w := weights[g.Bucket]; w > 0 {
			out = append(out, Gram{g.Bucket, w})
			sum += w * w
		}
	}
	if sum > 0 {
		scale := 1 / float32(math.Sqrt(float64(sum)))
		for i := range out {
			out[i].Weight *= scale
		}
	}
	return out
}

// Words cuts a text into lower-case words of letters and digits; apostrophes
// vanish, so that "dont" and "don't" are one word.
func Words(text string) []string {
	text = strings.NewReplacer("'", "", "’", "").Replace(strings.ToLower(text))
	return strings.FieldsFunc(text, func(r rune) bool {
		return r < '0' || r > '9' && r < 'a' || r > 'z' && r < 0xC0
	})
}
