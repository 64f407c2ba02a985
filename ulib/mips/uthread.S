/* SPDX-License-Identifier: MIT */
/* uthread.S: how threads of uthread.c give up the CPU and get it. */
#include "abi/syscall.h"
#include "frame.h"

#define X(nr, name, args) .set SYS_##name, nr;
SYSCALLS(X)
#define REGS	32			/* struct upcall's regs, behind eight words */
#define HOME	16			/* o32: room for four arguments */

	.set noreorder
/* An upcall begins; sp points at its block.  Comes back to go on as it says. */
	.section .text.uthread_entry, "ax", @progbits
	.globl uthread_entry
	.ent uthread_entry
uthread_entry:
	move $4, $sp
	jal uthread_event
	addiu $sp, $sp, -HOME
	addiu $4, $sp, HOME + REGS
	li $2, SYS_resume
	syscall
	break
	.end uthread_entry

/* int uthread_save(struct regs *) */
	.section .text.uthread_save, "ax", @progbits
	.globl uthread_save
	.ent uthread_save
uthread_save:
	.irp n, 16,17,18,19,20,21,22,23,28,29,30
	sw $\n, 4 * \n($4)
	.endr
	sw $31, 4 * FR_PC($4)
	li $2, 1
	sw $2, 4 * FR_RET($4)
	jr $31
	move $2, $0
	.end uthread_save

/* void uthread_move(char *stack_top, void (*fn)(void)) */
	.section .text.uthread_move, "ax", @progbits
	.globl uthread_move
	.ent uthread_move
uthread_move:
	move $25, $5
	jalr $25
	addiu $sp, $4, -HOME
	break
	.end uthread_move
