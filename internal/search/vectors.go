package search

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"math"
	"slices"
	"sync"

	"kapbot/internal/encoder"
	"kapbot/internal/matrix"
)

// cache holds the vectors of wordings: those that are compiled in, and those that
// had to be encoded since. It is safe for concurrent use. Questions never enter it.
type cache struct {
	mu   sync.Mutex
	held vectors
}

func newCache() (*cache, error) {
	held, err := readVectors(vectorsFile)
	return &cache{held: held}, err
}

// vector returns the vector of a text, encoding it only if it is new.
func (c *cache) vector(text string, e *encoder.Encoder) matrix.Packed {
	key := textHash(text)
	c.mu.Lock()
	p, ok := c.held[key]
	c.mu.Unlock()
	if !ok {
		v := e.Encode(text)
		p = matrix.Pack(v[:])
		c.mu.Lock()
		c.held[key] = p
		c.mu.Unlock()
	}
	return p
}

// vectors are sentence vectors by the hash of their text, so that a text is
// encoded once, when the program is built, and not at every start.
type vectors map[uint64]matrix.Packed

// vectorBytes is the size of one vector in the file: hash, scale and numbers.
const vectorBytes = 8 + 4 + encoder.Dimensions

func textHash(text string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text)) // a hash does not fail
	return h.Sum64()
}

func readVectors(data string) (vectors, error) {
	if len(data)%vectorBytes != 0 {
		return nil, errors.New("read vectors.bin: it ends in the middle of a vector")
	}
	out := make(vectors, len(data)/vectorBytes)
	for ; len(data) > 0; data = data[vectorBytes:] {
		key := binary.LittleEndian.Uint64([]byte(data[:8]))
		scale := math.Float32frombits(binary.LittleEndian.Uint32([]byte(data[8:12])))
		out[key] = matrix.Packed{Scale: scale, Numbers: data[12:vectorBytes]}
	}
	return out, nil
}

// write writes the vectors in order of their hashes.
func (v vectors) write(w io.Writer) error {
	for _, key := range slices.Sorted(maps.Keys(v)) {
		row := binary.LittleEndian.AppendUint64(make([]byte, 0, vectorBytes), key)
		row = binary.LittleEndian.AppendUint32(row, math.Float32bits(v[key].Scale))
		if _, err := w.Write(append(row, v[key].Numbers...)); err != nil {
			return fmt.Errorf("write the vectors: %w", err)
		}
	}
	return nil
}
