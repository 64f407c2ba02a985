/* SPDX-License-Identifier: MIT */
/* thread.S: where a thread begins.  sp points at fn and arg (struct stack of thread.c). */
	.section .text.thread_start, "ax", @progbits
	.globl thread_start
thread_start:
	ld t0, 0(sp)
	ld a0, 8(sp)
	jalr t0
	call _exit
