/* SPDX-License-Identifier: MIT */
/* uthread.S: how threads of uthread.c give up the CPU and get it. */
#include "abi/syscall.h"
#include "frame.h"

#define X(nr, name, args) .set SYS_##name, nr;
SYSCALLS(X)
#define REGS	64			/* struct upcall's regs, behind eight words */

/* An upcall begins; sp points at its block.  Comes back to go on as it says. */
	.section .text.uthread_entry, "ax", @progbits
	.globl uthread_entry
uthread_entry:
	mv a0, sp
	call uthread_event
	addi a0, sp, REGS
	li a7, SYS_resume
	ecall
	unimp

/* int uthread_save(struct regs *) */
	.section .text.uthread_save, "ax", @progbits
	.globl uthread_save
uthread_save:
	.irp n, 2,3,4,8,9,18,19,20,21,22,23,24,25,26,27
	sd x\n, 8 * \n(a0)
	.endr
	sd ra, 8 * FR_PC(a0)
	li t0, 1
	sd t0, 8 * FR_RET(a0)
	li a0, 0
	ret

/* void uthread_move(char *stack_top, void (*fn)(void)) */
	.section .text.uthread_move, "ax", @progbits
	.globl uthread_move
uthread_move:
	mv sp, a0
	jalr a1
	unimp
