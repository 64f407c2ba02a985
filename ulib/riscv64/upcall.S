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

	.section .text.upcall_entry, "ax", @progbits
	.globl upcall_entry
	.type upcall_entry, @function
upcall_entry:
	mv a0, sp
	call upcall_dispatch
	addi a0, sp, REGS
	li a7, SYS_resume
	ecall
	unimp				# the block was at our own stack's end: it cannot be missing
	.size upcall_entry, . - upcall_entry
