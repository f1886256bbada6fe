//go:build !amd64

package matrix

// fast says that there is assembly for this processor.
const fast = false

const lane, wide, tall = 8, 24, 4

func addMulT(dst, a, b View, rows, columns, depth int) {}

func addTiles(dst, a, b View, rows, columns, depth int, transposed bool) {}
