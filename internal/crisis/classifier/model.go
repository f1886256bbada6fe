package classifier

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"

	"kapbot/internal/encoder"
)

// A Model is what Train learned. It is safe for concurrent use.
type Model struct {
	names []string
	at    map[string]int
	nets  []*net // alike but for the dice; their mean counts
	grams *grams
	// join makes one logit, and from it a probability, of what the parts say
	// (Platt 1999): a factor for the networks, one for the n-grams, a constant.
	join    [3]float64
	scratch sync.Pool // of *scratch
}

// scratch is the working memory of one message.
type scratch struct {
	pass   pass
	states []float32
}

func newModel(names []string, nets int) *Model {
	m := &Model{names: names, at: make(map[string]int, len(names)), grams: newGrams(), join: [3]float64{0.7, 0.5, 0}}
	m.scratch.New = func() any { return &scratch{} }
	for range nets {
		m.nets = append(m.nets, newNet(len(names)))
	}
	for i, name := range names {
		m.at[name] = i
	}
	return m
}

// What the gravest place of a long message loses of its logit: the more places there
// are to look, the more often one of them looks grave by chance. perWindow goes off for
// each doubling of the windows, aSentence off a sentence that is read by itself.
const (
	perWindow = 0.6
	aSentence = 1.0
)

// Evidence is what the parts of a model say of a message, as logits: above zero
// speaks for the card.
type Evidence struct{ Networks, Grams float64 }

// Evidence reads a message. Where the encoder cannot read it at once, its gravest
// window counts, or its gravest sentence where that speaks plainly enough.
func (m *Model) Evidence(e *encoder.Encoder, msg Message) Evidence {
	s := m.scratch.Get().(*scratch)
	defer m.scratch.Put(s)
	var best Evidence
	windows := msg.windows(e)
	features := msg.features(m.at)
	for i, w := range windows {
		if x := m.read(e, s, w, features); i == 0 || m.logit(x) > m.logit(best) {
			best = x
		}
	}
	best.Networks -= perWindow * math.Log2(float64(len(windows)))
	for _, one := range msg.sentences() {
		x := m.read(e, s, plainWindow(one.Words.Tokens), one.features(m.at))
		if x.Networks -= aSentence; m.logit(x) > m.logit(best) {
			best = x
		}
	}
	return best
}

// read is the evidence of one window.
func (m *Model) read(e *encoder.Encoder, s *scratch, w window, features []float32) Evidence {
	s.states = e.FirstLayer(s.states[:0], w.text)
	x := Evidence{Grams: m.grams.logit(gramsOf(w.tokens))}
	for _, n := range m.nets {
		x.Networks += float64(n.forward(&s.pass, s.states, features)) / float64(len(m.nets))
	}
	return x
}

func (m *Model) logit(x Evidence) float64 {
	return m.join[0]*x.Networks + m.join[1]*x.Grams + m.join[2]
}

// Probability is how likely a reader wants the card shown, given the evidence.
func (m *Model) Probability(x Evidence) float64 {
	return 1 / (1 + math.Exp(-m.logit(x)))
}

// Chance returns the probability that a reader would want the card shown.
func (m *Model) Chance(e *encoder.Encoder, msg Message) float64 {
	return m.Probability(m.Evidence(e, msg))
}

// header is the readable head of a model file.
type header struct {
	Format   int        `json:"format"`
	Features []string   `json:"features"`
	Nets     int        `json:"nets"`
	Join     [3]float64 `json:"join"`
}

const format = 2

// parts lists all numbers of the model in the order that they are stored in.
func (m *Model) parts() [][]float32 {
	var out [][]float32
	for _, n := range m.nets {
		for _, l := range n.layers() {
			out = append(out, l.weights, l.bias)
		}
	}
	return append(out, m.grams.weights, m.grams.bias[:])
}

// Write stores the model: a line of JSON, then the weights as 16-bit parts of
// float32 (bfloat16), all compressed.
func (m *Model) Write(w io.Writer) error {
	zw := gzip.NewWriter(w)
	if err := json.NewEncoder(zw).Encode(header{format, m.names, len(m.nets), m.join}); err != nil {
		return fmt.Errorf("write the model's header: %w", err)
	}
	for _, part := range m.parts() {
		if err := binary.Write(zw, binary.LittleEndian, shorten(part)); err != nil {
			return fmt.Errorf("write the model's weights: %w", err)
		}
	}
	if err := zw.Close(); err != nil {
		return fmt.Errorf("finish the model: %w", err)
	}
	return nil
}

// shorten rounds to bfloat16.
func shorten(x []float32) []uint16 {
	out := make([]uint16, len(x))
	for i, v := range x {
		bits := math.Float32bits(v)
		out[i] = uint16((bits + 0x7fff + bits>>16&1) >> 16)
	}
	return out
}

// Read loads a model that Write stored.
func Read(data []byte) (*Model, error) {
	zr, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("open the model: %w", err)
	}
	all, err := io.ReadAll(zr)
	if err != nil {
		return nil, fmt.Errorf("unpack the model: %w", err)
	}
	head, rest, ok := bytes.Cut(all, []byte("\n"))
	var h header
	if err := json.Unmarshal(head, &h); !ok || err != nil || h.Format != format {
		return nil, errors.Join(errors.New("the model's header is of another kind"), err)
	}
	if h.Nets < 1 || h.Nets > maxNets {
		return nil, fmt.Errorf("the model has %d networks", h.Nets)
	}
	m := newModel(h.Features, h.Nets)
	m.join = h.Join
	for _, part := range m.parts() {
		if len(rest) < 2*len(part) {
			return nil, errors.New("the model ends too early")
		}
		for i := range part {
			part[i] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(rest[2*i:])) << 16)
		}
		rest = rest[2*len(part):]
	}
	return m, nil
}

// trained is the model as kapbot train wrote it.
//
//go:embed model.bin
var trained []byte

// File is the model's file that is compiled in, for whoever wants to name it.
func File() []byte { return trained }

// Load unpacks the model that is compiled into the program. It fails only if
// the program was built with a damaged file.
func Load() (*Model, error) { return Read(trained) }
