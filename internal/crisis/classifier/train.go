package classifier

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"golang.org/x/sync/errgroup"

	"kapbot/internal/crisis/frames"
	"kapbot/internal/encoder"
)

// An Example is one labeled message to learn from.
type Example struct {
	Message Message
	Card    bool    // a reader wants the card shown
	Weight  float32 // 1 for a line of the corpus, less for a doubtful label
}

// Options are how a network is trained. The zero value of a field means the
// default.
type Options struct {
	Seed   uint64
	Epochs int // default 10
	Nets   int // how many networks vote, default 4
	// Progress is told the mean loss after each epoch of each network.
	Progress func(net, epoch int, loss float64)
}

// The optimizer: AdamW (Loshchilov and Hutter 2019) with warm-up and a linear
// fall of the rate, dropout, softened labels and a bound on the gradient.
const (
	rate      = 2e-3
	decay     = 1e-2
	batchSize = 64
	warmUp    = 100
	dropout   = 0.3
	dropOver  = math.MaxUint32 / 10 * 3 // dice below this drop a number
	soft      = 0.02
	bound     = 2.0
	maxNets   = 8
	workers   = 2
	// plainEvery says how many examples there are to one that is read in its
	// plain words, as a message is in which something had to be guessed.
	plainEvery = 3
)

// sample is an example as the network reads it.
type sample struct {
	states   []float32
	features []float32
	grams    []gram
	target   float32
	weight   float32
}

// Train learns a model from examples. The same examples and options give the
// same bytes.
func Train(ctx context.Context, e *encoder.Encoder, lex *frames.Lexicon, examples []Example, o Options) (*Model, error) {
	m := newModel(featureNames(lex), min(cmp.Or(o.Nets, 4), maxNets))
	samples, err := m.samples(ctx, e, examples)
	if err != nil {
		return nil, err
	}
	m.grams.learn(samples, dice(o.Seed))
	mean, scale := spread(samples)
	for i := range samples {
		standardize(samples[i].states, mean, scale)
	}
	for i, n := range m.nets {
		t := trainer{net: n, rng: dice(o.Seed + uint64(i)), samples: samples}
		err := t.train(ctx, cmp.Or(o.Epochs, 10), func(epoch int, loss float64) {
			if o.Progress != nil {
				o.Progress(i+1, epoch, loss)
			}
		})
		if err != nil {
			return nil, fmt.Errorf("train network %d: %w", i+1, err)
		}
		n.fold(mean, scale)
	}
	return m, nil
}

// train runs all epochs.
func (t *trainer) train(ctx context.Context, epochs int, progress func(epoch int, loss float64)) error {
	t.start()
	steps := epochs * ((len(t.samples) + batchSize - 1) / batchSize)
	for epoch := range epochs {
		loss, err := t.epoch(ctx, steps)
		if err != nil {
			return err
		}
		progress(epoch+1, loss)
	}
	return nil
}

// Calibrate fits what joins the parts of the evidence into a probability, to
// lines that were not trained on (Platt 1999, by Newton's method).
func (m *Model) Calibrate(seen []Evidence, card []bool) {
	join := [3]float64{1, 0, 0}
	for range 50 {
		var slope [3]float64
		// A little damping keeps the factors finite where few lines say little.
		curve := [3][3]float64{{1e-3}, {0, 1e-3}, {0, 0, 1e-3}}
		for i, x := range seen {
			row := [3]float64{x.Networks, x.Grams, 1}
			p := 1 / (1 + math.Exp(-(join[0]*row[0] + join[1]*row[1] + join[2])))
			d := p
			if card[i] {
				d--
			}
			for a := range row {
				slope[a] += d * row[a]
				for b := range row {
					curve[a][b] += p * (1 - p) * row[a] * row[b]
				}
			}
		}
		for a, step := range solve(curve, slope) {
			join[a] -= step
		}
	}
	m.join = join
}

