/* SPDX-License-Identifier: MIT */
/*
 * riscv.h: this port's own business: control registers, the firmware, the
 * devices of QEMU's virt machine, and what its files tell each other.
 */
#pragma once
#include "port.h"

#define csr_read(csr)		({ word v_; __asm__ volatile("csrr %0, " #csr : "=r"(v_) : : "memory"); v_; })
#define csr_write(csr, v)	__asm__ volatile("csrw " #csr ", %0" : : "r"((word)(v)) : "memory")
#define csr_clear(csr, v)	__asm__ volatile("csrc " #csr ", %0" : : "r"((word)(v)) : "memory")
#define csr_set(csr, v)		__asm__ volatile("csrs " #csr ", %0" : : "r"((word)(v)) : "memory")

/* Bits of sie and sip. */
enum { IRQ_SOFT = 1 << 1, IRQ_TIMER = 1 << 5, IRQ_EXT = 1 << 9 };

/* Physical addresses on virt (QEMU, hw/riscv/virt.c: virt_memmap). */
enum { VIRT_TEST = 0x100000, VIRT_PLIC = 0xc000000, VIRT_UART = 0x10000000, VIRT_UART_IRQ = 10 };

/* A call of the firmware (RISC-V SBI 1.0, chapter 3) whose value is not wanted: its error, 0 for none. */
static inline long sbi_call(word ext, word fn, word arg0, word arg1, word arg2)
{
	register word a0 __asm__("a0") = arg0;
	register word a1 __asm__("a1") = arg1;
	register word a2 __asm__("a2") = arg2;
	register word a6 __asm__("a6") = fn;
	register word a7 __asm__("a7") = ext;

	__asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a6), "r"(a7) : "memory");
	return (long)a0;
}

extern char _kernel_start[], _text_start[], _rodata_start[], _text_end[];	/* kernel.ld */

/* boot.c: from the device tree */
extern struct boot boot_found;
extern unsigned boot_hart;
extern uint32_t boot_timebase;		/* ticks of the time register a second */

void trap_entry(void);			/* trap.S */
void irq_serve(void);			/* cpu.c: every device that wants it */
extern char trap_stacks[NCPU][PGSIZE];	/* cpu.c */
void timer_irq(void);			/* timer.c */
void plic_enable(unsigned irq);		/* plic.c */
void plic_irq(void);
void uart_irq(void);			/* uart.c */
