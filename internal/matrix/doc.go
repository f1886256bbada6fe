// Package matrix multiplies matrices of float32, stored by rows, and rows that are
// packed into 8 bits a number.
//
// On an amd64 processor with AVX2 and FMA the inner loops are in assembly, about
// five times as fast as gonum's, with AVX-512 up to ten times. gonum is used everywhere
// else and for what remains at the edges. The results differ from gonum's in the last digits, since
// sums are taken in another order. No function starts a goroutine or allocates.
//
// The race detector leaves the loops over numbers alone (go:norace): with it at each
// number they would take ten times as long, and most tests of the program read messages
// through them. It watches those who call, who write to and read from the same memory.
package matrix
