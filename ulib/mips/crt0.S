/* SPDX-License-Identifier: MIT */
/* crt0.S: where a program begins.  sp points at argc, argv[]. */
	.section .text._start, "ax", @progbits
	.globl _start
_start:
	lw $4, 0($sp)
	addiu $5, $sp, 4
	addiu $sp, $sp, -16		# o32: room for four arguments
	jal main
	move $4, $2
	jal exit
