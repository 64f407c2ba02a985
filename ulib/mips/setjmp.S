/* SPDX-License-Identifier: MIT */
/* setjmp.S: what a call keeps (o32): s0 .. s7, fp, sp, ra.  gp has no use here. */
	.set noreorder

	.macro each op
	\op $16, 0($4)
	\op $17, 4($4)
	\op $18, 8($4)
	\op $19, 12($4)
	\op $20, 16($4)
	\op $21, 20($4)
	\op $22, 24($4)
	\op $23, 28($4)
	\op $30, 32($4)
	\op $29, 36($4)
	\op $31, 40($4)
	.endm

	.section .text.setjmp, "ax", @progbits
	.globl setjmp
	.type setjmp, @function
	.ent setjmp
setjmp:
	each sw
	jr $31
	move $2, $0
	.end setjmp
	.size setjmp, . - setjmp

	.section .text.longjmp, "ax", @progbits
	.globl longjmp
	.type longjmp, @function
	.ent longjmp
longjmp:
	each lw
	sltiu $2, $5, 1
	jr $31
	addu $2, $2, $5
	.end longjmp
	.size longjmp, . - longjmp
