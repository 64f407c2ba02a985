/* SPDX-License-Identifier: MIT */
/*
 * syscall.S: a function for every system call.  Number and result in v0,
 * arguments in a0 .. a3, t0, t1; the kernel keeps all but v0.  C (o32) has
 * the first four arguments there, the others on the stack.
 * -4095 .. -1 is an error: errno is set, and the result is -1.
 */
#include "abi/syscall.h"
#include "ulib/names.h"

	.set noreorder
	.set noat

	.macro stub name, nr, args
	.section .text.\name, "ax", @progbits
	.globl \name
	.type \name, @function
	.ent \name
\name:
	.ifc \name, rfork
	lui $1, %hi(upcalls)		# .ufork_on
	lw $1, %lo(upcalls)($1)
	bnez $1, ufork_by
	.endif
	.if \args >= 5
	lw $8, 16($sp)
	.endif
	.if \args >= 6
	lw $9, 20($sp)
	.endif
	li $2, \nr
	syscall
	.ifc \name, _exit
	break				# did not return
	.else
	sltiu $1, $2, -4095		# the immediate is extended by its sign first
	.ifc \name, rfork
	beqz $1, fork_fail
	.else
	beqz $1, call_fail
	.endif
	move $4, $2
	jr $31
	nop
	.endif
	.end \name
	.size \name, . - \name
	.endm

#define X(nr, name, args) stub name, nr, args;
SYSCALLS(X)

/* long syscall(long nr, ...): any call, even one that is none; always six arguments. */
	.section .text.syscall, "ax", @progbits
	.globl syscall
	.type syscall, @function
	.ent syscall
syscall:
	move $2, $4
	move $4, $5
	move $5, $6
	move $6, $7
	lw $7, 16($sp)
	lw $8, 20($sp)
	lw $9, 24($sp)
	syscall
	sltiu $1, $2, -4095
	beqz $1, call_fail
	move $4, $2
	jr $31
	nop
	.end syscall
	.size syscall, . - syscall
