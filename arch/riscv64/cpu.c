/* SPDX-License-Identifier: MIT */
/* cpu.c: contexts, waiting, power-off, and what a call looks like.  No lock. */
#include "riscv.h"

void ctx_start(void);			/* switch.S */

void ctx_init(struct ctx *c, void (*fn)(void *), void *arg, void *top)
{
	*c = (struct ctx){ .ra = (word)ctx_start, .sp = (word)top, .s = { (word)fn, (word)arg } };
}

/* The way out points sscratch at the frame (trap.S); what is left to do is to say whose tp the next trap loads. */
void cpu_frame(struct frame *f)
{
	f->r[FR_KTP] = (word)cpu_self();
}

/* One page a CPU, for traps of the kernel's own; the first word says whose it is (trap.S). */
char trap_stacks[NCPU][PGSIZE] __attribute__((aligned(PGSIZE)));

/* Those of other CPUs and the timer.  The request is taken back before it is looked at what is wanted. */
static void serve_near(word pending)
{
	if (pending & IRQ_SOFT) {
		csr_clear(sip, IRQ_SOFT);
		__asm__ volatile("fence" : : : "memory");
		ipi();
	}
	if (pending & IRQ_TIMER)
		timer_irq();
}

void irq_serve(void)
{
	word pending = csr_read(sip) & csr_read(sie);

	serve_near(pending);
	if (pending & IRQ_EXT)
		plic_irq();
}

/*
 * wfi returns when an interrupt that sie allows is pending, though sstatus.SIE is off
 * (Privileged Architecture 1.12, 3.3.3): one that came since the caller's last look included.
 */
void cpu_idle(void)
{
	__asm__ volatile("wfi" : : : "memory");
	irq_serve();
}

/* A device's interrupt, which stays pending, would end every wait at once. */
void cpu_wait(void)
{
	word devices = csr_read(sie) & IRQ_EXT;

	csr_clear(sie, devices);
	__asm__ volatile("wfi" : : : "memory");
	serve_near(csr_read(sip) & csr_read(sie));
	csr_set(sie, devices);
}

/* QEMU's test device (hw/misc/sifive_test.c): the low half is a verb, the high half a status. */
void cpu_poweroff(int status)
{
	volatile uint32_t *test = kva(VIRT_TEST);

	*test = status ? (uint32_t)status << 16 | 0x3333 : 0x5555;
	for (;;)
		__asm__ volatile("wfi");
}

/* Behind jal ra, jalr ra (four bytes), or c.jalr (two). */
bool cpu_after_call(va_t ret)
{
	const uint16_t *p = (const uint16_t *)ret;

	if (ret & 1 || ret < (va_t)_text_start + 4 || ret > (va_t)_rodata_start)
		return false;
	return (p[-1] & 0xf07f) == 0x9002 || (p[-2] & 0xfff) == 0x0ef || (p[-2] & 0xfff) == 0x0e7;
}
