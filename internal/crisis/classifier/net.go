package classifier

import (
	"math"

	"gonum.org/v1/gonum/blas/gonum"

	"kapbot/internal/encoder"
	"kapbot/internal/matrix"
)

// The measures of the network.
const (
	inWidth  = encoder.Dimensions
	narrow   = 96  // a token after the first map
	filters  = 128 // of each convolution
	heads    = 4   // of attention
	hidden   = 64
	poolSize = 2*filters + heads*filters
)

// spans are how many tokens each convolution sees.
var spans = [2]int{3, 5}

// A matrix of weights, rows outputs by columns inputs, with a bias for each row.
type layer struct {
	rows, columns int
	weights, bias []float32
}

// net is the parameters of the network.
type net struct {
	features int
	lift     layer    // inWidth → narrow
	conv     [2]layer // narrow × span → filters
	attend   layer    // filters → heads
	mix      layer    // pooled and features → hidden
	out      layer    // hidden → 1
	skip     layer    // pooled and features → 1
}

func newLayer(rows, columns int) layer {
	return layer{rows, columns, make([]float32, rows*columns), make([]float32, rows)}
}

func newNet(features int) *net {
	n := &net{features: features}
	n.lift = newLayer(narrow, inWidth)
	for i, span := range spans {
		n.conv[i] = newLayer(filters, narrow*span)
	}
	n.attend = newLayer(heads, filters)
	n.mix = newLayer(hidden, poolSize+features)
	n.out = newLayer(1, hidden)
	n.skip = newLayer(1, poolSize+features)
	return n
}

// layers lists the layers in the order that they are stored in.
func (n *net) layers() []*layer {
	return []*layer{&n.lift, &n.conv[0], &n.conv[1], &n.attend, &n.mix, &n.out, &n.skip}
}

// pass is the working memory of one message, kept for the way back.
type pass struct {
	tokens  int
	x       []float32 // tokens × inWidth
	z       []float32 // tokens × narrow, after lift
	windows [2][]float32
	a       [2][]float32 // tokens × filters, after each convolution
	best    [2][]int     // the token each filter was strongest at
	focus   []float32    // heads × tokens
	pooled  []float32    // poolSize + features
	hidden  []float32
	keep    masks
}

// masks are what dropout keeps; nil keeps all.
type masks struct{ x, z, pooled, hidden []float32 }

func sized(s []float32, n int) []float32 {
	if cap(s) < n {
		return make([]float32, n)
	}
	return s[:n]
}

// forward computes the logit of a message: its token states and its features.
func (n *net) forward(p *pass, states, features []float32) float32 {
	p.tokens = len(states) / inWidth
	p.x = append(p.x[:0], states...)
	mask(p.x, p.keep.x)
	p.z = n.lift.apply(p.z, p.x, p.tokens)
	rectify(p.z)
	p.pooled = sized(p.pooled, poolSize+n.features)
	clear(p.pooled)
	if p.tokens > 0 {
		n.convolve(p)
		n.pool(p)
	}
	copy(p.pooled[poolSize:], features)
	mask(p.pooled, p.keep.pooled)
	p.hidden = n.mix.apply(p.hidden, p.pooled, 1)
	rectify(p.hidden)
	mask(p.hidden, p.keep.hidden)
	return dot(n.out.weights, p.hidden) + n.out.bias[0] + dot(n.skip.weights, p.pooled) + n.skip.bias[0]
}

// convolve lays the neighbors of each token side by side and maps them.
func (n *net) convolve(p *pass) {
	z := p.z
	if p.keep.z != nil {
		z = append([]float32(nil), p.z...)
		mask(z, p.keep.z)
	}
	for i, span := range spans {
		p.windows[i] = sized(p.windows[i], p.tokens*narrow*span)
		clear(p.windows[i])
		for t := range p.tokens {
			for k := range span {
				if from := t + k - span/2; from >= 0 && from < p.tokens {
					copy(p.windows[i][(t*span+k)*narrow:], z[from*narrow:][:narrow])
				}
			}
		}
		p.a[i] = n.conv[i].apply(p.a[i], p.windows[i], p.tokens)
		rectify(p.a[i])
	}
}

// pool keeps each filter's strongest place and, for each head, the mean of the
// first convolution over the tokens that the head looks at.
func (n *net) pool(p *pass) {
	for i := range spans {
		p.best[i] = p.best[i][:0]
		for f := range filters {
			best := 0
			for t := 1; t < p.tokens; t++ {
				if p.a[i][t*filters+f] > p.a[i][best*filters+f] {
					best = t
				}
			}
			p.best[i] = append(p.best[i], best)
			p.pooled[i*filters+f] = p.a[i][best*filters+f]
		}
	}
	p.focus = sized(p.focus, heads*p.tokens)
	for h := range heads {
		focus := p.focus[h*p.tokens:][:p.tokens]
		for t := range focus {
			focus[t] = dot(n.attend.weights[h*filters:][:filters], p.a[0][t*filters:][:filters]) + n.attend.bias[h]
		}
		softmax(focus)
		into := p.pooled[(2+h)*filters:][:filters]
		for t, w := range focus {
			axpy(w, p.a[0][t*filters:][:filters], into)
		}
	}
}

// apply maps each of the first rows of x.
func (l *layer) apply(dst, x []float32, rows int) []float32 {
	dst = sized(dst, rows*l.rows)
	for i := range rows {
		copy(dst[i*l.rows:], l.bias)
	}
	if rows > 0 {
		matrix.AddMulT(matrix.View{Data: dst, Stride: l.rows}, matrix.View{Data: x, Stride: l.columns}, l.view(), rows, l.rows, l.columns)
	}
	return dst
}

func (l *layer) view() matrix.View { return matrix.View{Data: l.weights, Stride: l.columns} }

func dot(a, b []float32) float32 {
	return gonum.Implementation{}.Sdot(len(a), a, 1, b, 1)
}

func axpy(alpha float32, x, y []float32) {
	gonum.Implementation{}.Saxpy(len(x), alpha, x, 1, y, 1)
}

func rectify(x []float32) {
	for i, v := range x {
		x[i] = max(v, 0)
	}
}

func mask(x, keep []float32) {
	for i, k := range keep {
		x[i] *= k
	}
}

func softmax(x []float32) {
	top := x[0]
	for _, v := range x {
		top = max(top, v)
	}
	sum := float32(0)
	for i, v := range x {
		x[i] = float32(math.Exp(float64(v - top)))
		sum += x[i]
	}
	for i := range x {
		x[i] /= sum
	}
}
