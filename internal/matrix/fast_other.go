//go:build !amd64

package matrix

// fast says that there is assembly for this processor.
const fast = false

const lane, wide, tall, packedLane = 8, 24, 4, 32

func addMulT(dst, a, b View, rows, columns, depth int) {}

func addTiles(dst, a, b View, rows, columns, depth int, transposed bool) {}

func dotPacked(x []float32, numbers string, n int) float32 { return 0 }
