#include "textflag.h"

// ZERO clears twelve sums.
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

// MULTIPLY512 is MULTIPLY with sixteen lanes.
#define MULTIPLY512(a, b, c) \
	VFMADD231PS Z12, Z15, a; \
	VFMADD231PS Z13, Z15, b; \
	VFMADD231PS Z14, Z15, c

// SUM stores the sums of the lanes of four registers; x is the lower half of a.
#define SUM(a, b, c, d, x, at) \
	VHADDPS b, a, a; \
	VHADDPS d, c, c; \
	VHADDPS c, a, a; \
	VEXTRACTF128 $1, a, X15; \
	VADDPS X15, x, x; \
	VMOVUPS x, at(DI)

// ZERO512 clears the other twelve sums.
#define ZERO512 \
	VPXORQ Z16, Z16, Z16; \
	VPXORQ Z17, Z17, Z17; \
	VPXORQ Z18, Z18, Z18; \
	VPXORQ Z19, Z19, Z19; \
	VPXORQ Z20, Z20, Z20; \
	VPXORQ Z21, Z21, Z21; \
	VPXORQ Z22, Z22, Z22; \
	VPXORQ Z23, Z23, Z23; \
	VPXORQ Z24, Z24, Z24; \
	VPXORQ Z25, Z25, Z25; \
	VPXORQ Z26, Z26, Z26; \
	VPXORQ Z27, Z27, Z27;

// HALVE adds both halves of z into y.
#define HALVE(z, y) \
	VEXTRACTF64X4 $0, z, Y15; \
	VEXTRACTF64X4 $1, z, y; \
	VADDPS Y15, y, y

// SUM512 is SUM with sixteen lanes; it needs Z12 to Z15.
#define SUM512(a, b, c, d, at) \
	HALVE(a, Y12); \
	HALVE(b, Y13); \
	HALVE(c, Y14); \
	VHADDPS Y13, Y12, Y12; \
	HALVE(d, Y13); \
	VHADDPS Y13, Y14, Y14; \
	VHADDPS Y14, Y12, Y12; \
	VEXTRACTF128 $1, Y12, X15; \
	VADDPS X15, X12, X12; \
	VMOVUPS X12, at(DI)

// ADDROW adds three sums to the 24 numbers at DI.
#define ADDROW(a, b, c) \
	VADDPS 0(DI), a, a; \
	VMOVUPS a, 0(DI); \
	VADDPS 32(DI), b, b; \
	VMOVUPS b, 32(DI); \
	VADDPS 64(DI), c, c; \
	VMOVUPS c, 64(DI)

// func dots(out *[24]float32, a *[8]*float32, b *[3]*float32, n int)
//
// Y0 to Y11 hold the twelve sums, eight lanes each; Y12 to Y14 hold eight numbers of
// the rows of b, Y15 of a row of a.
TEXT ·dots(SB), NOSPLIT, $0-32
	MOVQ out+0(FP), DI
	MOVQ a+8(FP), AX
	MOVQ 0(AX), R8
	MOVQ 8(AX), R9
	MOVQ 16(AX), R10
	MOVQ 24(AX), R11
	MOVQ b+16(FP), AX
	MOVQ 0(AX), R12
	MOVQ 8(AX), R13
	MOVQ 16(AX), SI
	MOVQ n+24(FP), CX
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

	SUM(Y0, Y1, Y2, Y3, X0, 0)
	SUM(Y4, Y5, Y6, Y7, X4, 16)
	SUM(Y8, Y9, Y10, Y11, X8, 32)
	VZEROUPPER
	RET

// func dots512(out *[24]float32, a *[8]*float32, b *[3]*float32, n int)
//
// Z0 to Z11 and Z16 to Z27 hold the sums, sixteen lanes each; Z12 to Z14 hold sixteen
// numbers of the rows of b, Z15 of a row of a.
TEXT ·dots512(SB), NOSPLIT, $0-32
	MOVQ a+8(FP), AX
	MOVQ 0(AX), R8
	MOVQ 8(AX), R9
	MOVQ 16(AX), R10
	MOVQ 24(AX), R11
	MOVQ 32(AX), BX
	MOVQ 40(AX), DX
	MOVQ 48(AX), DI
	MOVQ 56(AX), R15
	MOVQ b+16(FP), AX
	MOVQ 0(AX), R12
	MOVQ 8(AX), R13
	MOVQ 16(AX), SI
	MOVQ n+24(FP), CX
	XORQ AX, AX
	ZERO // what clears the lower half of a register clears the upper
	ZERO512

sixteen:
	VMOVUPS (R12)(AX*4), Z12
	VMOVUPS (R13)(AX*4), Z13
	VMOVUPS (SI)(AX*4), Z14
	VMOVUPS (R8)(AX*4), Z15
	MULTIPLY512(Z0, Z1, Z2)
	VMOVUPS (R9)(AX*4), Z15
	MULTIPLY512(Z3, Z4, Z5)
	VMOVUPS (R10)(AX*4), Z15
	MULTIPLY512(Z6, Z7, Z8)
	VMOVUPS (R11)(AX*4), Z15
	MULTIPLY512(Z9, Z10, Z11)
	VMOVUPS (BX)(AX*4), Z15
	MULTIPLY512(Z16, Z17, Z18)
	VMOVUPS (DX)(AX*4), Z15
	MULTIPLY512(Z19, Z20, Z21)
	VMOVUPS (DI)(AX*4), Z15
	MULTIPLY512(Z22, Z23, Z24)
	VMOVUPS (R15)(AX*4), Z15
	MULTIPLY512(Z25, Z26, Z27)
	ADDQ $16, AX
	CMPQ AX, CX
	JLT  sixteen

	MOVQ out+0(FP), DI
	SUM512(Z0, Z1, Z2, Z3, 0)
	SUM512(Z4, Z5, Z6, Z7, 16)
	SUM512(Z8, Z9, Z10, Z11, 32)
	SUM512(Z16, Z17, Z18, Z19, 48)
	SUM512(Z20, Z21, Z22, Z23, 64)
	SUM512(Z24, Z25, Z26, Z27, 80)
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
