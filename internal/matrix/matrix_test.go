package matrix_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
	"pgregory.net/rapid"

	"kapbot/internal/matrix"
)

// multiply is the definition, slow and in float64.
func multiply(dst matrix.View, a, b func(i, k int) float32, rows, columns, depth int) []float64 {
	out := make([]float64, len(dst.Data))
	for i, v := range dst.Data {
		out[i] = float64(v)
	}
	for i := range rows {
		for j := range columns {
			for k := range depth {
				out[i*dst.Stride+j] += float64(a(i, k)) * float64(b(j, k))
			}
		}
	}
	return out
}

func random(t *rapid.T, rng *rand.Rand, name string, rows, columns int) matrix.View {
	stride := columns + rapid.IntRange(0, 3).Draw(t, name+"'s margin")
	v := matrix.View{Data: make([]float32, max(0, (rows-1)*stride+columns)), Stride: stride}
	for i := range v.Data {
		v.Data[i] = rng.Float32() - 0.5
	}
	return v
}

// A product is what the definition says, and nothing beside it is written: margins
// of rows are compared too.
func TestProducts(t *testing.T) {
	products := []struct {
		name       string
		do         func(dst, a, b matrix.View, rows, columns, depth int)
		turnA, ofB bool // a lies turned; b lies with a row for each column of the product
	}{
		{"a·bᵀ", matrix.AddMulT, false, true},
		{"a·b", matrix.AddMul, false, false},
		{"aᵀ·b", matrix.AddTMul, true, false},
	}
	at := func(v matrix.View, turned bool) func(i, k int) float32 {
		if turned {
			return func(i, k int) float32 { return v.Data[k*v.Stride+i] }
		}
		return func(i, k int) float32 { return v.Data[i*v.Stride+k] }
	}
	shape := func(turned bool, n, depth int) (rows, columns int) {
		if turned {
			return depth, n
		}
		return n, depth
	}
	for _, p := range products {
		t.Run(p.name, rapid.MakeCheck(func(t *rapid.T) {
			rows, columns := rapid.IntRange(0, 20).Draw(t, "rows"), rapid.IntRange(0, 110).Draw(t, "columns")
			depth := rapid.IntRange(0, 70).Draw(t, "depth")
			rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
			ar, ac := shape(p.turnA, rows, depth)
			br, bc := shape(!p.ofB, columns, depth)
			a, b, dst := random(t, rng, "a", ar, ac), random(t, rng, "b", br, bc), random(t, rng, "dst", rows, columns)
			want := multiply(dst, at(a, p.turnA), at(b, !p.ofB), rows, columns, depth)
			p.do(dst, a, b, rows, columns, depth)
			for i, got := range dst.Data {
				if math.Abs(float64(got)-want[i]) > 1e-4 {
					t.Fatalf("number %d is %v, want %v", i, got, want[i])
				}
			}
		}))
	}
}

func BenchmarkProducts(b *testing.B) {
	const rows, columns, depth = 64, 1536, 512
	view := func(rows, columns int) matrix.View {
		v := matrix.View{Data: make([]float32, rows*columns), Stride: columns}
		for i := range v.Data {
			v.Data[i] = rand.Float32()
		}
		return v
	}
	dst := view(rows, columns)
	for _, p := range []struct {
		name string
		do   func(dst, a, b matrix.View, rows, columns, depth int)
		a, b matrix.View
	}{
		{"MulT", matrix.AddMulT, view(rows, depth), view(columns, depth)},
		{"Mul", matrix.AddMul, view(rows, depth), view(depth, columns)},
		{"TMul", matrix.AddTMul, view(depth, rows), view(depth, columns)},
		{"gonum MulT", func(dst, a, b matrix.View, rows, columns, depth int) {
			gonum.Implementation{}.Sgemm(blas.NoTrans, blas.Trans, rows, columns, depth, 1, a.Data, a.Stride, b.Data, b.Stride, 1, dst.Data, dst.Stride)
		}, view(rows, depth), view(columns, depth)},
	} {
		b.Run(fmt.Sprintf("%s %dx%dx%d", p.name, rows, columns, depth), func(b *testing.B) {
			for b.Loop() {
				p.do(dst, p.a, p.b, rows, columns, depth)
			}
			b.ReportMetric(2*rows*columns*depth*float64(b.N)/b.Elapsed().Seconds()/1e9, "Gflop/s")
		})
	}
}

// A packed row is the row it was packed from, to the step it was rounded to, both
// when it is added and when it is multiplied.
func TestPacked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 200).Draw(t, "numbers")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		row, x, added := make([]float32, n), make([]float32, n), make([]float32, n)
		want := 0.0
		for i := range row {
			row[i], x[i], added[i] = 6*rng.Float32()-3, rng.Float32()-0.5, 1
		}
		p := matrix.Pack(row)
		p.AddTo(added, 2)
		for i := range row {
			if step := math.Abs(float64(added[i]-1)/2 - float64(row[i])); step > float64(p.Scale)*0.51 {
				t.Fatalf("number %d is %v, want %v", i, (added[i]-1)/2, row[i])
			}
			want += float64(added[i]-1) / 2 * float64(x[i])
		}
		if got := float64(p.Dot(x)); math.Abs(got-want) > 1e-3 {
			t.Fatalf("the product is %v, want %v", got, want)
		}
	})
}
