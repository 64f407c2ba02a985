/* SPDX-License-Identifier: MIT */
/*
 * timer.c: the tick, from the firmware's timer (SBI 1.0, chapter 6).
 * deadline is the boot CPU's; only its interrupt changes it.
 */
#include "riscv.h"

enum { SBI_TIME = 0x54494d45, SBI_SET_TIMER = 0 };

static uint64_t deadline;

/* Also takes back the interrupt that is pending. */
static void set_timer(uint64_t at)
{
	sbi_call(SBI_TIME, SBI_SET_TIMER, at);
}

void timer_init(void)
{
	deadline = csr_read(time) + boot_timebase / TICK_HZ;
	set_timer(deadline);
	csr_set(sie, IRQ_TIMER);
}

/* Deadlines stay on their grid; ticks that were missed altogether are not made up for. */
void timer_irq(void)
{
	uint64_t now = csr_read(time);

	do
		deadline += boot_timebase / TICK_HZ;
	while (deadline <= now);
	set_timer(deadline);
	clock_tick();
}
