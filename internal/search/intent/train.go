package intent

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"kapbot/internal/encoder"
)

// An Example is a question and the entry that answers it, "" if none does.
type Example struct {
	Input
	Entry string
}

// Options of Train. The zero value trains as the model in this repository was.
type Options struct {
	Seed   uint64
	Epochs int // passes over the examples; 0 is 16
	// Progress is told the mean loss after each pass, if it is not nil.
	Progress func(epoch int, loss float64)
}

const (
	defaultEpochs = 16
	rate          = 0.08 // of AdaGrad, falling to a twentieth
	dropout       = 0.3  // of grams, and of the numbers of the sentence vector
	smoothing     = 0.1  // of the target, spread over all classes
	leastTexts    = 2    // that a gram stands in
)

// trainer is a model with the sums of squared gradients beside each part.
type trainer struct {
	*Model
	learned                             []float32 // rows × width, packed into Model.grams at the end
	sumGrams, sumDense, sumOut, sumBias []float32
	rng                                 *rand.Rand
	rate                                float32

	grams  []Gram
	vector [inputs]float32
	h, dh  []float32
	p      []float32
}

// Train fits a model to examples by stochastic gradient descent.
func Train(ctx context.Context, examples []Example, o Options) (*Model, error) {
	if o.Epochs == 0 {
		o.Epochs = defaultEpochs
	}
	t := newTrainer(examples, o.Seed)
	weighed := make([][]Gram, len(examples))
	for i, e := range examples {
		weighed[i] = Weigh(e.Grams, t.rarity)
	}
	for epoch := range o.Epochs {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("train the intent model: %w", err)
		}
		t.rate = rate * float32(1-0.95*float64(epoch)/float64(o.Epochs))
		loss := 0.0
		for _, i := range t.rng.Perm(len(examples)) {
			loss += t.step(weighed[i], examples[i])
		}
		if o.Progress != nil {
			o.Progress(epoch+1, loss/float64(len(examples)))
		}
	}
	t.Model.grams = pack(t.learned)
	return t.Model, nil
}

// row is what was learned of a gram so far.
func (t *trainer) row(g Gram) []float32 { return t.learned[int(t.rows[g.Bucket])*width:][:width] }

func newTrainer(examples []Example, seed uint64) *trainer {
	var entries []string
	texts := make([][]Gram, len(examples))
	for i, e := range examples {
		texts[i] = e.Grams
		if e.Entry != "" {
			entries = append(entries, e.Entry)
		}
	}
	slices.Sort(entries)
	entries = append(slices.Compact(entries), "")
	m := &Model{entries: entries, at: places(entries), rarity: Rarity(texts, leastTexts), rows: noRows()}
	rows := 0
	for bucket, w := range m.rarity {
		if w > 0 {
			m.rows[bucket] = int32(rows)
			rows++
		}
	}
	rng := rand.New(rand.NewPCG(seed, 0x6b6170)) //nolint:gosec // training has to be repeatable
	random := func(n int, scale float64) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(rng.NormFloat64() * scale)
		}
		return x
	}
	learned := random(rows*width, 0.05)
	m.dense = random(inputs*width, 0.05)
	m.out = random(len(entries)*width, 0.1)
	m.bias = make([]float32, len(entries))
	return &trainer{
		Model: m, learned: learned, rng: rng,
		sumGrams: filled(len(learned)), sumDense: filled(len(m.dense)), sumOut: filled(len(m.out)), sumBias: filled(len(m.bias)),
		h: make([]float32, width), dh: make([]float32, width), p: make([]float32, len(entries)),
	}
}

// filled starts AdaGrad's sums a little above zero, which tames the first steps.
func filled(n int) []float32 {
	return slices.Repeat([]float32{1e-3}, n)
}

// step learns from one example and returns its loss.
func (t *trainer) step(grams []Gram, e Example) float64 {
	t.drop(grams, e.Input)
	t.forward()
	target, ok := t.at[e.Entry]
	if !ok {
		target = len(t.entries) - 1
	}
	loss := -math.Log(max(1e-9, float64(t.p[target])))
	low := float32(smoothing / float64(len(t.p)))
	clear(t.dh)
	for i, p := range t.p {
		g := p - low
		if i == target {
			g -= 1 - smoothing
		}
		row := t.out[i*width:][:width]
		axpy(g, row, t.dh)
		t.descend(row, t.sumOut[i*width:][:width], t.h, g)
		t.sumBias[i] += g * g
		t.bias[i] -= t.rate * g / float32(math.Sqrt(float64(t.sumBias[i])))
	}
	for _, g := range t.grams {
		t.descend(t.row(g), t.sumGrams[int(t.rows[g.Bucket])*width:][:width], t.dh, g.Weight)
	}
	for i, x := range t.vector {
		if x != 0 {
			t.descend(t.dense[i*width:][:width], t.sumDense[i*width:][:width], t.dh, x)
		}
	}
	return loss
}

// drop leaves out some of the input, and makes up for it in the rest.
func (t *trainer) drop(grams []Gram, in Input) {
	t.grams = t.grams[:0]
	for _, g := range grams {
		if t.rng.Float32() >= dropout {
			t.grams = append(t.grams, Gram{g.Bucket, g.Weight / (1 - dropout)})
		}
	}
	copy(t.vector[:], in.Sentence[:])
	copy(t.vector[encoder.Dimensions:], in.Words[:])
	for i, x := range t.vector {
		t.vector[i] = 0
		if t.rng.Float32() >= dropout {
			t.vector[i] = x / (1 - dropout)
		}
	}
}

func (t *trainer) forward() {
	clear(t.h)
	for _, g := range t.grams {
		axpy(g.Weight, t.row(g), t.h)
	}
	for i, x := range t.vector {
		if x != 0 {
			axpy(x, t.dense[i*width:][:width], t.h)
		}
	}
	for i := range t.p {
		t.p[i] = t.bias[i] + dot(t.out[i*width:][:width], t.h)
	}
	softmax(t.p)
}

// descend is a step of AdaGrad on a row whose gradient is scale × x.
func (t *trainer) descend(row, sums, x []float32, scale float32) {
	for i, v := range x {
		g := scale * v
		sums[i] += g * g
		row[i] -= t.rate * g / float32(math.Sqrt(float64(sums[i])))
	}
}
