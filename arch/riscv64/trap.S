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
 * C keeps s0..s11, and leaves gp alone.  So a system call saves only the others, and these
 * if anybody is to look at them: fork and its like, and what may become an upcall.  The way out
 * loads only the others, too, unless the kernel has rewritten the frame (FR_WHOLE).
 */
#include "frame.h"
#include "arch/call.h"

#define R(n)	(n) * 8(sp)
#define CAUSE_ECALL_U	8

	.macro changed op			/* the registers that C may change, but sp; op is ld or sd */
	.irp n, 1,4,5,6,7,10,11,12,13,14,15,16,17,28,29,30,31
	\op x\n, R(\n)
	.endr
	.endm

	.macro kept op
	.irp n, 3,8,9,18,19,20,21,22,23,24,25,26,27
	\op x\n, R(\n)
	.endr
	.endm

	.macro save				/* all but the kept */
	changed sd
	csrrw t0, sscratch, zero
	sd t0, R(FR_SP)
	.endm

	.macro restore				/* t1: pc */
	csrw sepc, t1
	csrw sscratch, sp
	changed ld
	ld sp, R(FR_SP)
	sret
	.endm

	.text
	.balign 4
	.globl trap_entry
trap_entry:
	csrrw sp, sscratch, sp
	beqz sp, trap_kernel
	save
	csrr t0, scause
	csrr t1, sepc
	ld tp, R(FR_KTP)
	li t2, CAUSE_ECALL_U
	bne t0, t2, 1f
	li t0, SYS_N
	addi t1, t1, 4
	sd t1, R(FR_PC)
	bgeu a7, t0, no_call		/* the arguments are where C has them */
	slli t0, a7, 3
	la t1, trap_calls
	add t0, t0, t1
	ld t0, (t0)
	jalr t0
	bltz a0, failed
called:	sd a0, R(FR_RET)
	lbu t0, CPU_RESCHED(tp)
	ld t1, R(FR_PC)
	bnez t0, pending
	restore					/* a call that writes the frame leaves by trap_exit */

no_call:
	li a0, -ENOSYS
	j called

failed:	li t0, -ERESTART
	bne a0, t0, called
	kept sd
	mv a0, sp
	jal upcall_restart
	j called

pending:
	kept sd
	mv a0, sp
	jal trap_called

trap_exit:
	ld t0, R(FR_WHOLE)
	ld t1, R(FR_PC)
	bnez t0, trap_exit_whole
	restore

	/* Those calls that look at all registers. */
	.irp name, fork, vfork, exofork, park
	.globl whole_\name
whole_\name:
	kept sd
	tail sys_\name
	.endr

1:	kept sd
	mv a0, sp
	csrr t2, stval
	sd t1, R(FR_PC)
	sd t0, R(FR_CAUSE)
	sd t2, R(FR_TVAL)
	bltz t0, 2f
	jal trap_fault
	j trap_exit

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
	sd zero, R(FR_WHOLE)
	changed ld
	kept ld
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
	kept sd
	save
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
