/* SPDX-License-Identifier: MIT */
/* crt0.S: where a program begins.  sp points at argc, argv[], 0, envp[], 0. */
	.section .text._start, "ax", @progbits
	.globl _start
_start:
	ld a0, 0(sp)
	addi a1, sp, 8
	slli a2, a0, 3
	add a2, a2, a1
	addi a2, a2, 8
	.weak environ			# in programs that have one
	lui t0, %hi(environ)
	addi t0, t0, %lo(environ)
	beqz t0, 1f
	sd a2, (t0)
1:	call main
	call exit
