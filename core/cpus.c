/* SPDX-License-Identifier: MIT */
/*
 * cpus.c: several CPUs: what they interrupt each other for, and how all but
 * one are made to rest, so that the audit finds the machine still, or to
 * stop, so that a panic's report is not torn.
 *
 * Invariant: ipi() takes no lock and lets nobody wait, for it is called in
 * the midst of anything.  A CPU rests only where it holds nothing: on its
 * way out to user mode, or idle.
 * Lock: quiet.lock, by who wants the others to rest, till they go on.
 */
#include "proc.h"

unsigned cpus_running = 1;
static _Atomic bool stopped;		/* by a panic */
static bool halted[NCPU];		/* and waits for the end; each its own */

static struct {
	struct lock lock;
	_Atomic unsigned by;		/* the CPU that wants it, plus 1; 0: none */
	_Atomic uint32_t resting;
} quiet;

static uint32_t bit(unsigned cpu)
{
	return (uint32_t)1 << cpu;
}

static uint32_t others(void)
{
	return (bit(cpus_running) - 1) & ~bit(cpu_id());
}

void ipi(void)
{
	shoot_serve();
	if (quiet.by)
		cpu_self()->resched = true;
	if (stopped && !halted[cpu_id()]) {
		halted[cpu_id()] = true;	/* whoever interrupts the wait finds that it waits already */
		for (;;)
			cpu_wait();
	}
}

void cpus_stop(void)
{
	if (NCPU == 1)
		return;
	if (__c11_atomic_exchange(&stopped, true, __ATOMIC_SEQ_CST))
		for (;;)
			cpu_wait();
	cpu_ipi(others());
}

void cpus_rest(void)
{
	unsigned by = NCPU > 1 ? quiet.by : 0;

	if (__builtin_expect(!by, 1))
		return;
	quiet.resting |= bit(cpu_id());
	cpu_ipi(bit(by - 1));
	while (quiet.by)
		cpu_wait();
	quiet.resting &= ~bit(cpu_id());
	cpu_ipi(bit(by - 1));
}

/* Two may want it at once: the second rests first. */
void cpus_quiet(void)
{
	if (NCPU == 1)
		return;
	while (__c11_atomic_exchange(&quiet.lock.held, 1, __ATOMIC_ACQUIRE)) {
		cpus_rest();
		cpu_relax();
	}
	quiet.by = cpu_id() + 1;
	cpu_ipi(others());
	while (quiet.resting != others())
		cpu_wait();
}

void cpus_go_on(void)
{
	if (NCPU == 1)
		return;
	quiet.by = 0;
	cpu_ipi(others());
	while (quiet.resting)
		cpu_wait();
	unlock(&quiet.lock);
}

_Noreturn void kmain_cpu(void)
{
	sched_idle();
}
