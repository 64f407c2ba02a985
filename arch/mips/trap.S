/* SPDX-License-Identifier: MIT */
/*
 * trap.S: the ways into the kernel and back.
 *
 * Invariant: the kernel runs with Status zero (kernel mode, interrupts off,
 * exceptions counted from EPC), so one store of $0 enters it, and the frame's
 * own Status, with EXL set, leaves it.  k0 and k1 are dead outside this file.
 * Lock: none; what own.h loads is this CPU's.
 */
#include "frame.h"
#include "arch/call.h"
	.set noreorder
	.set noat
	.text

	.macro ehb
	.word 0x000000c0		/* a nop to the first release */
	.endm

/* The registers that C may change, but sp; op is lw or sw. */
	.macro changed op, base, offset
	.irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 28, 31
	\op $\n, 4 * \n + \offset(\base)
	.endr
	.endm

/* Those it keeps: s0 .. s8. */
	.macro kept op, base, offset
	.irp n, 16, 17, 18, 19, 20, 21, 22, 23, 30
	\op $\n, 4 * \n + \offset(\base)
	.endr
	.endm

/* Fill the frame at k1, but for those, sp and Status.  Then gp is ours, and the caller makes room for four arguments (o32) below. */
	.macro save pc_add
	changed sw, $27, 0
	mfc0 $8, $14
	mflo $10
	mfhi $11
	.if \pc_add
	addiu $8, $8, \pc_add
	.endif
	sw $8, 4 * FR_PC($27)
	sw $10, 4 * FR_LO($27)
	sw $11, 4 * FR_HI($27)
	.endm

	.macro enter
	mtc0 $0, $12			/* ST_KERNEL */
	own_cpu $28
	.endm

/* Go back to the frame at sp + 16; s0 .. s8 are as they came.  t0: Status. */
	.macro restore
	lw $9, 16 + 4 * FR_PC($29)
	lw $26, 16 + 4 * FR_LO($29)
	lw $27, 16 + 4 * FR_HI($29)
	mtc0 $8, $12			/* EXL: still the kernel's */
	mtc0 $9, $14			/* far enough before eret */
	mtlo $26
	mthi $27
	changed lw, $29, 16
	lw $29, 16 + 4 * FR_SP($29)
	eret
	.endm

/* The same, unless the frame says otherwise. */
	.macro restore_written
	lw $26, 16 + 4 * FR_ALL($29)
	bnez $26, restore_all
	lw $8, 16 + 4 * FR_STATUS($29)
	restore
	.endm

/*
 * TLB refill, copied to 0x80000000: one exception for a pair of pages.  A
 * page that is not there is loaded as an invalid entry, and the program
 * faults again, on the general vector: to test for it here would cost every
 * refill more than it saves a fault.
 */
	.globl trap_vec_refill, trap_vec_refill_end
trap_vec_refill:
	own_hi root, $27
	mfc0 $26, $8			/* BadVAddr */
	own_lo root, $27
	srl $26, $26, 22
	sll $26, $26, 2
	addu $27, $27, $26
	lw $27, 0($27)			/* the table: its kseg0 address, and PTE_THERE (4) */
	mfc0 $26, $4			/* Context: the pair's number << 4 */
	beqz $27, trap_vec_none
	srl $26, $26, 1
	andi $26, $26, 0xff8
	addu $27, $27, $26
	lw $26, -4($27)
	lw $27, 0($27)
	srl $26, $26, 6
	mtc0 $26, $2
	srl $27, $27, 6
	mtc0 $27, $3
	ehb
	tlbwr
	eret
trap_vec_none:
	j trap_general
	mfc0 $26, $13
trap_vec_refill_end:

/* All other exceptions, copied to 0x80000180. */
	.globl trap_vec_general, trap_vec_general_end
trap_vec_general:
	j trap_general
	mfc0 $26, $13			/* Cause */
trap_vec_general_end:

/* A system call first: it is the one that counts.  In a delay slot it is none, and ends the program. */
	.globl trap_general
	.ent trap_general
trap_general:
	andi $27, $26, 0x7c
	addiu $27, $27, -(8 << 2)
	bnez $27, exception
	own_hi kstack, $27
	own_lo kstack, $27
	bltz $26, exception
	sw $29, 4 * FR_SP($27)		/* there, too, it would be */
	save 4				/* the frame has Status: a program's is ST_USER */
	enter
	sltiu $8, $2, SYS_N		/* the first arguments are where C has them */
	sll $9, $2, 2
	beqz $8, no_call
	lui $8, %hi(trap_calls)
	addu $8, $8, $9
	lw $25, %lo(trap_calls)($8)
	jalr $25
	addiu $29, $27, -16
	bltz $2, failed
	lbu $8, CPU_RESCHED($28)
