package encoder

import (
	"math"

	"kapbot/internal/matrix"
)

// An activation is the working memory of one forward pass, a row for each token
// in every part.
type activation struct {
	tokens []float32 // what enters the first layer
	stream []float32 // the residual stream: what the layers add to
	normed []float32 // the part of a layer's input that it multiplies
	wide   []float32 // queries, keys and values; later the feed-forward part
	mixed  []float32 // values, mixed by attention
	match  []float32 // how far each token attends to each other
	mean   []float32
}

func newActivation() activation {
	return activation{
		tokens: make([]float32, MaxTokens*tokenWidth),
		stream: make([]float32, MaxTokens*width),
		normed: make([]float32, MaxTokens*width),
		wide:   make([]float32, MaxTokens*feedWidth),
		mixed:  make([]float32, MaxTokens*width),
		match:  make([]float32, MaxTokens*MaxTokens),
		mean:   make([]float32, feedWidth),
	}
}

// run computes the vector of at most MaxTokens tokens.
func (n *network) run(a *activation, ids []int32) Vector { return n.runWords(a, ids, nil) }

// runWords also sets words, unless it is nil, to the mean of the first layer.
func (n *network) runWords(a *activation, ids []int32, words *Vector) Vector {
	pooled := a.stream[:width]
	if len(ids) == 0 {
		clear(pooled) // the original divides a sum over nothing by one
		return n.finish(a, pooled)
	}
	n.begin(a, ids)
	if words != nil {
		average(words[:], a.stream, len(ids), width)
		words.normalize()
	}
	second := &n.layers[1]
	second.attend(a, a.stream, len(ids))
	second.feed(a, len(ids))
	// What follows is linear up to the mean over the tokens, so the mean may be
	// taken first and the last big product made once instead of for every token.
	average(a.mean, a.wide, len(ids), feedWidth)
	average(pooled, a.stream, len(ids), width)
	second.down.add(pooled, a.mean, 1)
	return n.finish(a, pooled)
}

// begin computes the first layer; its result is left in the stream.
func (n *network) begin(a *activation, ids []int32) {
	n.embed(a.tokens, ids)
	n.lift.apply(a.stream, a.tokens, len(ids))
	first := &n.layers[0]
	first.attend(a, a.tokens, len(ids))
	first.feed(a, len(ids))
	first.down.add(a.stream, a.wide, len(ids))
}

// embed looks the tokens up. The graph adds the embedding to its own sum with
// the position, so that it counts twice.
func (n *network) embed(dst []float32, ids []int32) {
	for i, id := range ids {
		row := dst[i*tokenWidth:][:tokenWidth]
		n.embeddings.Read(row, int(id)*tokenWidth)
		for j, p := range n.positions[i*tokenWidth:][:tokenWidth] {
			row[j] += row[j] + p
		}
	}
}

// attend adds to the stream what each token's row of x takes from the others.
func (l *layer) attend(a *activation, x []float32, tokens int) {
	in := l.project.in
	l.attentionNorm.apply(a.normed, x, tokens, in)
	l.project.apply(a.wide, a.normed, tokens)
	size := in / heads
	scale := float32(1 / math.Sqrt(float64(size)))
	clear(a.mixed[:tokens*in])
	for h := range heads {
		queries := matrix.View{Data: a.wide[h*size:], Stride: 3 * in}
		keys := matrix.View{Data: a.wide[in+h*size:], Stride: 3 * in}
		values := matrix.View{Data: a.wide[2*in+h*size:], Stride: 3 * in}
		match, mixed := matrix.View{Data: a.match, Stride: tokens}, matrix.View{Data: a.mixed[h*size:], Stride: in}
		clear(a.match[:tokens*tokens])
		matrix.AddMulT(match, queries, keys, tokens, tokens, size)
		for i := range tokens {
			softmax(a.match[i*tokens:][:tokens], scale)
		}
		matrix.AddMul(mixed, match, values, tokens, size, tokens)
	}
	l.output.add(a.stream, a.mixed, tokens)
}

// feed computes the inner half of the feed-forward part, up to where down takes
// over.
func (l *layer) feed(a *activation, tokens int) {
	l.feedNorm.apply(a.normed, a.stream, tokens, width)
	l.up.apply(a.wide, a.normed, tokens)
	rectify(a.wide[:tokens*feedWidth])
}

// finish maps the mean over the tokens to a vector of length one.
func (n *network) finish(a *activation, pooled []float32) Vector {
	// Not straight into a Vector, which the product would drag onto the heap.
	mapped := a.normed[:width]
	n.head.apply(mapped, pooled, 1)
	var v Vector
	var sum float64
	for i, x := range mapped {
		t := math.Tanh(float64(x))
		v[i] = float32(t)
		sum += t * t
	}
	v.scale(sum)
	return v
}

// normalize makes the length one.
func (v *Vector) normalize() {
	sum := 0.0
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	v.scale(sum)
}

// scale makes the length one, given the sum of squares.
func (v *Vector) scale(sum float64) {
	scale := float32(1 / math.Sqrt(max(sum, 1e-12)))
	for i := range v {
		v[i] *= scale
	}
}
