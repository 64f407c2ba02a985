/* SPDX-License-Identifier: MIT */
/*
 * upcall.S: where an upcall begins.  sp points at the struct upcall.  Only
 * the kernel can load every register (docs/upcalls.md), so the way back is
 * the resume call.
 */
#include "abi/syscall.h"

#define X(nr, name, args) .set SYS_##name, nr;
SYSCALLS(X)
#define REGS	64			/* struct upcall's regs, behind eight words */
#define HANDLERS 40			/* in upcalls */

	.section .text.upcall_entry, "ax", @progbits
	.globl upcall_entry
	.type upcall_entry, @function
upcall_entry:
	ld t1, (sp)			# the event
	la t0, upcalls
	slli t1, t1, 3
	add t0, t0, t1
	ld t0, HANDLERS(t0)
	mv a0, sp
	beqz t0, 2f
	jalr t0
1:	addi a0, sp, REGS
	li a7, SYS_resume
	ecall
	unimp				# the block was at our own stack's end: it cannot be missing
2:	call upcall_decline
	j 1b
	.size upcall_entry, . - upcall_entry
