/* SPDX-License-Identifier: MIT */
/*
 * syscall.S: a function for every system call.  Number and result in eax,
 * arguments in ebx ecx edx esi edi ebp; the kernel keeps all but eax.
 * -4095 .. -1 is an error: errno is set, and the result is -1.
 */
#include "abi/syscall.h"
#include "ulib/names.h"

	.macro stub name, nr, args
	.section .text.\name, "ax", @progbits
	.globl \name
	.type \name, @function
\name:
	.ifc \name, rfork
	cmpl $0, upcalls		# .ufork_on
	jne ufork_by
	.endif
	.ifc \name, vfork
	pop %ecx			# the child will write over the return address
	.endif
	.ifc \name, exofork
	pop %ecx			# the parent will, before the child has a stack
	.endif
	.set at, 4
	.if \args >= 1
	push %ebx
	.set at, at + 4
	.endif
	.if \args >= 4
	push %esi
	.set at, at + 4
	.endif
	.if \args >= 5
	push %edi
	.set at, at + 4
	.endif
	.if \args >= 6
	push %ebp
	.set at, at + 4
	mov at + 20(%esp), %ebp
	.endif
	.if \args >= 5
	mov at + 16(%esp), %edi
	.endif
	.if \args >= 4
	mov at + 12(%esp), %esi
	.endif
	.if \args >= 3
	mov at + 8(%esp), %edx
	.endif
	.if \args >= 2
	mov at + 4(%esp), %ecx
	.endif
	.if \args >= 1
	mov at(%esp), %ebx
	.endif
	mov $\nr, %eax
	int $0x80
	.ifc \name, _exit
	ud2				# did not return
	.else
	.if \args >= 6
	pop %ebp
	.endif
	.if \args >= 5
	pop %edi
	.endif
	.if \args >= 4
	pop %esi
	.endif
	.if \args >= 1
	pop %ebx
	.endif
	.ifc \name, vfork
	push %ecx
	.endif
	.ifc \name, exofork
	push %ecx
	.endif
	cmp $-4095, %eax
	.ifc \name, rfork
	jae rfork_fail
	.else
	jae sys_fail
	.endif
	ret
	.endif
	.size \name, . - \name
	.endm

#define X(nr, name, args) stub name, nr, args;
SYSCALLS(X)

	.section .text.sys_fail, "ax", @progbits
sys_fail:
	sub $8, %esp			# 16-byte aligned at the call
	push %eax
	call call_fail
	add $12, %esp
	ret

	.section .text.rfork_fail, "ax", @progbits
rfork_fail:
	sub $8, %esp			# 16-byte aligned at the call
	push %eax
	call fork_fail
	add $12, %esp
	ret

/* long syscall(long nr, ...): any call, even one that is none; always six arguments. */
	.section .text.syscall, "ax", @progbits
	.globl syscall
	.type syscall, @function
syscall:
	push %ebx
	push %esi
	push %edi
	push %ebp
	mov 20(%esp), %eax
	mov 24(%esp), %ebx
	mov 28(%esp), %ecx
	mov 32(%esp), %edx
	mov 36(%esp), %esi
	mov 40(%esp), %edi
	mov 44(%esp), %ebp
	int $0x80
	pop %ebp
	pop %edi
	pop %esi
	pop %ebx
	cmp $-4095, %eax
	jae sys_fail
	ret
	.size syscall, . - syscall
