/* SPDX-License-Identifier: MIT */
/*
 * time.c: the tick and who sleeps for it.  Invariant: while there are
 * sleepers, `alarm` is no later than the first of them wants to wake.
 * Lock: clock, for sleepers and alarm.  The tick itself takes none: it may
 * come while this CPU waits for any lock (cpu_wait).
 */
#include "proc.h"

enum { MS_PER_TICK = 1000 / TICK_HZ };

_Atomic word ticks;
static struct lock clock = LOCK(LOCK_CLOCK);
static struct waitq sleepers;
static struct proc *timed;		/* who waits for something else, but no longer than till wake_at */
static word alarm;

/* Time goes round: compare by distance. */
bool clock_due(word at)
{
	return (intptr_t)(ticks - at) >= 0;
}

word clock_after(word ms)
{
	return ticks + (ms + MS_PER_TICK - 1) / MS_PER_TICK + (ms > 0);	/* this tick has begun already */
}

/* => clock */
static void set_alarm(word at)
{
	if ((!sleepers.head && !timed) || (intptr_t)(at - alarm) < 0)
		alarm = at;
}

/* => clock */
static void take_out(struct proc *p)
{
	if ((*p->timed_link = p->timed_next))
		p->timed_next->timed_link = p->timed_link;
	p->timed_link = NULL;
}

/* It is on the list before it sleeps, and the clock stays locked till then: no wake-up comes too early. */
int clock_sleep(word until, struct lock *held)
{
	struct proc *p = cur();
	int err;

	lock(&clock);
	set_alarm(until);
	p->wake_at = until;
	if ((p->timed_next = timed))
		timed->timed_link = &p->timed_next;
	p->timed_link = &timed;
	timed = p;
	err = sched_sleep(&clock, held);
	if (p->timed_link)
		take_out(p);
	unlock(&clock);
	return err;
}

/* Wake those that are due; the alarm is for the first of the others.  => clock */
static void wake_timed(void)
{
	struct proc *p, *next;

	for (p = timed; p; p = next) {
		next = p->timed_next;
		if (clock_due(p->wake_at)) {
			take_out(p);
			sched_ready(p);
		}
	}
	for (p = timed; p; p = p->timed_next)
		if (p == timed || (intptr_t)(p->wake_at - alarm) < 0)
			alarm = p->wake_at;
}

void clock_tick(void)
{
	struct cpu *c = cpu_self();

	c->resched = true;
	if (c->cur)
		c->cur->ran++;
	if (cpu_id() == 0)
		__c11_atomic_store(&ticks, ticks + 1, __ATOMIC_RELAXED);	/* nobody else adds */
}

/*
 * The boot CPU keeps time; the others' ticks only take turns away, and come after anything from a sixteenth of a
 * period to nearly two.  Where ticks keep step, an emulator that runs one CPU up to the next timer of any may give
 * one of them no turn, ever, or none but for its tick: QEMU before 8.1 with -icount
 * (accel/tcg/tcg-accel-ops-rr.c: 8.1 splits the time).  The same sequence in every boot.
 */
word clock_period(word period)
{
	static uint32_t seed[NCPU];
	uint32_t *s = &seed[cpu_id()];

	if (cpu_id() == 0)
		return period;
	*s = (*s + cpu_id()) * 1664525 + 1013904223;	/* a linear congruential generator; its high bits are used */
	return period / 16 * (1 + (*s >> 16) % 30);
}

void clock_wake(void)
{
	if ((!sleepers.head && !timed) || !clock_due(alarm))
		return;
	lock(&clock);
	if (clock_due(alarm)) {
		wake_all(&sleepers);	/* who is not due yet sets the alarm again */
		wake_timed();
	}
	unlock(&clock);
}

word sys_sleep(word ms)
{
	struct proc *p = cur();
	int err = 0;

	if (ms > INT32_MAX)
		return -EINVAL;
	p->wake_at = clock_after(ms);
	lock(&clock);
	while (!err && !clock_due(p->wake_at)) {
		set_alarm(p->wake_at);
		err = wait_on(&sleepers, &clock);
	}
	unlock(&clock);
	return err ? -EINTR : 0;		/* it would begin with the whole time again */
}

word sys_uptime(void)
{
	return ticks * MS_PER_TICK & INT32_MAX;
}

word sys_cputime(void)
{
	return (word)cur()->ran * MS_PER_TICK & INT32_MAX;
}

word sys_yield(void)
{
	cpu_self()->resched = true;	/* on the way out */
	cpu_relax();			/* who yields waits for another, maybe on another CPU: where they take turns (-icount), now */
	return 0;
}
