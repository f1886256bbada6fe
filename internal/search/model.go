package search

import (
	"bytes"
	_ "embed"
	"encoding/gob"
	"errors"
	"fmt"
	"io"

	"kapbot/internal/search/intent"
)

// What was learned when the program was built; see Train and WriteVectors.
var (
	//go:embed model.bin
	modelFile []byte
	//go:embed vectors.bin
	vectorsFile string
)

// storedModel is the file form.
type storedModel struct {
	Intents [][]byte
	Weights [2]judgment
}

// LoadModel returns the model that is compiled in.
func LoadModel() (*Model, error) { return ReadModel(modelFile) }

// ReadModel reads a model that Write wrote.
func ReadModel(data []byte) (*Model, error) {
	var s storedModel
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&s); err != nil {
		return nil, fmt.Errorf("read the search model: %w", err)
	}
	m, err := newModel()
	if err != nil {
		return nil, err
	}
	m.weights = s.Weights
	for _, data := range s.Intents {
		in, err := intent.Read(data)
		if err != nil {
			return nil, fmt.Errorf("read the search model: %w", err)
		}
		m.intents = append(m.intents, in)
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
	for _, in := range m.intents {
		var b bytes.Buffer
		if err := in.Write(&b); err != nil {
			return fmt.Errorf("write the search model: %w", err)
		}
		s.Intents = append(s.Intents, b.Bytes())
	}
	if err := gob.NewEncoder(w).Encode(s); err != nil {
		return fmt.Errorf("write the search model: %w", err)
	}
	return nil
}
