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
	beqz $1, sys_fail
	nop
	jr $31
	nop
	.endif
	.end \name
	.size \name, . - \name
	.endm

#define X(nr, name, args) stub name, nr, args;
SYSCALLS(X)

	.section .text.sys_fail, "ax", @progbits
sys_fail:
	subu $2, $0, $2
	lui $1, %hi(errno)
	sw $2, %lo(errno)($1)
	jr $31
	li $2, -1
