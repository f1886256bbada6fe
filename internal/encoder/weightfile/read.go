package weightfile

import (
	"cmp"
	"errors"
	"fmt"
	"math"
)

var errShort = errors.New("the file ends too early")

// Parse reads a file. What it returns refers to the bytes of s, which are not
// copied. A file of another kind, one cut short or one with anything left over
// at its end is an error.
func Parse(s string) (*File, error) {
	r := reader{rest: s}
	if head := r.text(len(magic)); r.err != nil || head != magic {
		return nil, errors.New("read weights: not a weight file of this version")
	}
	f := &File{}
	for range r.count(9) {
		score := math.Float64frombits(r.number(8))
		f.Pieces = append(f.Pieces, Piece{Text: r.text(int(r.number(1))), Score: score})
	}
	for range r.count(3) {
		f.Tensors = append(f.Tensors, r.tensor())
	}
	if r.err == nil && r.rest != "" {
		r.err = fmt.Errorf("%d bytes left over", len(r.rest))
	}
	if r.err != nil {
		return nil, fmt.Errorf("read weights: %w", r.err)
	}
	return f, nil
}

// Tensor returns the tensor of that name, or an error if the file has none or
// if it has another shape.
func (f *File) Tensor(name string, shape ...int) (Tensor, error) {
	for _, t := range f.Tensors {
		if t.Name != name {
			continue
		}
		if fmt.Sprint(t.Shape) != fmt.Sprint(shape) {
			return Tensor{}, fmt.Errorf("find tensor %q: shape is %v, want %v", name, t.Shape, shape)
		}
		return t, nil
	}
	return Tensor{}, fmt.Errorf("find tensor %q: the file has none of that name", name)
}

// A reader takes values from the front of rest. After its first error it
// yields zeros and empty strings, so that callers check once, at the end.
type reader struct {
	rest string
	err  error
}

func (r *reader) text(n int) string {
	if r.err == nil && n > len(r.rest) {
		r.err = errShort
	}
	if r.err != nil {
		return ""
	}
	s := r.rest[:n]
	r.rest = r.rest[n:]
	return s
}

func (r *reader) number(width int) uint64 {
	var v uint64
	for i, b := range []byte(r.text(width)) {
		v |= uint64(b) << (8 * i)
	}
	return v
}

// count reads how many items follow. Each takes at least the given number of
// bytes, so a count that the rest of the file cannot hold is refused before
// anyone loops over it.
func (r *reader) count(atLeast int) int {
	n := int(r.number(4))
	if r.err == nil && n > len(r.rest)/atLeast {
		r.err = errShort
	}
	if r.err != nil {
		return 0
	}
	return n
}

func (r *reader) tensor() Tensor {
	t := Tensor{Name: r.text(int(r.number(1))), Width: int(r.number(1))}
	if r.err == nil && t.Width != Half && t.Width != Single {
		r.err = fmt.Errorf("tensor %q: numbers of %d bytes", t.Name, t.Width)
	}
	size := 1
	for range int(r.number(1)) {
		d := int(r.number(4))
		t.Shape = append(t.Shape, d)
		if d == 0 || size > len(r.rest)/d { // also keeps size from overflowing
			r.err = cmp.Or(r.err, errShort)
			return Tensor{}
		}
		size *= d
	}
	t.Data = r.text(size * t.Width)
	return t
}
