/* SPDX-License-Identifier: MIT */
/* crt0.S: where a program begins.  sp points at argc, argv[]. */
	.section .text._start, "ax", @progbits
	.globl _start
_start:
	ld a0, 0(sp)
	addi a1, sp, 8
	call main
	call exit
