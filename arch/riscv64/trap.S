/* SPDX-License-Identifier: MIT */
/*
 * trap.S: into the kernel and out of it.
 *
 * sscratch is 0 in the kernel; in user mode it is the frame, at the top of
 * the process's kernel stack, which the next trap will fill.  The kernel
 * runs with interrupts off and waits for them without a trap (cpu_idle), so
 * a trap from the kernel is a bug: it is reported from a stack of its own,
 * one a hart, and never returned from.  Hence sstatus.SPP is 0 whenever we leave, and
 * sstatus needs neither saving nor setting.
 *
 * All registers are saved, for fork copies the frame.  C keeps s0..s11, and
 * leaves gp alone, so the way out loads only the others, unless the kernel
 * has rewritten the frame (FR_WHOLE).
 */
#include "frame.h"

#define R(n)	(n) * 8(sp)
#define CAUSE_ECALL_U	8

	.macro save_all				/* but sp */
	.irp n, 1,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	sd x\n, R(\n)
	.endr
	csrrw t0, sscratch, zero
	sd t0, R(FR_SP)
	.endm

	.text
	.balign 4
	.globl trap_entry
trap_entry:
	csrrw sp, sscratch, sp
	beqz sp, trap_kernel
	save_all
	csrr t0, scause
	csrr t1, sepc
	ld tp, R(FR_KTP)
	sd zero, R(FR_WHOLE)
	mv a0, sp
	li t2, CAUSE_ECALL_U
	bne t0, t2, 1f
	addi t1, t1, 4
	sd t1, R(FR_PC)
	jal trap_syscall
	j trap_exit

1:	csrr t2, stval
	sd t1, R(FR_PC)
	sd t0, R(FR_CAUSE)
	sd t2, R(FR_TVAL)
	bltz t0, 2f
	jal trap_fault

trap_exit:
	ld t0, R(FR_WHOLE)
	ld t1, R(FR_PC)
	bnez t0, trap_exit_whole
	csrw sepc, t1
	csrw sscratch, sp
	.irp n, 1,4,5,6,7,10,11,12,13,14,15,16,17,28,29,30,31
	ld x\n, R(\n)
	.endr
	ld sp, R(FR_SP)
	sret

2:	jal trap_interrupt
	j trap_exit

	/* fr_return(f): f is at the top of this process's kernel stack */
	.globl fr_return
fr_return:
	mv sp, a0
	ld t1, R(FR_PC)
trap_exit_whole:
	csrw sepc, t1
	csrw sscratch, sp
	.irp n, 1,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	ld x\n, R(\n)
	.endr
	ld sp, R(FR_SP)
	sret

	/* To the block: what is in the frame, by way of the registers that it belongs in. */
	.macro show n
	ld x\n, R(\n)
	sd x\n, (\n) * 8(a1)
	.endm

	/* fr_upcall(f, block, lock, pc, sp) */
	.globl fr_upcall
fr_upcall:
	mv sp, a0
	csrw sepc, a3
	csrw sscratch, sp
	.irp n, FR_PC, FR_SP, FR_A0, FR_A1, FR_A2, FR_A4
	ld t0, R(\n)
	sd t0, (\n) * 8(a1)
	.endr
	.irp n, 1,3,4,5,6,7,8,9,13,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	show \n
	.endr
	fence rw, w
	sw zero, (a2)
	mv a0, a4
	ld a1, R(FR_A1)
	ld a2, R(FR_A2)
	ld a4, R(FR_A4)
	mv sp, a0
	sret

	/* fr_resume(f, block, lock): the last three by way of the frame */
	.globl fr_resume
fr_resume:
	mv sp, a0
	ld t0, FR_PC * 8(a1)
	csrw sscratch, sp
	csrw sepc, t0
	.irp n, FR_SP, FR_A1, FR_A2
	ld t0, (\n) * 8(a1)
	sd t0, R(\n)
	.endr
	.irp n, 1,3,4,5,6,7,8,9,10,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	ld x\n, (\n) * 8(a1)
	.endr
	fence rw, w
	sw zero, (a2)
	ld a1, R(FR_A1)
	ld a2, R(FR_A2)
	ld sp, R(FR_SP)
	sret

trap_kernel:
	lw sp, (tp)				/* cpu_id() */
	slli sp, sp, 12
	la tp, trap_stacks
	add sp, sp, tp
	ld tp, (sp)
	addi sp, sp, 2047			/* to its end, less a frame: too far for one addi */
	addi sp, sp, 2049 - FR_N * 8
	save_all
	csrr t0, scause
	csrr t1, sepc
	csrr t2, stval
	sd t0, R(FR_CAUSE)
	sd t1, R(FR_PC)
	sd t2, R(FR_TVAL)
	sd zero, R(FR_USER)
	mv a0, sp
	li ra, 0
	j trap_fault
