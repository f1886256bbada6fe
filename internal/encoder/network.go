package encoder

import (
	"errors"
	"fmt"
	"math"

	"kapbot/internal/encoder/weightfile"
)

// The model's measures.
const (
	tokenWidth  = 256        // of a token's embedding
	width       = Dimensions // of all that comes after the first attention
	feedWidth   = 1536       // inside the feed-forward part of a layer
	heads       = 4          // of attention in either layer
	vocabulary  = 8002       // rows of embeddings; the last two have no piece
	normEpsilon = 1e-6
)

// A network holds the weights. It is not written to after load.
type network struct {
	embeddings weightfile.Tensor // in 16 bits: a text needs few of the rows
	positions  []float32         // MaxTokens rows of tokenWidth
	lift       affine            // the first residual: tokenWidth to width
	layers     [2]layer
	head       affine
}

// A layer is one layer of the transformer.
type layer struct {
	attentionNorm layerNorm
	project       affine // to queries, keys and values, side by side
	output        affine
	feedNorm      layerNorm
	up, down      affine
}

// An affine map is a matrix, of one row for each output, and a bias.
type affine struct {
	in, out int
	weights []float32
	bias    []float32
}

// A layerNorm scales and shifts what was brought to mean 0 and variance 1.
type layerNorm struct {
	scale, bias []float32
}

func (n *network) load(f *weightfile.File) error {
	l := loader{file: f}
	n.embeddings = l.tensor("embeddings", vocabulary, tokenWidth)
	n.positions = positions(l.floats("timescales", tokenWidth/2))
	n.lift = l.affine("lift", tokenWidth, width)
	n.layers = [2]layer{l.layer("layer0/", tokenWidth), l.layer("layer1/", width)}
	n.head = l.affine("head", width, width)
	if len(f.Pieces) < reserved || len(f.Pieces) > vocabulary {
		l.err = errors.Join(l.err, fmt.Errorf("%d pieces for %d embeddings", len(f.Pieces), vocabulary))
	}
	return l.err
}

// A loader takes tensors from a file and collects what is wrong with them.
type loader struct {
	file *weightfile.File
	err  error
}

func (l *loader) tensor(name string, shape ...int) weightfile.Tensor {
	t, err := l.file.Tensor(name, shape...)
	l.err = errors.Join(l.err, err)
	return t
}

func (l *loader) floats(name string, shape ...int) []float32 {
	t := l.tensor(name, shape...)
	if l.err != nil {
		return nil
	}
	values := make([]float32, t.Len())
	t.Read(values, 0)
	return values
}

func (l *loader) affine(name string, in, out int) affine {
	return affine{in: in, out: out, weights: l.floats(name+"/weights", out, in), bias: l.floats(name+"/bias", out)}
}

func (l *loader) norm(name string, size int) layerNorm {
	return layerNorm{scale: l.floats(name+"/scale", size), bias: l.floats(name+"/bias", size)}
}

func (l *loader) layer(name string, in int) layer {
	return layer{
		attentionNorm: l.norm(name+"attention/norm", in),
		project:       l.affine(name+"attention/project", in, 3*in),
		output:        l.affine(name+"attention/output", in, width),
		feedNorm:      l.norm(name+"feed/norm", width),
		up:            l.affine(name+"feed/up", width, feedWidth),
		down:          l.affine(name+"feed/down", feedWidth, width),
	}
}

// positions makes what is added to an embedding to tell where its token stands:
// sines of the position at every time scale, then cosines.
func positions(timescales []float32) []float32 {
	half := len(timescales)
	p := make([]float32, 0, MaxTokens*2*half)
	for at := range MaxTokens {
		row := p[len(p) : len(p)+2*half]
		for i, scale := range timescales {
			sin, cos := math.Sincos(float64(float32(at) * scale))
			row[i], row[half+i] = float32(sin), float32(cos)
		}
		p = p[:len(p)+2*half]
	}
	return p
}
