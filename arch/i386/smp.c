/* SPDX-License-Identifier: MIT */
/*
 * smp.c: the other CPUs: started by INIT and a start-up interrupt (SDM volume
 * 3, 8.4), interrupted through the local APIC.
 *
 * Invariant: one CPU at a time is on its way here, and it alone reads
 * `coming`, start_root and start_stack.  One that did not come in time is
 * sent back by INIT before these are used again.
 * Lock: none, the boot CPU alone starts others; apic_of never changes for a
 * CPU that has come.
 */
#include "core/proc.h"

/* A page of RAM below 1 MiB that a start-up interrupt can name: its number is the vector. */
enum { TRAMPOLINE = 0x8000 };
enum { INIT = 0x4500, STARTUP = 0x4600 | TRAMPOLINE >> PGSHIFT, FIXED = 0x4000 };
enum { WAIT = 0xffff, WAITS = 40 };	/* of the interval timer: two seconds in all */

extern const char start_real[], start_real_end[];	/* start.S */
pa_t start_root;			/* the tables that the next CPU starts with */
void *start_stack;			/* and its stack's end */

static uint8_t apic_of[NCPU];
static unsigned coming;
static _Atomic unsigned here = 1;	/* CPUs that have come */

/* From start.S, on the CPU's own stack. */
_Noreturn void cpu_main(void)
{
	cpu_init(coming);
	mmu_cpu_init();
	timer_start();
	__c11_atomic_store(&here, coming + 1, __ATOMIC_RELEASE);
	kmain_cpu();
}

static bool arrives(void)
{
	pit_once(WAIT);
	while (!pit_over()) {
		if (__c11_atomic_load(&here, __ATOMIC_ACQUIRE) > coming)
			return true;
		cpu_relax();
	}
	return false;
}

/* INIT has been sent long enough ago.  A second start-up interrupt is ignored by a CPU that has had one. */
static bool start(uint8_t apic)
{
	struct page *stack = pg_alloc(PG_KERNEL);

	if (!stack)
		return false;
	start_stack = (char *)pg_kva(stack) + PGSIZE;
	for (int i = 0; i < WAITS; i++) {
		if (i < 2)
			apic_send(apic, STARTUP);
		if (arrives())
			return true;
	}
	apic_send(apic, INIT);
	pg_unref(stack);
	pg_free(stack);
	return false;
}

/* Bring those listed into the state that waits for a start-up interrupt: 10 ms. */
static void init_all(const uint8_t *apics, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (apics[i] != apic_of[0])
			apic_send(apics[i], INIT);
	pit_once(WAIT / 5);
	while (!pit_over())
		cpu_relax();
}

static void start_all(const uint8_t *apics, unsigned n, unsigned most)
{
	memcpy(kva(TRAMPOLINE), start_real, (size_t)(start_real_end - start_real));
	init_all(apics, n);
	coming = 1;
	for (unsigned i = 0; i < n && coming < most; i++) {
		apic_of[coming] = apics[i];
		if (apics[i] != apic_of[0] && start(apics[i]))
			coming++;
	}
}

unsigned cpu_start(unsigned most)
{
	uint8_t apics[NCPU];
	struct page *root;
	unsigned n;

	if (most > NCPU)
		most = NCPU;
	if (most < 2 || !apic_present() || (n = acpi_cpus(apics, NCPU)) < 2 || !(root = mmu_start_root()))
		return 1;
	apic_of[0] = apic_self();
	start_root = pg_pa(root);
	start_all(apics, n, most);
	pg_unref(root);
	pg_free(root);
	return here;
}

void cpu_ipi(uint32_t mask)
{
	for (unsigned i = 0; i < here; i++)
		if (mask >> i & 1)
			apic_send(apic_of[i], FIXED | VEC_IPI);
}
