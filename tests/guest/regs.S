/* SPDX-License-Identifier: MIT */
/*
 * regs.S: an upcall's entry, and programs that fill every register from
 * regs_in, let something happen, and put every register into regs_out
 * (struct regs of abi/upcall.h).  The address that they touch is regs_at.
 */
#include "abi/syscall.h"
#include "frame.h"

#define SYS_RESUME	42

	.text
	.globl up_entry, regs_store, regs_load, regs_jump, regs_spin, regs_illegal, regs_break, regs_divide, regs_misaligned
	.globl regs_call

#if defined __i386__

/* EAX and ESP: the block. */
up_entry:
	mov %esp, %ebx
	sub $12, %esp
	push %ebx
	call up_c
	add $32, %ebx			/* its registers */
	mov $SYS_RESUME, %eax
	int $0x80
	ud2

#define IN(n)	regs_in + 4 * n
#define OUT(n)	regs_out + 4 * n

	.macro program name, body:vararg
\name:
	pusha
	pushf
	mov %esp, saved_sp
	mov %esp, IN(FR_SP)
	push IN(FR_FLAGS)
	popf
	mov IN(FR_EAX), %eax
	mov IN(FR_EBX), %ebx
	mov IN(FR_ECX), %ecx
	mov IN(FR_EDX), %edx
	mov IN(FR_ESI), %esi
	mov IN(FR_EDI), %edi
	mov IN(FR_EBP), %ebp
	\body
	mov %eax, OUT(FR_EAX)
	mov %ebx, OUT(FR_EBX)
	mov %ecx, OUT(FR_ECX)
	mov %edx, OUT(FR_EDX)
	mov %esi, OUT(FR_ESI)
	mov %edi, OUT(FR_EDI)
	mov %ebp, OUT(FR_EBP)
	mov %esp, OUT(FR_SP)
	pushf
	pop OUT(FR_FLAGS)
	mov saved_sp, %esp
	popf
	popa
	cld
	ret
	.endm

	/* at FR_EDX in regs_in: regs_at; FR_ECX: what is stored, or loaded */
	program regs_store, mov %ecx, (%edx)
	program regs_load, mov (%edx), %ecx
	program regs_jump, call *%edx
	program regs_illegal, ud2
	program regs_break, int3
	program regs_divide, divl zero
	program regs_misaligned, nop
	program regs_call, int $0x80
	.macro spin
1:	mov up_done, %ecx
	jecxz 1b
	.endm
	program regs_spin, spin

#elif defined __riscv

up_entry:
	mv s0, sp
	call up_c
	addi a0, s0, 64
	li a7, SYS_RESUME
	ecall
	unimp

	.macro program name, body:vararg
\name:
	addi sp, sp, -128
	sd ra, 0(sp)
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
	sd s\n, 8 + 8 * \n(sp)
	.endr
	sd gp, 104(sp)
	sd tp, 112(sp)
	la t0, saved_sp
	sd sp, (t0)
	la sp, regs_in
	sd sp, 16(sp)
	.irp n, 1,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	ld x\n, 8 * \n(sp)
	.endr
	\body
	/* sp is regs_in; regs_out follows it */
	.irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	sd x\n, 8 * FR_N + 8 * \n(sp)
	.endr
	la t0, saved_sp
	ld sp, (t0)
	ld ra, 0(sp)
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
	ld s\n, 8 + 8 * \n(sp)
	.endr
	ld gp, 104(sp)
	ld tp, 112(sp)
	addi sp, sp, 128
	ret
	.endm

	/* x6: regs_at; x7: what is stored, or loaded */
	program regs_store, sd x7, (x6)
	program regs_load, ld x7, (x6)
	program regs_jump, jalr x6
	program regs_illegal, .word 0xffffffff
	program regs_break, ebreak
	program regs_divide, nop
	program regs_misaligned, lr.w x7, (x6)
	program regs_call, ecall
	.macro spin
1:	lw x7, up_done
	beqz x7, 1b
	.endm
	program regs_spin, spin

#else
	.set noreorder
	.set noat

up_entry:
	move $16, $29
	addiu $29, $29, -16
	jal up_c
	nop
	addiu $4, $16, 32
	li $2, SYS_RESUME
	syscall
	break

	.macro program name, body:vararg
\name:
	addiu $29, $29, -48
	.irp n, 16, 17, 18, 19, 20, 21, 22, 23
	sw $\n, 4 * (\n - 16)($29)
	.endr
	sw $30, 32($29)
	sw $31, 36($29)
	sw $28, 40($29)
	lui $8, %hi(saved_sp)
	sw $29, %lo(saved_sp)($8)
	lui $29, %hi(regs_in)
	addiu $29, $29, %lo(regs_in)
	sw $29, 4 * 29($29)
	lw $8, 4 * FR_LO($29)
	lw $9, 4 * FR_HI($29)
	mtlo $8
	mthi $9
	.irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,28,30,31
	lw $\n, 4 * \n($29)
	.endr
	\body
	.irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,28,29,30,31
	sw $\n, 4 * FR_N + 4 * \n($29)
	.endr
	mflo $8
	mfhi $9
	sw $8, 4 * FR_N + 4 * FR_LO($29)
	sw $9, 4 * FR_N + 4 * FR_HI($29)
	lui $8, %hi(saved_sp)
	lw $29, %lo(saved_sp)($8)
	.irp n, 16, 17, 18, 19, 20, 21, 22, 23
	lw $\n, 4 * (\n - 16)($29)
	.endr
	lw $30, 32($29)
	lw $31, 36($29)
	lw $28, 40($29)
	jr $31
	addiu $29, $29, 48
	.endm

	/* $6: regs_at; $7: what is stored, or loaded */
	program regs_store, sw $7, 0($6)
	program regs_load, lw $7, 0($6)
	.macro jump
	jalr $6
	nop
	.endm
	program regs_jump, jump
	program regs_illegal, .word 0xffffffff
	program regs_break, break
	program regs_divide, teq $0, $0, 7
	program regs_misaligned, lw $7, 1($6)
	program regs_call, syscall
	.macro spin
1:	lui $7, %hi(up_done)
	lw $7, %lo(up_done)($7)
	beqz $7, 1b
	nop
	.endm
	program regs_spin, spin
#endif

	.bss
	.balign 16
	.globl regs_in, regs_out
regs_in:	.skip FR_N * __SIZEOF_POINTER__
regs_out:	.skip FR_N * __SIZEOF_POINTER__
saved_sp:	.skip __SIZEOF_POINTER__
zero:	.skip 4
