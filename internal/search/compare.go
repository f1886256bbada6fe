package search

import (
	"context"
	"math"
	"slices"

	"kapbot/internal/encoder"
	"kapbot/internal/search/intent"
)

// The measures of how well one entry agrees with a question.
const (
	byIntent    = iota // log chance from the intent model
	byChance           // the same chance, not as logarithm
	nearest            // cosine of the nearest wording
	nearestFew         // mean cosine of the nearest three
	spelledLike        // likeness of grams to the likest wording
	spelledFew         // mean of the likest three
	wholeRank          // BM25 of the whole entry, as share of the best
	known              // share of the question's terms that the entry has
	measureCount
)

// few is how many wordings the means are taken of.
const few = 3

// least bounds the logarithm of chances from below.
const least = 1e-5

// candidate is one entry compared with the question.
type candidate struct {
	entry    string
	measures [measureCount]float64
	new      bool // the intent models do not know the entry
}

// comparison is a question compared with the entries that come close.
type comparison struct {
	candidates []candidate
	none       float64 // chance of "none of them" from the intent model
	nowhere    float64 // share of the question's terms that no entry has
	terms      int
	learned    bool // the intent model takes part
}

func (x *Index) compare(ctx context.Context, q reading) (comparison, error) {
	vector, words := x.encoder.EncodeWords(x.speech.write(q.words))
	whole, err := x.whole(ctx, q)
	if err != nil {
		return comparison{}, err
	}
	c := comparison{terms: len(q.terms)}
	chances := make([]float32, len(x.entries))
	if x.model.learned(x.lang) {
		c.learned = true
		p := x.model.chances(intent.Input{Grams: q.grams, Sentence: vector, Words: words})
		c.none = float64(p[len(p)-1])
		for i, e := range x.entries {
			if e.class >= 0 {
				chances[i] = p[e.class]
			}
		}
	}
	centers := make([]float32, len(x.entries))
	for i := range x.entries {
		centers[i] = encoder.Cosine(vector, x.entries[i].center)
	}
	places := slices.Concat(best(whole, shortlisted), best(chances, shortlisted), best(centers, shortlisted))
	slices.Sort(places)
	top := max(slices.Max(whole), 1e-9)
	terms := x.termsOf(joined(q.terms))
	grams := spread(intent.Weigh(q.grams, x.rarity))
	for _, i := range slices.Compact(places) {
		e := &x.entries[i]
		m := candidate{entry: e.id}
		m.measures[byIntent] = math.Log(max(least, float64(chances[i])))
		m.measures[byChance] = float64(chances[i])
		m.measures[nearest], m.measures[nearestFew], m.measures[spelledLike], m.measures[spelledFew] = e.like(&vector, grams)
		m.measures[wholeRank] = float64(whole[i] / top)
		m.measures[known], c.nowhere = x.terms.shares(terms, e.terms)
		m.new = e.class < 0
		c.candidates = append(c.candidates, m)
	}
	if c.learned {
		x.model.guess(&c)
	}
	return c, nil
}

// like compares with each wording of the entry.
func (e *indexed) like(v *encoder.Vector, grams []float32) (near, nearFew, like, likeFew float64) {
	cosines, likes := topFew{}, topFew{}
	for i := range e.wordings {
		w := &e.wordings[i]
		cosines.add(float64(w.vector.Dot(v[:])))
		sum := float32(0)
		for _, g := range w.grams {
			sum += g.Weight * grams[g.Bucket]
		}
		likes.add(float64(sum))
	}
	near, nearFew = cosines.result()
	like, likeFew = likes.result()
	return near, nearFew, like, likeFew
}

// topFew keeps the largest few numbers, the largest first.
type topFew struct {
	kept [few]float64
	n    int
}

func (t *topFew) add(x float64) {
	t.n++
	for i, k := range t.kept {
		if x > k {
			copy(t.kept[i+1:], t.kept[i:])
			t.kept[i] = x
			return
		}
	}
}

func (t *topFew) result() (largest, mean float64) {
	sum := 0.0
	for _, k := range t.kept {
		sum += k
	}
	return t.kept[0], sum / float64(max(1, min(t.n, few)))
}

// spread lays the weights of grams out by bucket.
func spread(grams []intent.Gram) []float32 {
	out := make([]float32, intent.Buckets)
	for _, g := range grams {
		out[g.Bucket] = g.Weight
	}
	return out
}
