package intent

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"io"
	"math"
	"slices"

	"gonum.org/v1/gonum/blas/gonum"

	"kapbot/internal/encoder"
)

// width is how many numbers pass through the narrow place.
const width = 96

// inputs is how many numbers the two vectors have.
const inputs = 2 * encoder.Dimensions

// A Model tells entries apart. It is safe for concurrent use.
type Model struct {
	entries []string // the last class, without a name, is "none of them"
	at      map[string]int
	rarity  []float32 // by bucket
	rows    []int32   // bucket → row of grams, -1 if it has none
	grams   []float32 // rows × width
	dense   []float32 // inputs × width, for Sentence, then Words
	out     []float32 // classes × width
	bias    []float32 // classes
}

// Input is a question as the model sees it.
type Input struct {
	Grams    []Gram // as Grams gives them
	Sentence encoder.Vector
	Words    encoder.Vector // see [encoder.Encoder.EncodeWords]
}

// Entries lists the entries that the model knows.
func (m *Model) Entries() []string { return m.entries[:len(m.entries)-1] }

// Place returns the index of an entry among the probabilities.
func (m *Model) Place(entry string) (int, bool) {
	i, ok := m.at[entry]
	return i, ok
}

// Probabilities returns the chance of each of Entries, and of none of them last.
// They are not calibrated: the model was trained until it knew its examples.
func (m *Model) Probabilities(in Input) []float32 {
	h := make([]float32, width)
	for _, g := range Weigh(in.Grams, m.rarity) {
		if row := m.row(g.Bucket); row != nil {
			axpy(g.Weight, row, h)
		}
	}
	for i, x := range in.Sentence {
		axpy(x, m.dense[i*width:][:width], h)
	}
	for i, x := range in.Words {
		axpy(x, m.dense[(encoder.Dimensions+i)*width:][:width], h)
	}
	p := make([]float32, len(m.entries))
	for i := range p {
		p[i] = m.bias[i] + dot(m.out[i*width:][:width], h)
	}
	softmax(p)
	return p
}

// row returns the learned vector of a gram, nil if there is none.
func (m *Model) row(bucket uint16) []float32 {
	if at := int(m.rows[bucket]); at >= 0 {
		return m.grams[at*width:][:width]
	}
	return nil
}

func noRows() []int32 { return slices.Repeat([]int32{-1}, Buckets) }

func softmax(x []float32) {
	top := slices.Max(x)
	sum := float32(0)
	for i, v := range x {
		x[i] = float32(math.Exp(float64(v - top)))
		sum += x[i]
	}
	for i := range x {
		x[i] /= sum
	}
}

func dot(a, b []float32) float32 { return gonum.Implementation{}.Sdot(len(a), a, 1, b, 1) }

func axpy(alpha float32, x, y []float32) {
	gonum.Implementation{}.Saxpy(len(x), alpha, x, 1, y, 1)
}

// stored is the file form: weights in 8 bits, a scale for each row.
type stored struct {
	Entries []string
	Buckets []uint16
	Rarity  []float32 // beside Buckets
	Grams   packed
	Dense   packed
	Out     packed
	Bias    []float32
}

type packed struct {
	Scales []float32
	Bytes  []byte
}

func pack(rows []float32) packed {
	p := packed{Bytes: make([]byte, len(rows))}
	for from := 0; from < len(rows); from += width {
		row := rows[from:][:width]
		top := float32(1e-12)
		for _, x := range row {
			top = max(top, x, -x)
		}
		p.Scales = append(p.Scales, top/127)
		for i, x := range row {
			p.Bytes[from+i] = byte(int8(math.RoundToEven(float64(x / top * 127))))
		}
	}
	return p
}

func (p packed) unpack() []float32 {
	rows := make([]float32, len(p.Bytes))
	for i, b := range p.Bytes {
		rows[i] = float32(int8(b)) * p.Scales[i/width]
	}
	return rows
}

// Write writes the model.
func (m *Model) Write(w io.Writer) error {
	s := stored{Entries: m.entries, Dense: pack(m.dense), Out: pack(m.out), Bias: m.bias}
	var rows []float32
	for bucket := range Buckets {
		if row := m.row(uint16(bucket)); row != nil {
			s.Buckets = append(s.Buckets, uint16(bucket))
			s.Rarity = append(s.Rarity, m.rarity[bucket])
			rows = append(rows, row...)
		}
	}
	s.Grams = pack(rows)
	if err := gob.NewEncoder(w).Encode(s); err != nil {
		return fmt.Errorf("write the intent model: %w", err)
	}
	return nil
}

// Read reads a model that Write wrote.
func Read(data []byte) (*Model, error) {
	var s stored
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&s); err != nil {
		return nil, fmt.Errorf("read the intent model: %w", err)
	}
	classes, rows := len(s.Entries), len(s.Buckets)
	if classes < 2 || len(s.Bias) != classes || len(s.Rarity) != rows ||
		!s.Out.holds(classes) || !s.Grams.holds(rows) || !s.Dense.holds(inputs) {
		return nil, fmt.Errorf("read the intent model: its parts do not fit together")
	}
	m := &Model{
		entries: s.Entries, at: places(s.Entries), rarity: make([]float32, Buckets), rows: noRows(),
		grams: s.Grams.unpack(), dense: s.Dense.unpack(), out: s.Out.unpack(), bias: s.Bias,
	}
	for i, b := range s.Buckets {
		m.rows[b], m.rarity[b] = int32(i), s.Rarity[i]
	}
	return m, nil
}

func (p packed) holds(rows int) bool { return len(p.Scales) == rows && len(p.Bytes) == rows*width }

func places(entries []string) map[string]int {
	at := make(map[string]int, len(entries))
	for i, e := range entries[:len(entries)-1] {
		at[e] = i
	}
	return at
}
