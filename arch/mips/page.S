/* SPDX-License-Identifier: MIT */
/* page.S: one page, copied or cleared, 32 words a round; the last store sits in the delay slot. */
	.set noreorder
	.set noat
	.text

	.macro word4 i
	lw $8, 4 * (\i)($5)
	lw $9, 4 * (\i + 1)($5)
	lw $10, 4 * (\i + 2)($5)
	lw $11, 4 * (\i + 3)($5)
	sw $8, 4 * (\i)($4)
	sw $9, 4 * (\i + 1)($4)
	sw $10, 4 * (\i + 2)($4)
	sw $11, 4 * (\i + 3)($4)
	.endm

/* pg_copy(to, from) */
	.globl pg_copy
	.ent pg_copy
pg_copy:
	addiu $6, $5, 4096
1:	.irp i, 0, 4, 8, 12, 16, 20, 24
	word4 \i
	.endr
	lw $8, 4 * 28($5)
	lw $9, 4 * 29($5)
	lw $10, 4 * 30($5)
	lw $11, 4 * 31($5)
	addiu $5, $5, 128
	sw $8, 4 * 28($4)
	sw $9, 4 * 29($4)
	sw $10, 4 * 30($4)
	addiu $4, $4, 128
	bne $5, $6, 1b
	sw $11, -4($4)
	jr $31
	nop
	.end pg_copy
	.size pg_copy, . - pg_copy

/* pg_clear(to) */
	.globl pg_clear
	.ent pg_clear
pg_clear:
	addiu $6, $4, 4096
1:	.irp i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	sw $0, 4 * \i($4)
	.endr
	addiu $4, $4, 128
	bne $4, $6, 1b
	sw $0, -4($4)
	jr $31
	nop
	.end pg_clear
	.size pg_clear, . - pg_clear
