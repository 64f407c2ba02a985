/* SPDX-License-Identifier: MIT */
/*
 * start.S: the first instructions, at KERNEL_BASE with translation off;
 * a0 is the hart, a1 the device tree's physical address (RISC-V boot
 * protocol of OpenSBI's fw_dynamic).  Maps physical memory by gigapages at
 * DIRECT_MAP, goes there, and calls boot().  .bss is zero: the ELF loader
 * saw to it.
 *
 * Until translation is on, la gives physical addresses, afterwards the
 * linked ones: it is relative to the pc.
 */
#include "mmu.h"

#define GIGAPAGE	0xef		/* V R W X G A D */
#if defined(PT_LEVELS) && PT_LEVELS == 4
#define SATP_MODE	9
#else
#define SATP_MODE	8
#endif

	.globl direct_map		/* for kernel.ld */
	.set direct_map, DIRECT_MAP

	.section .text.start, "ax"
	.globl _start
_start:
	la t0, begun
	li t1, 1
	amoswap.w.aqrl t1, t1, (t0)
	bnez t1, another
	la s0, boot
	la sp, boot_stack_top
	la tp, cpus
	la t0, boot_root
#if defined(PT_LEVELS) && PT_LEVELS == 4
	la t1, boot_dir
	srli t2, t1, 2
	ori t2, t2, 1
	li t3, 256 * 8
	add t3, t0, t3
	sd t2, (t3)			/* one entry of the root covers the direct map */
	li t3, 512
#else
	li t1, 256 * 8
	add t1, t0, t1			/* the root's upper half */
	li t3, 256
#endif
	li t2, GIGAPAGE
	li t5, 1 << 28
1:	sd t2, (t1)
	add t2, t2, t5
	addi t1, t1, 8
	addi t3, t3, -1
	bnez t3, 1b

	/* s0 is the C function to call, sp its stack, tp this CPU: physical as yet. */
enter:
	la t0, boot_root
	la t1, 2f
	li t2, DIRECT_MAP
	add t1, t1, t2
	csrw stvec, t1			/* with translation on, the next fetch misses, and traps to its own place up there */
	add s0, s0, t2
	add sp, sp, t2
	add tp, tp, t2
	srli t0, t0, 12
	li t4, SATP_MODE << 60
	or t0, t0, t4
	sfence.vma
	csrw satp, t0

	/* Still here: the hart lacks the mode.  End with a failing status (cpu.c: cpu_poweroff). */
	li t0, 0x100000
	li t1, 0x13333
	sw t1, (t0)
1:	j 1b

	.balign 4
2:	la t0, trap_entry
	csrw stvec, t0
	csrw sscratch, zero		/* in the kernel */
	li t0, 2 << 32			/* UXL, 64-bit programs; all else off: SUM, MXR, FS, SPP, SIE */
	csrw sstatus, t0
	csrw sie, zero
	li t0, 7
	csrw scounteren, t0		/* programs may read cycle, time, instret */
	li ra, 0			/* backtraces end here */
	jr s0

	/*
	 * Every other hart, started by smp.c.  At this address, too, and a1 is not looked at: OpenSBI 1.1 tells a
	 * hart to go before it stores where to and with what, so that it may come with what the first hart was given.
	 */
another:
	la s0, boot_cpu
	la t0, start_stacks
	slli t1, a0, 3
	add t0, t0, t1
	ld sp, (t0)			/* physical; there smp.c has left what this CPU is */
	ld tp, (sp)
	j enter

	.section .bss
begun:					/* not 0: a hart has come, the first */
	.skip 8
	.balign 4096
	.globl boot_root
boot_root:
	.skip 4096
#if defined(PT_LEVELS) && PT_LEVELS == 4
boot_dir:
	.skip 4096
#endif
boot_stack:				/* kmain's, then the idle loop's */
	.skip 4096
boot_stack_top:
