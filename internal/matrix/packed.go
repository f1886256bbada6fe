package matrix

import "math"

// A Packed is a row of numbers in 8 bits each. Numbers is a string so that a row
// may stay where the program's file is mapped.
type Packed struct {
	Scale   float32 // what a number of 1 stands for
	Numbers string  // a signed byte each
}

// Pack packs a row; each number is rounded to one of 255 steps.
func Pack(row []float32) Packed {
	top := float32(1e-12)
	for _, x := range row {
		top = max(top, x, -x)
	}
	numbers := make([]byte, len(row))
	for i, x := range row {
		numbers[i] = byte(int8(math.RoundToEven(float64(x / top * 127))))
	}
	return Packed{top / 127, string(numbers)}
}

// AddTo adds alpha times the row to y, which is as long.
//
//go:norace
func (p Packed) AddTo(y []float32, alpha float32) {
	alpha *= p.Scale
	numbers := p.Numbers[:len(y)]
	for i := range y {
		y[i] += alpha * float32(int8(numbers[i]))
	}
}

// Dot returns the sum of the products with x, which is as long.
//
//go:norace
func (p Packed) Dot(x []float32) float32 {
	numbers := p.Numbers[:len(x)]
	whole, sum := 0, float32(0)
	if fast {
		if whole = len(x) / packedLane * packedLane; whole > 0 {
			sum = dotPacked(x, numbers, whole)
		}
	}
	for i, v := range x[whole:] {
		sum += v * float32(int8(numbers[whole+i]))
	}
	return sum * p.Scale
}
