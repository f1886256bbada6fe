package classifier

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"kapbot/internal/encoder"
)

// A Model is a trained network. It is safe for concurrent use.
type Model struct {
	names []string
	at    map[string]int
	net   *net
	// slope and shift make the logit a probability (Platt 1999).
	slope, shift float64
}

func newModel(names []string) *Model {
	m := &Model{names: names, at: make(map[string]int, len(names)), net: newNet(len(names)), slope: 1}
	for i, name := range names {
		m.at[name] = i
	}
	return m
}

// perWindow is what each doubling of the number of windows takes from the
// gravest one's logit: the more places there are to look, the more often one of
// them looks grave by chance.
const perWindow = 1.0

// Logit returns how strongly the message speaks for the card. Where the encoder
// cannot read it at once, the gravest of its windows counts, less a toll for
// there being several. It is not yet a probability.
func (m *Model) Logit(e *encoder.Encoder, msg Message) float64 {
	features := msg.features(m.at)
	best := math.Inf(-1)
	var p pass
	var states []float32
	texts := msg.texts(e)
	for _, text := range texts {
		states = e.FirstLayer(states[:0], text)
		best = max(best, float64(m.net.forward(&p, states, features)))
	}
	return best - perWindow*math.Log2(float64(len(texts)))
}

// Chance returns the probability that a reader would want the card shown.
func (m *Model) Chance(e *encoder.Encoder, msg Message) float64 {
	return m.Probability(m.Logit(e, msg))
}

// Probability turns a logit into the probability that Calibrate fitted.
func (m *Model) Probability(logit float64) float64 {
	return 1 / (1 + math.Exp(-(m.slope*logit + m.shift)))
}

// header is the readable head of a model file.
type header struct {
	Format   int      `json:"format"`
	Features []string `json:"features"`
	Slope    float64  `json:"slope"`
	Shift    float64  `json:"shift"`
}

const format = 1

// Write stores the model: a line of JSON, then the weights as 16-bit parts of
// float32 (bfloat16), all compressed.
func (m *Model) Write(w io.Writer) error {
	zw := gzip.NewWriter(w)
	if err := json.NewEncoder(zw).Encode(header{format, m.names, m.slope, m.shift}); err != nil {
		return fmt.Errorf("write the model's header: %w", err)
	}
	for _, l := range m.net.layers() {
		for _, part := range [][]float32{l.weights, l.bias} {
			if err := binary.Write(zw, binary.LittleEndian, shorten(part)); err != nil {
				return fmt.Errorf("write the model's weights: %w", err)
			}
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
	m := newModel(h.Features)
	m.slope, m.shift = h.Slope, h.Shift
	for _, l := range m.net.layers() {
		for _, part := range [][]float32{l.weights, l.bias} {
			if len(rest) < 2*len(part) {
				return nil, errors.New("the model ends too early")
			}
			for i := range part {
				part[i] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(rest[2*i:])) << 16)
			}
			rest = rest[2*len(part):]
		}
	}
	return m, nil
}
