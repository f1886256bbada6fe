package matrix

import (
	"runtime"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// A View is a matrix that lies in Data: Stride numbers from the start of one row
// to the start of the next.
type View struct {
	Data   []float32
	Stride int
}

// panel is how many rows of b are multiplied before the next are looked at: few
// enough to stay in the processor's second cache while all of a passes by. It is
// also so few that gonum, which begins to use goroutines at four blocks of 64 by
// 64, does not.
const panel = 48

// AddMulT adds a·bᵀ to dst, which is rows × columns; a is rows × depth and b is
// columns × depth. It lets others run between panels: Go would interrupt it only after
// 10 ms, and a crisis card that is on its way needs the processor a dozen times.
func AddMulT(dst, a, b View, rows, columns, depth int) {
	if rows == 0 || columns == 0 || depth == 0 {
		return
	}
	for j := 0; j < columns; j += panel {
		runtime.Gosched()
		n := min(panel, columns-j)
		to, from := View{dst.Data[j:], dst.Stride}, View{b.Data[j*b.Stride:], b.Stride}
		if fast && depth >= lane {
			addMulT(to, a, from, rows, n, depth)
			continue
		}
		gonum.Implementation{}.Sgemm(blas.NoTrans, blas.Trans, rows, n, depth, 1, a.Data, a.Stride, from.Data, from.Stride, 1, to.Data, to.Stride)
	}
}

// AddMul adds a·b to dst, which is rows × columns; a is rows × depth and b is
// depth × columns.
func AddMul(dst, a, b View, rows, columns, depth int) {
	addMul(dst, a, b, rows, columns, depth, false)
}

// AddTMul adds aᵀ·b to dst, which is rows × columns; a is depth × rows and b is
// depth × columns.
func AddTMul(dst, a, b View, rows, columns, depth int) {
	addMul(dst, a, b, rows, columns, depth, true)
}

func addMul(dst, a, b View, rows, columns, depth int, transposed bool) {
	if rows == 0 || columns == 0 || depth == 0 {
		return
	}
	done := 0
	if fast && rows >= tall {
		done = columns / wide * wide
		addTiles(dst, a, b, rows, done, depth, transposed)
	}
	kind := blas.NoTrans
	if transposed {
		kind = blas.Trans
	}
	for j := done; j < columns; j += panel {
		gonum.Implementation{}.Sgemm(kind, blas.NoTrans, rows, min(panel, columns-j), depth, 1, a.Data, a.Stride, b.Data[j:], b.Stride, 1, dst.Data[j:], dst.Stride)
	}
}
