/* SPDX-License-Identifier: MIT */
/* thread.S: where a thread begins.  sp points at fn and arg (struct stack of thread.c). */
	.section .text.thread_start, "ax", @progbits
	.globl thread_start
thread_start:
	mov (%esp), %ecx
	mov 4(%esp), %eax
	xor %ebp, %ebp
	sub $12, %esp			# 16-byte aligned at the call
	push %eax
	call *%ecx
	push %eax
	call _exit
