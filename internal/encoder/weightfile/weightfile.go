// Package weightfile holds the form in which the sentence encoder's vocabulary
// and weights are kept: one file, written by the convert program and read by
// package encoder. Reader and writer stand side by side here so that they
// cannot drift apart.
//
// The layout, little-endian throughout:
//
//	magic    "kapenc1\n"
//	count    uint32, then for each piece:  score float64, length uint8, text
//	count    uint32, then for each tensor: length uint8, name,
//	         width uint8 (bytes in a number: 2 or 4), dimensions uint8,
//	         each dimension uint32, the numbers row by row
package weightfile

import "math"

const magic = "kapenc1\n"

// The widths a tensor's numbers may have, in bytes.
const (
	Half   = 2 // IEEE 754 binary16
	Single = 4 // IEEE 754 binary32
)

// A Piece is an entry of the vocabulary: its text and its log probability.
// A piece's position in the list is its identifier.
type Piece struct {
	Text  string
	Score float64
}

// A Tensor is a named array of numbers. Its numbers stay in their stored form
// until they are asked for, so a large table of which few rows are needed
// costs no memory beyond the file itself.
type Tensor struct {
	Name  string
	Shape []int
	Width int
	Data  string
}

// A File is all that the encoder needs.
type File struct {
	Pieces  []Piece
	Tensors []Tensor
}

// Len returns how many numbers the tensor holds.
func (t Tensor) Len() int {
	n := 1
	for _, d := range t.Shape {
		n *= d
	}
	return n
}

// Read fills dst with the numbers that start at position from. Numbers beyond
// the tensor's end are left as they were. The race detector leaves it
// alone: each start goes over the millions of numbers of the encoder.
//
//go:norace
func (t Tensor) Read(dst []float32, from int) {
	if from < 0 || from*t.Width >= len(t.Data) {
		return
	}
	data := t.Data[from*t.Width:]
	n := min(len(dst), len(data)/t.Width)
	if t.Width == Half {
		for i := range n {
			dst[i] = fromHalf(uint16(data[2*i]) | uint16(data[2*i+1])<<8)
		}
		return
	}
	for i := range n {
		d := data[4*i : 4*i+4]
		dst[i] = math.Float32frombits(uint32(d[0]) | uint32(d[1])<<8 | uint32(d[2])<<16 | uint32(d[3])<<24)
	}
}

// fromHalf widens a finite binary16. Moving its bits into a float32's places
// leaves the exponent short by 112, which the multiplication makes good for
// normal and subnormal numbers alike.
func fromHalf(h uint16) float32 {
	f := math.Float32frombits(uint32(h&0x7fff)<<13) * 0x1p112
	return math.Float32frombits(math.Float32bits(f) | uint32(h&0x8000)<<16)
}

// toHalf narrows to binary16, rounding half to even. The second value is false
// for what binary16 cannot hold: infinities, not-a-number, anything from 65520
// up.
func toHalf(f float32) (uint16, bool) {
	bits := math.Float32bits(f)
	sign := uint16(bits >> 16 & 0x8000)
	size := math.Abs(float64(f))
	if !(size < 65520) {
		return 0, false
	}
	if size < 0x1p-14 { // subnormal: a whole number of steps of 2^-24
		return sign | uint16(math.RoundToEven(size*0x1p24)), true
	}
	// A carry out of the fraction moves the exponent up by one, as it should.
	magnitude := bits & 0x7fffffff
	rounded := magnitude + 0xfff + magnitude>>13&1
	return sign | uint16(rounded>>13-112<<10), true
}
