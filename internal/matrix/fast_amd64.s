#include "textflag.h"

// ZERO clears the twelve sums.
#define ZERO \
	VXORPS Y0, Y0, Y0; \
	VXORPS Y1, Y1, Y1; \
	VXORPS Y2, Y2, Y2; \
	VXORPS Y3, Y3, Y3; \
	VXORPS Y4, Y4, Y4; \
	VXORPS Y5, Y5, Y5; \
	VXORPS Y6, Y6, Y6; \
	VXORPS Y7, Y7, Y7; \
	VXORPS Y8, Y8, Y8; \
	VXORPS Y9, Y9, Y9; \
	VXORPS Y10, Y10, Y10; \
	VXORPS Y11, Y11, Y11;

// MULTIPLY adds to three sums the products of Y15 with Y12 to Y14.
#define MULTIPLY(a, b, c) \
	VFMADD231PS Y12, Y15, a; \
	VFMADD231PS Y13, Y15, b; \
	VFMADD231PS Y14, Y15, c

// SUM stores the sum of the eight lanes of y, whose lower half is x.
#define SUM(y, x, at) \
	VEXTRACTF128 $1, y, X15; \
	VADDPS X15, x, x; \
	VHADDPS x, x, x; \
	VHADDPS x, x, x; \
	VMOVSS x, at(DI)

// ADDROW adds three sums to the 24 numbers at DI.
#define ADDROW(a, b, c) \
	VADDPS 0(DI), a, a; \
	VMOVUPS a, 0(DI); \
	VADDPS 32(DI), b, b; \
	VMOVUPS b, 32(DI); \
	VADDPS 64(DI), c, c; \
	VMOVUPS c, 64(DI)

// func dots(out *[12]float32, a0, a1, a2, a3, b0, b1, b2 *float32, n int)
//
// Y0 to Y11 hold the twelve sums, eight lanes each; Y12 to Y14 hold eight numbers of
// the rows of b, Y15 of a row of a.
TEXT ·dots(SB), NOSPLIT, $0-72
	MOVQ out+0(FP), DI
	MOVQ a0+8(FP), R8
	MOVQ a1+16(FP), R9
	MOVQ a2+24(FP), R10
	MOVQ a3+32(FP), R11
	MOVQ b0+40(FP), R12
	MOVQ b1+48(FP), R13
	MOVQ b2+56(FP), SI
	MOVQ n+64(FP), CX
	XORQ AX, AX
	ZERO

eight:
	VMOVUPS (R12)(AX*4), Y12
	VMOVUPS (R13)(AX*4), Y13
	VMOVUPS (SI)(AX*4), Y14
	VMOVUPS (R8)(AX*4), Y15
	MULTIPLY(Y0, Y1, Y2)
	VMOVUPS (R9)(AX*4), Y15
	MULTIPLY(Y3, Y4, Y5)
	VMOVUPS (R10)(AX*4), Y15
	MULTIPLY(Y6, Y7, Y8)
	VMOVUPS (R11)(AX*4), Y15
	MULTIPLY(Y9, Y10, Y11)
	ADDQ $8, AX
	CMPQ AX, CX
	JLT  eight

	SUM(Y0, X0, 0)
	SUM(Y1, X1, 4)
	SUM(Y2, X2, 8)
	SUM(Y3, X3, 12)
	SUM(Y4, X4, 16)
	SUM(Y5, X5, 20)
	SUM(Y6, X6, 24)
	SUM(Y7, X7, 28)
	SUM(Y8, X8, 32)
	SUM(Y9, X9, 36)
	SUM(Y10, X10, 40)
	SUM(Y11, X11, 44)
	VZEROUPPER
	RET

// func tile(d0, d1, d2, d3, a0, a1, a2, a3 *float32, strideA int, b *float32, strideB int, depth int)
//
// Y0 to Y11 hold four rows of 24 numbers; Y12 to Y14 hold a row of b, Y15 one number
// of a, eight times.
TEXT ·tile(SB), NOSPLIT, $0-96
	MOVQ a0+32(FP), R8
	MOVQ a1+40(FP), R9
	MOVQ a2+48(FP), R10
	MOVQ a3+56(FP), R11
	MOVQ strideA+64(FP), BX
	MOVQ b+72(FP), SI
	MOVQ strideB+80(FP), DX
	MOVQ depth+88(FP), CX
	ZERO

row:
	VMOVUPS (SI), Y12
	VMOVUPS 32(SI), Y13
	VMOVUPS 64(SI), Y14
	VBROADCASTSS (R8), Y15
	MULTIPLY(Y0, Y1, Y2)
	ADDQ BX, R8
	VBROADCASTSS (R9), Y15
	MULTIPLY(Y3, Y4, Y5)
	ADDQ BX, R9
	VBROADCASTSS (R10), Y15
	MULTIPLY(Y6, Y7, Y8)
	ADDQ BX, R10
	VBROADCASTSS (R11), Y15
	MULTIPLY(Y9, Y10, Y11)
	ADDQ BX, R11
	ADDQ DX, SI
	DECQ CX
	JNZ  row

	MOVQ d0+0(FP), DI
	ADDROW(Y0, Y1, Y2)
	MOVQ d1+8(FP), DI
	ADDROW(Y3, Y4, Y5)
	MOVQ d2+16(FP), DI
	ADDROW(Y6, Y7, Y8)
	MOVQ d3+24(FP), DI
	ADDROW(Y9, Y10, Y11)
	VZEROUPPER
	RET

// func dotPacked(x []float32, numbers string, n int) float32
//
// Y0 to Y3 hold the sum, Y4 to Y7 eight numbers each as they are made floats.
TEXT ·dotPacked(SB), NOSPLIT, $0-52
	MOVQ x_base+0(FP), DI
	MOVQ numbers_base+24(FP), SI
	MOVQ n+40(FP), CX
	XORQ AX, AX
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3

thirtytwo:
	VPMOVSXBD 0(SI)(AX*1), Y4
	VPMOVSXBD 8(SI)(AX*1), Y5
	VPMOVSXBD 16(SI)(AX*1), Y6
	VPMOVSXBD 24(SI)(AX*1), Y7
	VCVTDQ2PS Y4, Y4
	VCVTDQ2PS Y5, Y5
	VCVTDQ2PS Y6, Y6
	VCVTDQ2PS Y7, Y7
	VFMADD231PS 0(DI)(AX*4), Y4, Y0
	VFMADD231PS 32(DI)(AX*4), Y5, Y1
	VFMADD231PS 64(DI)(AX*4), Y6, Y2
	VFMADD231PS 96(DI)(AX*4), Y7, Y3
	ADDQ $32, AX
	CMPQ AX, CX
	JLT  thirtytwo

	VADDPS Y1, Y0, Y0
	VADDPS Y3, Y2, Y2
	VADDPS Y2, Y0, Y0
	VEXTRACTF128 $1, Y0, X1
	VADDPS X1, X0, X0
	VHADDPS X0, X0, X0
	VHADDPS X0, X0, X0
	VMOVSS X0, ret+48(FP)
	VZEROUPPER
	RET
