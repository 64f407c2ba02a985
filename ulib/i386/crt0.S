/* SPDX-License-Identifier: MIT */
/* crt0.S: where a program begins.  sp points at argc, argv[], 0, envp[], 0. */
	.section .text._start, "ax", @progbits
	.globl _start
_start:
	xor %ebp, %ebp
	mov (%esp), %eax
	lea 4(%esp), %edx
	lea 4(%edx,%eax,4), %ecx
	.weak environ			# in programs that have one
	mov $environ, %esi
	test %esi, %esi
	jz 1f
	mov %ecx, (%esi)
1:	sub $4, %esp			# 16-byte aligned at the call
	push %ecx
	push %edx
	push %eax
	call main
	push %eax
	call exit
