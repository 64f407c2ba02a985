/* SPDX-License-Identifier: MIT */
/* page.S: copy and clear one page, a block of 256 bytes a turn. */

#define PAGE	4096
#define BLOCK	256

	.text
	.globl pg_copy				/* (to, from) */
pg_copy:
	li t6, PAGE
	add t6, t6, a1
1:
	.irp at, 0, 64, 128, 192
	ld a2, \at + 0(a1)
	ld a3, \at + 8(a1)
	ld a4, \at + 16(a1)
	ld a5, \at + 24(a1)
	ld a6, \at + 32(a1)
	ld a7, \at + 40(a1)
	ld t0, \at + 48(a1)
	ld t1, \at + 56(a1)
	sd a2, \at + 0(a0)
	sd a3, \at + 8(a0)
	sd a4, \at + 16(a0)
	sd a5, \at + 24(a0)
	sd a6, \at + 32(a0)
	sd a7, \at + 40(a0)
	sd t0, \at + 48(a0)
	sd t1, \at + 56(a0)
	.endr
	addi a1, a1, BLOCK
	addi a0, a0, BLOCK
	bne a1, t6, 1b
	ret

	.globl pg_clear				/* (to) */
pg_clear:
	li t6, PAGE
	add t6, t6, a0
1:
	.irp at, 0, 32, 64, 96, 128, 160, 192, 224
	sd zero, \at + 0(a0)
	sd zero, \at + 8(a0)
	sd zero, \at + 16(a0)
	sd zero, \at + 24(a0)
	.endr
	addi a0, a0, BLOCK
	bne a0, t6, 1b
	ret
