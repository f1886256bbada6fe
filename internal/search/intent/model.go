package intent

import (
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/blas/gonum"

	"kapbot/internal/encoder"
	"kapbot/internal/matrix"
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
	grams   packed    // rows × width: by far the largest part, and a question needs few rows
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
		if row := int(m.rows[g.Bucket]); row >= 0 {
			m.grams.row(row).AddTo(h, g.Weight)
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

// head is what the file form opens with. The numbers of the three tables, in 8
// bits, stand behind it: first the grams, then dense, then out.
type head struct {
	Entries           []string
	Buckets           []uint16
	Rarity            []float32 // beside Buckets
	Grams, Dense, Out []float32 // the scale of each row
	Bias              []float32
}

// packed is a table of rows of width numbers, in 8 bits a number.
type packed struct {
	scales  []float32
	numbers string
}

func pack(rows []float32) packed {
	var p packed
	var numbers strings.Builder
	for from := 0; from < len(rows); from += width {
		row := matrix.Pack(rows[from:][:width])
		p.scales = append(p.scales, row.Scale)
		numbers.WriteString(row.Numbers)
	}
	p.numbers = numbers.String()
	return p
}

func (p packed) row(i int) matrix.Packed {
	return matrix.Packed{Scale: p.scales[i], Numbers: p.numbers[i*width:][:width]}
}

func (p packed) unpack() []float32 {
	rows := make([]float32, len(p.numbers))
	for i := range p.scales {
		p.row(i).AddTo(rows[i*width:][:width], 1)
	}
	return rows
}

// Write writes the model.
func (m *Model) Write(w io.Writer) error {
	dense, out := pack(m.dense), pack(m.out)
	h := head{Entries: m.entries, Grams: m.grams.scales, Dense: dense.scales, Out: out.scales, Bias: m.bias}
	for bucket, row := range m.rows {
		if row >= 0 { // rows are in order of bucket
			h.Buckets = append(h.Buckets, uint16(bucket))
			h.Rarity = append(h.Rarity, m.rarity[bucket])
		}
	}
	if err := gob.NewEncoder(w).Encode(h); err != nil {
		return fmt.Errorf("write the intent model: %w", err)
	}
	if _, err := io.WriteString(w, m.grams.numbers+dense.numbers+out.numbers); err != nil {
		return fmt.Errorf("write the intent model: %w", err)
	}
	return nil
}

// Read reads a model that Write wrote. It keeps data.
func Read(data string) (*Model, error) {
	var h head
	tables := strings.NewReader(data)
	if err := gob.NewDecoder(tables).Decode(&h); err != nil {
		return nil, fmt.Errorf("read the intent model: %w", err)
	}
	data = data[len(data)-tables.Len():]
	classes, rows := len(h.Entries), len(h.Buckets)
	if classes < 2 || len(h.Bias) != classes || len(h.Rarity) != rows || len(h.Grams) != rows ||
		len(h.Dense) != inputs || len(h.Out) != classes || len(data) != (rows+inputs+classes)*width {
		return nil, errors.New("read the intent model: its parts do not fit together")
	}
	table := func(scales []float32) packed {
		p := packed{scales, data[:len(scales)*width]}
		data = data[len(p.numbers):]
		return p
	}
	m := &Model{
		entries: h.Entries, at: places(h.Entries), rarity: make([]float32, Buckets), rows: noRows(),
		grams: table(h.Grams), dense: table(h.Dense).unpack(), out: table(h.Out).unpack(), bias: h.Bias,
	}
	for i, b := range h.Buckets {
		m.rows[b], m.rarity[b] = int32(i), h.Rarity[i]
	}
	return m, nil
}

func places(entries []string) map[string]int {
	at := make(map[string]int, len(entries))
	for i, e := range entries[:len(entries)-1] {
		at[e] = i
	}
	return at
}
