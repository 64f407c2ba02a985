/* SPDX-License-Identifier: MIT */
/* x86.h: the machine's numbers and instructions, for this folder.  Included by assembly too. */
#pragma once

/* The descriptor table's slots, and the selectors of what lies there. */
#define GDT_TSS		5		/* one task segment for each CPU from here on, then each CPU's for the double fault */
#define SEL_KCODE	0x08
#define SEL_KDATA	0x10
#define SEL_UCODE	0x1b
#define SEL_UDATA	0x23

#define VEC_TIMER	0x20		/* the interrupt controller's 16 from here on */
#define VEC_UART	0x24
#define VEC_SPURIOUS	0x2f
#define VEC_IPI		0x30		/* from another CPU */
#define VEC_N		0x31
#define VEC_SYSCALL	0x80

#define DEBUG_EXIT	0xf4		/* QEMU's isa-debug-exit: ends it with (value << 1) | 1 */

#define EFLAGS_ONE	2		/* always set */
#define EFLAGS_IF	0x200
#define EFLAGS_USER	0x244dd5	/* what popf changes in user mode: CF PF AF ZF SF TF DF OF NT AC ID */

#define CR0_PE		1
#define CR0_MP		2
#define CR0_EM		4
#define CR0_TS		8
#define CR0_NE		0x20
#define CR0_WP		0x10000
#define CR0_AM		0x40000
#define CR0_PG		0x80000000
#define CR4_PSE		0x10
#define CR4_PAE		0x20
#define CR4_PGE		0x80
#define CR4_SMEP	0x100000
#define CR4_SMAP	0x200000
#define MSR_EFER	0xc0000080
#define EFER_NXE	0x800

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stdint.h>

static inline void outb(uint16_t port, uint8_t v) { __asm__ volatile("outb %0, %1" :: "a"(v), "Nd"(port)); }
static inline void outw(uint16_t port, uint16_t v) { __asm__ volatile("outw %0, %1" :: "a"(v), "Nd"(port)); }
static inline void outl(uint16_t port, uint32_t v) { __asm__ volatile("outl %0, %1" :: "a"(v), "Nd"(port)); }

static inline uint8_t inb(uint16_t port)
{
	uint8_t v;
	__asm__ volatile("inb %1, %0" : "=a"(v) : "Nd"(port));
	return v;
}

#define CR_READ(n) ({ uint32_t v_; __asm__ volatile("mov %%cr" #n ", %0" : "=r"(v_) :: "memory"); v_; })
#define CR_WRITE(n, v) __asm__ volatile("mov %0, %%cr" #n :: "r"((uint32_t)(v)) : "memory")

static inline void msr_write(uint32_t msr, uint64_t v) { __asm__ volatile("wrmsr" :: "A"(v), "c"(msr)); }

static inline uint64_t msr_read(uint32_t msr)
{
	uint64_t v;
	__asm__ volatile("rdmsr" : "=A"(v) : "c"(msr));
	return v;
}

struct cpuid { uint32_t a, b, c, d; };
/* All zero for a leaf that the CPU does not have. */
struct cpuid cpu_id_leaf(uint32_t leaf);

/* In this folder, between its files. */
struct frame;
void cpu_init(unsigned id);		/* descriptors and vectors of this CPU; cpu_self() works afterwards */
void mmu_cpu_init(void);		/* another CPU: the kernel's own root, and every protection */
struct page *mmu_start_root(void);	/* a root in which RAM stands at its physical addresses too; null: no memory */
const void *mmu_window(uintptr_t pa);	/* a big page or more from there on, until the next call; 0: none any more */
unsigned acpi_cpus(uint8_t *apics, unsigned n);	/* the local APICs of CPUs that can be used, n at most */
bool apic_present(void);
void apic_init(void);			/* this CPU's, as all that follow.  => apic_present */
uint8_t apic_self(void);
void apic_send(uint8_t to, uint32_t command);
void apic_eoi(void);
void apic_count(uint32_t n);
uint32_t apic_count_now(void);
void apic_periodic(uint32_t n);
void pit_once(unsigned count);		/* 0xffff at most, a little under 55 ms */
bool pit_over(void);
void timer_start(void);			/* this CPU's APIC and its tick.  => apic_present */
void pic_init(void);			/* out of the way of the exceptions, all masked */
void pic_enable(int irq);		/* one of the master's eight; only the boot CPU does */
void pic_disable(int irq);
void pic_eoi(void);
void timer_irq(void);
void uart_irq(void);
extern uintptr_t boot_ram_end;		/* physical */
extern char _kernel_start[], _text_start[], _text_end[];
#endif
