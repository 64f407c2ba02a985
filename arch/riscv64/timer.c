/* SPDX-License-Identifier: MIT */
/*
 * timer.c: the tick, from the firmware's timer (SBI 1.0, chapter 6).
 * Each CPU has its own deadline.
 */
#include "riscv.h"

enum { SBI_TIME = 0x54494d45, SBI_SET_TIMER = 0 };

static uint64_t deadlines[NCPU];

/* Also takes back the interrupt that is pending. */
static void set_timer(uint64_t at)
{
	sbi_call(SBI_TIME, SBI_SET_TIMER, at, 0, 0);
}

void timer_init(void)
{
	uint64_t at = csr_read(time) + boot_timebase / TICK_HZ;

	deadlines[cpu_id()] = at;
	set_timer(at);
	csr_set(sie, IRQ_TIMER);
}

/* Deadlines stay on their grid; ticks that were missed altogether are not made up for. */
void timer_irq(void)
{
	uint64_t now = csr_read(time), *at = &deadlines[cpu_id()];

	do
		*at += clock_period(boot_timebase / TICK_HZ);
	while (*at <= now);
	set_timer(*at);
	clock_tick();
}
