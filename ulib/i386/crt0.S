/* SPDX-License-Identifier: MIT */
/* crt0.S: where a program begins.  sp points at argc, argv[]. */
	.section .text._start, "ax", @progbits
	.globl _start
_start:
	xor %ebp, %ebp
	mov (%esp), %eax
	lea 4(%esp), %edx
	sub $8, %esp			# 16-byte aligned at the call
	push %edx
	push %eax
	call main
	push %eax
	call exit
