/* SPDX-License-Identifier: MIT */
/*
 * race_life.c: spaces come and go, with no more order between CPUs than a
 * scheduler gives: who is let in sees the space as made, and who ends it
 * sees all that others did in it.
 */
#include "race.h"

enum { FREE, MADE, ALIVE, DYING };

struct place places[NSPACE];
static _Atomic int alive;		/* or fewer, for a moment: somebody tries to end the last */

static bool change(struct place *p, unsigned from, unsigned to)
{
	return __c11_atomic_compare_exchange_strong(&p->state, &from, to, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

struct place *life_new(void)
{
	unsigned first = rnd(NSPACE);

	for (unsigned i = 0; i < NSPACE; i++) {
		struct place *p = &places[(first + i) % NSPACE];
		if (change(p, FREE, MADE))
			return p;
	}
	return 0;
}

void life_begin(struct place *p)
{
	__c11_atomic_fetch_add(&alive, 1, __ATOMIC_RELAXED);
	__c11_atomic_store(&p->state, ALIVE, __ATOMIC_RELEASE);
}

void life_undo(struct place *p)
{
	__c11_atomic_store(&p->state, FREE, __ATOMIC_RELEASE);
}

/* The count goes up before the look, and the end looks at the count after it said so: x86 keeps that order. */
bool life_enter(struct place *p)
{
	__c11_atomic_fetch_add(&p->users, 1, __ATOMIC_RELAXED);
	if (__c11_atomic_load(&p->state, __ATOMIC_ACQUIRE) == ALIVE)
		return true;
	life_leave(p);
	return false;
}

void life_leave(struct place *p)
{
	__c11_atomic_fetch_add(&p->users, -1, __ATOMIC_RELEASE);
}

bool life_end(struct place *p)
{
	if (__c11_atomic_fetch_add(&alive, -1, __ATOMIC_RELAXED) <= 1 || !change(p, ALIVE, DYING)) {
		__c11_atomic_fetch_add(&alive, 1, __ATOMIC_RELAXED);
		return false;
	}
	while (__c11_atomic_load(&p->users, __ATOMIC_ACQUIRE) > 1)
		sim_spin();
	vm_destroy(&p->s);
	life_leave(p);
	__c11_atomic_store(&p->state, FREE, __ATOMIC_RELEASE);
	return true;
}

bool life_alive(const struct place *p)
{
	return __c11_atomic_load(&p->state, __ATOMIC_ACQUIRE) == ALIVE;
}
