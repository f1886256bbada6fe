package intent

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"
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
		buckets = append(buckets, begin('w').with(w).bucket())
	}
	before := "<"
	for _, w := range words {
		buckets = append(buckets, begin('w').with(w).bucket(), begin('b').with(before).with(w).bucket())
		before = w
		buckets = appendRuns(buckets, string([]rune("<"+w+">"))) // what is no letter is one wrong letter
	}
	slices.Sort(buckets)
	buckets = slices.Compact(buckets)
	grams := make([]Gram, len(buckets))
	for i, b := range buckets {
		grams[i] = Gram{b, 1}
	}
	return grams
}

// appendRuns appends the buckets of the letter runs of a word. Those that begin at one
// letter are hashed in one go, the longer ones from where the shorter ones end.
func appendRuns(buckets []uint16, word string) []uint16 {
	for start := range word {
		h, letters := begin('c'), 0
		for at, letter := range word[start:] {
			if letters == longest {
				break
			}
			h = h.letters(word[start+at:][:utf8.RuneLen(letter)])
			if letters++; letters >= shortest {
				buckets = append(buckets, h.end().bucket())
			}
		}
	}
	return buckets
}

// fnv is an FNV-1a that is under way.
type fnv uint32

func begin(kind byte) fnv { return fnv(2166136261).step(kind) }

func (h fnv) step(c byte) fnv { return (h ^ fnv(c)) * 16777619 }

func (h fnv) letters(s string) fnv {
	for i := range len(s) {
		h = h.step(s[i])
	}
	return h
}

func (h fnv) end() fnv { return h.step(0) }

// with hashes a whole part.
func (h fnv) with(part string) fnv { return h.letters(part).end() }

// bucket folds it to 16 bits.
func (h fnv) bucket() uint16 { return uint16(h>>16) ^ uint16(h) }

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
	text = strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(text), "'", ""), "’", "")
	return strings.FieldsFunc(text, func(r rune) bool {
		return r < '0' || r > '9' && r < 'a' || r > 'z' && r < 0xC0
	})
}