// solve returns x with a·x = b, by Cramer's rule.
func solve(a [3][3]float64, b [3]float64) (x [3]float64) {
	det := func(m [3][3]float64) float64 {
		return m[0][0]*(m[1][1]*m[2][2]-m[1][2]*m[2][1]) - m[0][1]*(m[1][0]*m[2][2]-m[1][2]*m[2][0]) + m[0][2]*(m[1][0]*m[2][1]-m[1][1]*m[2][0])
	}
	whole := det(a)
	for i := range x {
		part := a
		for row := range part {
			part[row][i] = b[row]
		}
		x[i] = det(part) / whole
	}
	return x
}

// samples encodes the examples. A long message gives its first window alone:
// of the others nobody has said whether they are the grave ones.
func (m *Model) samples(ctx context.Context, e *encoder.Encoder, examples []Example) ([]sample, error) {
	out := make([]sample, len(examples))
	g, ctx := errgroup.WithContext(ctx)
	for w := range workers {
		g.Go(func() error {
			for i := w; i < len(examples); i += workers {
				if ctx.Err() != nil {
					return context.Cause(ctx)
				}
				x := examples[i]
				first := x.Message.windows(e)[0]
				if i%plainEvery == 0 {
					first = x.Message.plainWindows()[0]
				}
				s := sample{
					states: e.FirstLayer(nil, first.text), features: x.Message.features(m.at),
					grams: gramsOf(first.tokens), target: soft, weight: x.Weight,
				}
				if x.Card {
					s.target = 1 - soft
				}
				out[i] = s
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, fmt.Errorf("encode the examples: %w", err)
	}
	return out, nil
}

// spread returns mean and standard deviation of each number of the states.
func spread(samples []sample) (mean, scale []float32) {
	sum, squares, n := make([]float64, inWidth), make([]float64, inWidth), 0.0
	for _, s := range samples {
		for i, v := range s.states {
			sum[i%inWidth] += float64(v)
			squares[i%inWidth] += float64(v) * float64(v)
		}
		n += float64(len(s.states) / inWidth)
	}
	mean, scale = make([]float32, inWidth), make([]float32, inWidth)
	for i := range mean {
		m := sum[i] / max(1, n)
		mean[i] = float32(m)
		scale[i] = float32(1 / (math.Sqrt(max(0, squares[i]/max(1, n)-m*m)) + 1e-3))
	}
	return mean, scale
}

func standardize(states, mean, scale []float32) {
	for i := range states {
		states[i] = (states[i] - mean[i%inWidth]) * scale[i%inWidth]
	}
}

// fold moves the standardizing into the first layer, which then reads states as
// the encoder gives them.
func (n *net) fold(mean, scale []float32) {
	for r := range n.lift.rows {
		row := n.lift.weights[r*inWidth:][:inWidth]
		for i := range row {
			row[i] *= scale[i]
			n.lift.bias[r] -= row[i] * mean[i]
		}
	}
}

// dice are the same for the same seed: a model can be made again.
func dice(seed uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // nothing secret hangs on them
}

type trainer struct {
	net     *net
	rng     *rand.Rand
	samples []sample
	grads   [workers]*net
	passes  [workers]pass
	first   *net // Adam's means of the gradient
	second  *net // and of its square
	step    int
}

// start draws the first weights (He et al. 2015).
func (t *trainer) start() {
	for _, l := range t.net.layers() {
		width := math.Sqrt(1 / float64(l.columns))
		for i := range l.weights {
			l.weights[i] = float32((2*t.rng.Float64() - 1) * width)
		}
	}
	t.first, t.second = newNet(t.net.features), newNet(t.net.features)
	for w := range workers {
		t.grads[w] = newNet(t.net.features)
	}
}

func (t *trainer) epoch(ctx context.Context, steps int) (float64, error) {
	order := t.rng.Perm(len(t.samples))
	total, n := 0.0, 0
	for batch := range slices.Chunk(order, batchSize) {
		if ctx.Err() != nil {
			return 0, fmt.Errorf("stop training: %w", context.Cause(ctx))
		}
		loss, err := t.batch(batch)
		if err != nil {
			return 0, err
		}
		total, n = total+loss, n+len(batch)
		t.step++
		t.update(rate * min(1, float64(t.step)/warmUp) * (1 - float64(t.step-1)/float64(steps)))
	}
	return total / float64(max(1, n)), nil
}

// batch computes the gradient of one batch. Each worker has its share and its
// own dice, so that the sum does not depend on who is faster.
func (t *trainer) batch(batch []int) (float64, error) {
	var losses [workers]float64
	var g errgroup.Group
	for w := range workers {
		dice := dice(t.rng.Uint64())
		g.Go(func() error {
			for _, l := range t.grads[w].layers() {
				clear(l.weights)
				clear(l.bias)
			}
			for i := w; i < len(batch); i += workers {
				losses[w] += t.learn(w, &t.samples[batch[i]], dice, 1/float32(len(batch)))
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return 0, fmt.Errorf("learn from a batch: %w", err)
	}
	return losses[0] + losses[1], nil
}

func (t *trainer) learn(w int, s *sample, dice *rand.Rand, share float32) float64 {
	p := &t.passes[w]
	tokens := len(s.states) / inWidth
	p.keep = masks{
		x: drop(p.keep.x, tokens*inWidth, dice), z: drop(p.keep.z, tokens*narrow, dice),
		pooled: drop(p.keep.pooled, poolSize+t.net.features, dice), hidden: drop(p.keep.hidden, hidden, dice),
	}
	logit := float64(t.net.forward(p, s.states, s.features))
	chance := 1 / (1 + math.Exp(-logit))
	t.net.backward(p, t.grads[w], (float32(chance)-s.target)*s.weight*share)
	y := float64(s.target)
	return float64(s.weight) * (math.Max(logit, 0) - logit*y + math.Log1p(math.Exp(-math.Abs(logit))))
}

// drop rolls which numbers are kept; those are scaled up for the lost ones.
func drop(keep []float32, n int, dice *rand.Rand) []float32 {
	keep = sized(keep, n)
	for i := range keep {
		keep[i] = 0
		if dice.Uint32() >= dropOver {
			keep[i] = 1 / (1 - dropout)
		}
	}
	return keep
}

// update takes one step of AdamW.
func (t *trainer) update(rate float64) {
	norm := 0.0
	sums := t.grads[0].layers()
	for i, l := range t.grads[1].layers() {
		axpy(1, l.weights, sums[i].weights)
		axpy(1, l.bias, sums[i].bias)
	}
	for _, l := range sums {
		norm += float64(dot(l.weights, l.weights)) + float64(dot(l.bias, l.bias))
	}
	clip := min(1, bound/(math.Sqrt(norm)+1e-6))
	first, second := t.first.layers(), t.second.layers()
	for i, l := range t.net.layers() {
		t.adam(l.weights, sums[i].weights, first[i].weights, second[i].weights, rate, clip)
		t.adam(l.bias, sums[i].bias, first[i].bias, second[i].bias, rate, clip)
	}
}

func (t *trainer) adam(x, grad, first, second []float32, rate, clip float64) {
	const b1, b2 = 0.9, 0.999
	c1, c2 := 1-math.Pow(b1, float64(t.step)), 1-math.Pow(b2, float64(t.step))
	for i, g := range grad {
		g *= float32(clip)
		first[i] = b1*first[i] + (1-b1)*g
		second[i] = b2*second[i] + (1-b2)*g*g
		step := float64(first[i]) / c1 / (math.Sqrt(float64(second[i])/c2) + 1e-8)
		x[i] -= float32(rate * (step + decay*float64(x[i])))
	}
}
