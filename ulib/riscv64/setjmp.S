/* SPDX-License-Identifier: MIT */
/* setjmp.S: what a call keeps: ra, sp, s0 .. s11. */
	.macro each op
	\op ra, 0(a0)
	\op sp, 8(a0)
	\op s0, 16(a0)
	\op s1, 24(a0)
	\op s2, 32(a0)
	\op s3, 40(a0)
	\op s4, 48(a0)
	\op s5, 56(a0)
	\op s6, 64(a0)
	\op s7, 72(a0)
	\op s8, 80(a0)
	\op s9, 88(a0)
	\op s10, 96(a0)
	\op s11, 104(a0)
	.endm

	.section .text.setjmp, "ax", @progbits
	.globl setjmp
	.type setjmp, @function
setjmp:
	each sd
	li a0, 0
	ret
	.size setjmp, . - setjmp

	.section .text.longjmp, "ax", @progbits
	.globl longjmp
	.type longjmp, @function
longjmp:
	each ld
	seqz a0, a1
	add a0, a0, a1
	ret
	.size longjmp, . - longjmp
