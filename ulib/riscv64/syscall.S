/* SPDX-License-Identifier: MIT */
/*
 * syscall.S: a function for every system call.  Number in a7, result in a0,
 * arguments in a0 .. a5, where C has them; the kernel keeps all but a0.
 * -4095 .. -1 is an error: errno is set, and the result is -1.
 */
#include "abi/syscall.h"
#include "ulib/names.h"

	.macro stub name, nr
	.section .text.\name, "ax", @progbits
	.globl \name
	.type \name, @function
\name:
	.ifc \name, rfork
	ld t0, upcalls			# .ufork_on
	bnez t0, 2f
	.endif
	li a7, \nr
	ecall
	.ifc \name, _exit
	unimp				# did not return
	.else
	li t0, -4095
	bgeu a0, t0, 1f
	ret
	.ifc \name, rfork
1:	tail fork_fail
2:	tail ufork_by
	.else
1:	tail call_fail
	.endif
	.endif
	.size \name, . - \name
	.endm

#define X(nr, name, args) stub name, nr;
SYSCALLS(X)

/* long syscall(long nr, ...): any call, even one that is none; always six arguments. */
	.section .text.syscall, "ax", @progbits
	.globl syscall
	.type syscall, @function
syscall:
	mv a7, a0
	mv a0, a1
	mv a1, a2
	mv a2, a3
	mv a3, a4
	mv a4, a5
	mv a5, a6
	ecall
	li t0, -4095
	bgeu a0, t0, 1f
	ret
1:	tail call_fail
	.size syscall, . - syscall
