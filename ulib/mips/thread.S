/* SPDX-License-Identifier: MIT */
/* thread.S: where a thread begins.  sp points at fn and arg (struct stack of thread.c). */
	.section .text.thread_start, "ax", @progbits
	.globl thread_start
thread_start:
	lw $25, 0($sp)
	lw $4, 4($sp)
	addiu $sp, $sp, -16		# o32: room for four arguments
	jalr $25
	move $4, $2
	jal _exit
