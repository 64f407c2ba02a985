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
#define HANDLERS 20			/* in upcalls */
#define HOME	16			/* o32: room for four arguments */

	.set noreorder
	.section .text.upcall_entry, "ax", @progbits
	.globl upcall_entry
	.type upcall_entry, @function
	.ent upcall_entry
upcall_entry:
	lw $8, 0($sp)			# the event
	lui $9, %hi(upcalls + HANDLERS)
	sll $8, $8, 2
	addu $9, $9, $8
	lw $25, %lo(upcalls + HANDLERS)($9)
	beqz $25, 2f
	move $4, $sp
	jalr $25
	addiu $sp, $sp, -HOME
1:	addiu $4, $sp, HOME + REGS
	li $2, SYS_resume
	syscall
	break				# the block was at our own stack's end: it cannot be missing
2:	jal upcall_decline
	addiu $sp, $sp, -HOME
	b 1b
	nop
	.end upcall_entry
	.size upcall_entry, . - upcall_entry
