/* SPDX-License-Identifier: MIT */
/*
 * upcall.S: where an upcall begins.  sp points at the struct upcall.  Only
 * the kernel can load every register (docs/upcalls.md), so the way back is
 * the resume call.
 */
#include "abi/syscall.h"

#define X(nr, name, args) .set SYS_##name, nr;
SYSCALLS(X)
#define REGS	32			/* struct upcall's regs, behind eight words */
#define HOME	16			/* o32: room for four arguments */

	.set noreorder
	.section .text.upcall_entry, "ax", @progbits
	.globl upcall_entry
	.type upcall_entry, @function
	.ent upcall_entry
upcall_entry:
	move $4, $sp
	jal upcall_dispatch
	addiu $sp, $sp, -HOME
	addiu $4, $sp, HOME + REGS
	li $2, SYS_resume
	syscall
	break				# the block was at our own stack's end: it cannot be missing
	.end upcall_entry
	.size upcall_entry, . - upcall_entry
