package matrix

import "golang.org/x/sys/cpu"

// fast says that there is assembly for this processor.
var fast = cpu.X86.HasAVX2 && cpu.X86.HasFMA

// doubled says that it has registers of twice the size, and twice as many.
var doubled = fast && cpu.X86.HasAVX512F

const (
	lane  = 8  // numbers in a register
	tall  = 4  // rows of a that a kernel takes at once
	short = 3  // rows of b that dots takes at once
	wide  = 24 // columns of b that tile takes at once

	packedLane = 32 // numbers that dotPacked takes at once
)

// dots sets out to the products of the first 4 of 8 rows with 3 rows of n numbers
// each; n is a multiple of 8 above 0.
//
//go:noescape
func dots(out *[2 * tall * short]float32, a *[2 * tall]*float32, b *[short]*float32, n int)

// dots512 is dots for all 8 rows; n is a multiple of 16.
//
//go:noescape
func dots512(out *[2 * tall * short]float32, a *[2 * tall]*float32, b *[short]*float32, n int)

// tile adds to 4 rows of 24 numbers at dst the product of 4 columns of a with
// depth rows of b. Strides are in bytes: from one number of a column to the next,
// and from one row to the next.
//
//go:noescape
func tile(d0, d1, d2, d3, a0, a1, a2, a3 *float32, strideA int, b *float32, strideB int, depth int)

// dotPacked returns the sum of the products of n numbers, a multiple of 32 above 0.
//
//go:noescape
func dotPacked(x []float32, numbers string, n int) float32

// addMulT goes over blocks of 4 by 3 products, or 8 by 3. At the edges a block takes the
// last row again, and what it makes of it is left out.
//
//go:norace
func addMulT(dst, a, b View, rows, columns, depth int) {
	large := doubled && depth >= 2*lane
	whole := depth / lane * lane
	if large {
		whole = depth / (2 * lane) * (2 * lane)
	}
	var out [2 * tall * short]float32
	var x [2 * tall]*float32
	var y [short]*float32
	for i := 0; i < rows; {
		high := tall
		if large && rows-i > tall {
			high = 2 * tall
		}
		for r := range high {
			x[r] = &a.Data[min(i+r, rows-1)*a.Stride]
		}
		for j := 0; j < columns; j += short {
			for c := range short {
				y[c] = &b.Data[min(j+c, columns-1)*b.Stride]
			}
			if high > tall {
				dots512(&out, &x, &y, whole)
			} else {
				dots(&out, &x, &y, whole)
			}
			n := min(short, columns-j)
			for r := range min(high, rows-i) {
				to := dst.Data[(i+r)*dst.Stride+j:][:n]
				for c, sum := range out[r*short:][:n] {
					to[c] += sum
				}
			}
		}
		i += high
	}
	if whole < depth {
		addRest(dst, a, b, rows, columns, whole, depth)
	}
}

// addRest adds what the kernels left: the products of the last few numbers of each row.
//
//go:norace
func addRest(dst, a, b View, rows, columns, from, to int) {
	for i := range rows {
		for j := range columns {
			for k := from; k < to; k++ {
				dst.Data[i*dst.Stride+j] += a.Data[i*a.Stride+k] * b.Data[j*b.Stride+k]
			}
		}
	}
}

// addTiles goes over blocks of 4 by 24 numbers of dst; columns is a multiple of 24.
// The last block takes the last row of a again, and what it makes of it goes to waste.
func addTiles(dst, a, b View, rows, columns, depth int, transposed bool) {
	down, along := a.Stride, 1
	if transposed {
		down, along = 1, a.Stride
	}
	var waste [tall][wide]float32
	for j := 0; j < columns; j += wide {
		for i := 0; i < rows; i += tall {
			var d, x [tall]*float32
			for r := range tall {
				x[r] = &a.Data[min(i+r, rows-1)*down]
				if d[r] = &waste[r][0]; i+r < rows {
					d[r] = &dst.Data[(i+r)*dst.Stride+j]
				}
			}
			tile(d[0], d[1], d[2], d[3], x[0], x[1], x[2], x[3], 4*along, &b.Data[j], 4*b.Stride, depth)
		}
	}
}
