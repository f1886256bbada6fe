package weightfile

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// NewTensor makes a tensor out of numbers, each stored in the given width. It
// fails if the shape does not hold exactly these numbers, or if the width
// cannot hold one of them.
func NewTensor(name string, width int, values []float32, shape ...int) (Tensor, error) {
	t := Tensor{Name: name, Shape: shape, Width: width}
	if t.Len() != len(values) {
		return Tensor{}, fmt.Errorf("make tensor %q: %d numbers for shape %v", name, len(values), shape)
	}
	data := make([]byte, 0, len(values)*width)
	for i, v := range values {
		if width == Single {
			data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
			continue
		}
		h, ok := toHalf(v)
		if !ok {
			return Tensor{}, fmt.Errorf("make tensor %q: number %d, %v, does not fit in 16 bits", name, i, v)
		}
		data = binary.LittleEndian.AppendUint16(data, h)
	}
	t.Data = string(data)
	return t, nil
}

// Write writes the file in the form that Parse reads.
func (f *File) Write(w io.Writer) error {
	b := []byte(magic)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(f.Pieces)))
	for _, p := range f.Pieces {
		if len(p.Text) > math.MaxUint8 {
			return fmt.Errorf("write weights: piece %q is too long", p.Text)
		}
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(p.Score))
		b = append(append(b, byte(len(p.Text))), p.Text...)
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(len(f.Tensors)))
	for _, t := range f.Tensors {
		if len(t.Name) > math.MaxUint8 || len(t.Shape) > math.MaxUint8 {
			return fmt.Errorf("write weights: tensor %q: name or shape is too long", t.Name)
		}
		b = append(append(b, byte(len(t.Name))), t.Name...)
		b = append(b, byte(t.Width), byte(len(t.Shape)))
		for _, d := range t.Shape {
			b = binary.LittleEndian.AppendUint32(b, uint32(d))
		}
		b = append(b, t.Data...)
	}
	if _, err := w.Write(b); err != nil {
		return fmt.Errorf("write weights: %w", err)
	}
	return nil
}
