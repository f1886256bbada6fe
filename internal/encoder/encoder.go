package encoder

import (
	_ "embed"
	"fmt"
	"sync"

	"kapbot/internal/encoder/weightfile"
)

// weights is the vocabulary and the weights, as the convert program wrote them.
//
//go:embed weights.bin
var weights string

// File is the file of weights that is compiled in, for whoever wants to name it.
func File() string { return weights }

// Dimensions is how many numbers a Vector has.
const Dimensions = 512

// MaxTokens is how many tokens of a text the model reads.
const MaxTokens = 128

// A Vector stands for the meaning of a sentence. Its length is one.
type Vector [Dimensions]float32

// Cosine returns the cosine of the angle between two vectors that Encode gave:
// 1 if they are the same, about 0 if they have nothing in common.
func Cosine(a, b Vector) float32 {
	// Plain Go, since gonum's product would move both vectors to the heap. Four
	// sums run side by side, as one would wait for itself at every addition.
	var s0, s1, s2, s3 float32
	for i := 0; i < Dimensions; i += 4 {
		s0 += a[i] * b[i]
		s1 += a[i+1] * b[i+1]
		s2 += a[i+2] * b[i+2]
		s3 += a[i+3] * b[i+3]
	}
	return s0 + s1 + s2 + s3
}

// An Encoder turns text into vectors. It never changes once loaded and may be
// used by any number of goroutines. Make one with Load and keep it: it holds
// about 20 MB.
type Encoder struct {
	tokens  tokenizer
	network network
	scratch sync.Pool // of *scratch
}

// scratch is the working memory of one call.
type scratch struct {
	reading    reading
	activation activation
}

// Load unpacks the weights that are compiled into the program. It fails only if
// the program was built with a damaged weight file.
func Load() (*Encoder, error) {
	f, err := weightfile.Parse(weights)
	if err != nil {
		return nil, fmt.Errorf("load encoder: %w", err)
	}
	e := &Encoder{tokens: newTokenizer(f.Pieces)}
	if err := e.network.load(f); err != nil {
		return nil, fmt.Errorf("load encoder: %w", err)
	}
	e.scratch.New = func() any { return &scratch{activation: newActivation()} }
	return e, nil
}

// Encode returns the vector of a text. It takes any text whatever; see the
// package comment for what becomes of long, empty and foreign ones.
func (e *Encoder) Encode(text string) Vector {
	s := e.scratch.Get().(*scratch)
	defer e.scratch.Put(s)
	ids := e.tokens.encode(&s.reading, text)
	return e.network.run(&s.activation, ids[:min(len(ids), MaxTokens)])
}

// EncodeWords returns the vector of a text, and the mean over its tokens of what
// the first layer makes of them, scaled to length one: it leans less on what the
// sentence as a whole says, and more on its words.
func (e *Encoder) EncodeWords(text string) (sentence, words Vector) {
	s := e.scratch.Get().(*scratch)
	defer e.scratch.Put(s)
	ids := e.tokens.encode(&s.reading, text)
	sentence = e.network.runWords(&s.activation, ids[:min(len(ids), MaxTokens)], &words)
	return sentence, words
}

// FirstLayer appends to dst what the first of the model's two layers makes of
// each token, Dimensions numbers a token, at most MaxTokens tokens. It tells
// more of single words than a Vector does and costs less than half the time.
func (e *Encoder) FirstLayer(dst []float32, text string) []float32 {
	s := e.scratch.Get().(*scratch)
	defer e.scratch.Put(s)
	ids := e.tokens.encode(&s.reading, text)
	ids = ids[:min(len(ids), MaxTokens)]
	if len(ids) == 0 {
		return dst
	}
	e.network.begin(&s.activation, ids)
	return append(dst, s.activation.stream[:len(ids)*width]...)
}

// Fits reports whether Encode reads the whole of a text.
func (e *Encoder) Fits(text string) bool {
	s := e.scratch.Get().(*scratch)
	defer e.scratch.Put(s)
	ids := e.tokens.encode(&s.reading, text)
	return len(ids) <= MaxTokens && !s.reading.cut
}
