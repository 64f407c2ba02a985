/* SPDX-License-Identifier: MIT */
/*
 * shoot.c: the TLB shootdown.
 *
 * A CPU whose bit is in a space's mask may hold its entries.  Whoever has
 * unhooked some asks all of them to forget, and waits until each has said
 * so.  The mask is read after a full fence behind the unhooking, and a CPU
 * sets its bit with a full fence before its first walk (vm_load): either it
 * is asked, or it walks what is new.
 *
 * The asked one answers with an interrupt, so that the asker can sleep: on an
 * emulator that counts instructions a spinning CPU burns its whole turn.
 * Who waits, here or for a lock, serves others meanwhile, or two CPUs would
 * wait for each other for ever (H34).
 *
 * Lock: the space's, held by the asker from before the unhooking to after
 * the last answer; it covers the range for those who are asked.
 */
#include "vm.h"

static struct order {
	struct space *s;
	va_t lo, hi;
	_Atomic uint32_t waiting;	/* CPUs that have yet to answer */
} order[NCPU];				/* by asker */
static _Atomic uint32_t asked[NCPU];	/* by whom, for each CPU */

void shoot_serve(void)
{
	unsigned me = cpu_id();
	uint32_t who = __c11_atomic_exchange(&asked[me], 0, __ATOMIC_ACQUIRE);

	for (unsigned c = 0; c < NCPU; c++) {
		if (!(who >> c & 1))
			continue;
		mmu_inval(order[c].s, order[c].lo, order[c].hi);
		__c11_atomic_fetch_and(&order[c].waiting, ~((uint32_t)1 << me), __ATOMIC_RELEASE);
	}
	if (!who)
		return;
	vm_count_here(C_ACK, (word)__builtin_popcount(who));
	cpu_ipi(who);
}

static void ask(struct space *s, va_t lo, va_t hi, uint32_t mask)
{
	unsigned me = cpu_id();
	struct order *o = &order[me];

	o->s = s;
	o->lo = lo;
	o->hi = hi;
	__c11_atomic_store(&o->waiting, mask, __ATOMIC_RELEASE);
	for (unsigned c = 0; c < NCPU; c++)
		if (mask >> c & 1)
			__c11_atomic_fetch_or(&asked[c], (uint32_t)1 << me, __ATOMIC_RELEASE);
	cpu_ipi(mask);
	vm_count(s, C_SHOOT, 1);
	vm_count(s, C_IPI, (word)__builtin_popcount(mask));
}

void shoot(struct space *s, va_t lo, va_t hi)
{
	uint32_t mask = 0;

	if (NCPU > 1) {
		__c11_atomic_thread_fence(__ATOMIC_SEQ_CST);
		mask = s->cpus & ~((uint32_t)1 << cpu_id());
	}
	if (mask)
		ask(s, lo, hi, mask);
	mmu_inval(s, lo, hi);
	if (!mask)
		return;
	while (__c11_atomic_load(&order[cpu_id()].waiting, __ATOMIC_ACQUIRE)) {
		shoot_serve();
		if (order[cpu_id()].waiting)
			cpu_wait();
	}
}
