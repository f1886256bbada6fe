package matrix

import "golang.org/x/sys/cpu"

// fast says that there is assembly for this processor.
var fast = cpu.X86.HasAVX2 && cpu.X86.HasFMA

const (
	lane  = 8  // numbers in a register
	tall  = 4  // rows of a that a kernel takes at once
	short = 3  // rows of b that dots takes at once
	wide  = 24 // columns of b that tile takes at once

	packedLane = 32 // numbers that dotPacked takes at once
)

// dots sets out to the products of 4 rows with 3 rows of n numbers each; n is a
// multiple of 8 above 0.
//
//go:noescape
func dots(out *[tall * short]float32, a0, a1, a2, a3, b0, b1, b2 *float32, n int)

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

// addMulT goes over blocks of 4 by 3 products. At the edges a block takes the last
// row again, and what it makes of it is left out.
func addMulT(dst, a, b View, rows, columns, depth int) {
	whole := depth / lane * lane
	row := func(v View, i, n int) []float32 { return v.Data[min(i, n-1)*v.Stride:][:depth] }
	var out [tall * short]float32
	for i := 0; i < rows; i += tall {
		x := [tall][]float32{row(a, i, rows), row(a, i+1, rows), row(a, i+2, rows), row(a, i+3, rows)}
		for j := 0; j < columns; j += short {
			y := [short][]float32{row(b, j, columns), row(b, j+1, columns), row(b, j+2, columns)}
			dots(&out, &x[0][0], &x[1][0], &x[2][0], &x[3][0], &y[0][0], &y[1][0], &y[2][0], whole)
			for r := range min(tall, rows-i) {
				to := dst.Data[(i+r)*dst.Stride+j:]
				for c := range min(short, columns-j) {
					sum := out[r*short+c]
					for k := whole; k < depth; k++ {
						sum += x[r][k] * y[c][k]
					}
					to[c] += sum
				}
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
