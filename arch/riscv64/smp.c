/* SPDX-License-Identifier: MIT */
/*
 * smp.c: the other harts: started by the firmware (RISC-V SBI 1.0, chapter
 * 9), and interrupted through it (chapter 7).
 *
 * Invariant: cpus[i] is hart hart_of[i]; the boot hart is cpus[0].
 * Lock: none; hart_of[i] and start_stacks are written before that hart is started.
 */
#include "riscv.h"
#include "core/proc.h"

enum { SBI_HSM = 0x48534d, SBI_HART_START = 0, SBI_IPI = 0x735049, SBI_SEND_IPI = 0 };
enum { HARTS = 64 };			/* numbers that are looked at: those that one call can interrupt */

static unsigned hart_of[NCPU];

word start_stacks[HARTS];		/* by hart: the physical address of the end of its stack */

void _start(void);			/* start.S */
_Noreturn void boot_cpu(void);

void boot_cpu(void)
{
	mmu_switch(0, 0);
	mmu_flush();
	csr_set(sie, IRQ_SOFT);
	timer_init();
	kmain_cpu();
}

/* Its stack begins below a word that says which CPU it is. */
static bool start(unsigned hart, unsigned id)
{
	struct page *stack = pg_alloc(PG_KERNEL);
	word *top;

	if (!stack)
		return false;
	top = (word *)((char *)pg_kva(stack) + PGSIZE) - 2;
	*top = kpa(&cpus[id]);
	*(struct cpu **)trap_stacks[id] = &cpus[id];
	hart_of[id] = hart;
	start_stacks[hart] = kpa(top);
	__asm__ volatile("fence" : : : "memory");
	if (sbi_call(SBI_HSM, SBI_HART_START, hart, kpa((void *)_start), 0) == 0)
		return true;
	pg_unref(stack);		/* there is no such hart */
	pg_free(stack);
	return false;
}

unsigned cpu_start(unsigned most)
{
	unsigned n = 1;

	hart_of[0] = boot_hart;
	csr_set(sie, IRQ_SOFT);
	for (unsigned hart = 0; hart < HARTS && n < most; hart++)
		if (hart != boot_hart && start(hart, n))
			n++;
	return n;
}

void cpu_ipi(uint32_t mask)
{
	word harts = 0;

	for (unsigned i = 0; i < NCPU; i++)
		if (mask >> i & 1)
			harts |= (word)1 << hart_of[i];
	__asm__ volatile("fence" : : : "memory");
	if (harts)
		sbi_call(SBI_IPI, SBI_SEND_IPI, harts, 0, 0);
}