called:	bnez $8, pending
	sw $2, 16 + 4 * FR_RET($29)
	ori $8, $0, ST_USER
	restore				/* a call that writes the frame leaves by trap_exit */

no_call:
	addiu $29, $27, -16
	li $2, -ENOSYS
	b called
	lbu $8, CPU_RESCHED($28)

failed:	addiu $9, $2, ERESTART
	bnez $9, called
	nop
	kept sw, $29, 16
	jal upcall_restart
	addiu $4, $29, 16
	b called
	lbu $8, CPU_RESCHED($28)

pending:
	kept sw, $29, 16
	jal trap_called
	addiu $4, $29, 16
	restore_written

/* Those calls that look at all registers. */
	.irp name, fork, vfork, exofork, park
	.globl whole_\name
whole_\name:
	kept sw, $29, 16
	j sys_\name
	nop
	.endr

exception:
	mfc0 $26, $12
	sll $27, $26, 31 - ST_UM_BIT
	bgez $27, 1f			/* from the kernel: go on below its stack */
	addiu $27, $29, -FR_BYTES
	own_hi kstack, $27
	own_lo kstack, $27
1:	sw $26, 4 * FR_STATUS($27)
	sw $29, 4 * FR_SP($27)
	save 0
	kept sw, $27, 0
	mfc0 $8, $13
	mfc0 $9, $8
	sw $8, 4 * FR_CAUSE($27)
	sw $9, 4 * FR_BADVA($27)
	enter
	andi $8, $8, 0x7c
	addiu $8, $8, -(1 << 2)
	sltiu $8, $8, 3 << 2		/* Modified, TLB load, TLB store */
	beqz $8, 2f
	addiu $29, $27, -16
	jal trap_fault
	move $4, $27
	restore_written
2:	jal trap_other
	move $4, $27
	restore_written

restore_all:
	kept lw, $29, 16
	lw $8, 16 + 4 * FR_STATUS($29)
	sw $0, 16 + 4 * FR_ALL($29)
	restore
	.end trap_general
	.size trap_general, . - trap_general

/* fr_return(f) */
	.globl fr_return
	.ent fr_return
fr_return:
	b restore_all
	addiu $29, $4, -16
	.end fr_return
	.size fr_return, . - fr_return

/* fr_upcall(f, block, lock, pc, sp): to the block by way of the registers that the words belong in */
	.globl fr_upcall
	.ent fr_upcall
fr_upcall:
	move $26, $5
	lw $8, 16($29)
	.irp n, 4, 6, 8, FR_SP, FR_PC, FR_CAUSE
	lw $9, 4 * \n($4)
	sw $9, 4 * \n($26)
	.endr
	lw $9, 4 * FR_LO($4)
	lw $10, 4 * FR_HI($4)
	ori $11, $0, ST_USER
	sw $9, 4 * FR_LO($26)
	sw $10, 4 * FR_HI($26)
	mtc0 $11, $12			/* EXL: still the kernel's */
	mtc0 $7, $14
	mtlo $9
	mthi $10
	move $29, $8
	.irp n, 1,2,3,5,7,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,28,30,31
	lw $\n, 4 * \n($4)
	sw $\n, 4 * \n($26)
	.endr
	own_sync
	sw $0, 0($6)
	lw $6, 4 * 6($4)
	lw $8, 4 * 8($4)
	move $4, $29
	eret
	.end fr_upcall
	.size fr_upcall, . - fr_upcall

/* fr_resume(f, block, lock): nothing of the frame is needed any more */
	.globl fr_resume
	.ent fr_resume
fr_resume:
	lw $8, 4 * FR_PC($5)
	lw $9, 4 * FR_LO($5)
	lw $10, 4 * FR_HI($5)
	ori $11, $0, ST_USER
	mtc0 $11, $12			/* EXL: still the kernel's */
	mtc0 $8, $14
	mtlo $9
	mthi $10
	move $27, $6
	.irp n, 1,2,3,4,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,28,29,30,31, 5
	lw $\n, 4 * \n($5)
	.endr
	own_sync
	sw $0, 0($27)
	eret
	.end fr_resume
	.size fr_resume, . - fr_resume

	own_data
