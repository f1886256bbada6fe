package search

import (
	"bytes"
	_ "embed"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"strings"

	"kapbot/internal/search/intent"
)

// What was learned when the program was built; see Train and WriteVectors.
var (
	//go:embed model.bin
	modelFile string
	//go:embed vectors.bin
	vectorsFile string
)

// Files are the files that are compiled in, for whoever wants to name them.
func Files() (model, vectors string) { return modelFile, vectorsFile }

// storedModel is what the file form opens with. The intent models stand behind it.
type storedModel struct {
	Sizes   []int // of the intent models, in bytes
	Weights [2]judgment
}

// LoadModel returns the model that is compiled in.
func LoadModel() (*Model, error) { return ReadModel(modelFile) }

// ReadModel reads a model that Write wrote. It keeps data.
func ReadModel(data string) (*Model, error) {
	rest := strings.NewReader(data)
	var s storedModel
	if err := gob.NewDecoder(rest).Decode(&s); err != nil {
		return nil, fmt.Errorf("read the search model: %w", err)
	}
	data = data[len(data)-rest.Len():]
	m, err := newModel()
	if err != nil {
		return nil, err
	}
	m.weights = s.Weights
	for _, size := range s.Sizes {
		if size < 0 || size > len(data) {
			return nil, errors.New("read the search model: it ends too early")
		}
		in, err := intent.Read(data[:size])
		if err != nil {
			return nil, fmt.Errorf("read the search model: %w", err)
		}
		m.intents = append(m.intents, in)
		data = data[size:]
	}
	for _, j := range s.Weights {
		if len(j.Rank) != int(measureCount) || len(j.Chance) != signCount {
			return nil, errors.New("read the search model: it was trained for other measures; train it again")
		}
	}
	return m, nil
}

// newModel returns a model that has still to learn how to weigh.
func newModel() (*Model, error) {
	c, err := newCache()
	if err != nil {
		return nil, fmt.Errorf("make the search model: %w", err)
	}
	return &Model{cache: c}, nil
}

// Write writes the model.
func (m *Model) Write(w io.Writer) error {
	s := storedModel{Weights: m.weights}
	var intents bytes.Buffer
	for _, in := range m.intents {
		before := intents.Len()
		if err := in.Write(&intents); err != nil {
			return fmt.Errorf("write the search model: %w", err)
		}
		s.Sizes = append(s.Sizes, intents.Len()-before)
	}
	if err := gob.NewEncoder(w).Encode(s); err != nil {
		return fmt.Errorf("write the search model: %w", err)
	}
	if _, err := intents.WriteTo(w); err != nil {
		return fmt.Errorf("write the search model: %w", err)
	}
	return nil
}
