package encoder

import (
	"math"

	"kapbot/internal/matrix"
)

// What goes over every number is left alone by the race detector (go:norace); embed,
// attend and finish, which use the same memory, are not. See package matrix.

// apply computes the map of each of the first rows of x, which it may not share
// memory with.
func (m *affine) apply(dst, x []float32, rows int) {
	for i := range rows {
		copy(dst[i*m.out:], m.bias)
	}
	m.addProduct(dst, x, rows)
}

// add is like apply, but adds the result to dst.
//
//go:norace
func (m *affine) add(dst, x []float32, rows int) {
	for i := range rows {
		for j, b := range m.bias {
			dst[i*m.out+j] += b
		}
	}
	m.addProduct(dst, x, rows)
}

// addProduct adds to dst what the map makes of x without its bias.
func (m *affine) addProduct(dst, x []float32, rows int) {
	matrix.AddMulT(matrix.View{Data: dst, Stride: m.out}, matrix.View{Data: x, Stride: m.in}, matrix.View{Data: m.weights, Stride: m.in}, rows, m.out, m.in)
}

// apply brings each of the first rows of x to mean 0 and variance 1, then
// scales and shifts.
//
//go:norace
func (n *layerNorm) apply(dst, x []float32, rows, size int) {
	for i := range rows {
		from, to := x[i*size:][:size], dst[i*size:][:size]
		var sum, squares float32
		for _, v := range from {
			sum += v
		}
		mean := sum / float32(size)
		for _, v := range from {
			squares += (v - mean) * (v - mean)
		}
		factor := float32(1 / math.Sqrt(float64(squares)/float64(size)+normEpsilon))
		for j, v := range from {
			to[j] = (v-mean)*(factor*n.scale[j]) + n.bias[j]
		}
	}
}

// softmax turns a row of matches, each times scale, into shares that sum to
// one.
//
//go:norace
func softmax(row []float32, scale float32) {
	top := row[0]
	for _, v := range row {
		top = max(top, v)
	}
	var sum float32
	for i, v := range row {
		e := float32(math.Exp(float64((v - top) * scale)))
		row[i] = e
		sum += e
	}
	for i := range row {
		row[i] /= sum
	}
}

// rectify replaces what is below zero by zero.
//
//go:norace
func rectify(x []float32) {
	for i, v := range x {
		x[i] = max(v, 0)
	}
}

// average sets dst to the mean of the first rows of x.
//
//go:norace
func average(dst, x []float32, rows, size int) {
	copy(dst, x[:size])
	for i := 1; i < rows; i++ {
		for j, v := range x[i*size:][:size] {
			dst[j] += v
		}
	}
	for j := range dst[:size] {
		dst[j] /= float32(rows)
	}
}
