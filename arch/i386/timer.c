/* SPDX-License-Identifier: MIT */
/*
 * timer.c: the periodic tick: each CPU's local APIC's, whose clock is measured
 * once against the interval timer, or the interval timer's own where there is
 * no APIC.  Both come in at the same vector.
 */
#include "port.h"

enum {
	PIT_HZ = 1193182, PIT_TICK = (PIT_HZ + TICK_HZ / 2) / TICK_HZ,
	PIT_0 = 0x40, PIT_2 = 0x42, PIT_MODE = 0x43,
	PIT_0_RATE = 0x34, PIT_2_ONCE = 0xb0,	/* low byte, high byte; mode 2, mode 0 */
	PIT_GATE = 0x61, GATE_2 = 1, SPEAKER = 2, OUT_2 = 0x20
};

static uint32_t per_tick;		/* the APIC's counts in one; 0: the tick is the interval timer's */

void pit_once(unsigned count)
{
	outb(PIT_GATE, (inb(PIT_GATE) & ~SPEAKER) | GATE_2);
	outb(PIT_MODE, PIT_2_ONCE);
	outb(PIT_2, count & 0xff);
	outb(PIT_2, (uint8_t)(count >> 8));
}

bool pit_over(void)
{
	return inb(PIT_GATE) & OUT_2;
}

/* How far the APIC counts in one tick. */
static uint32_t measure(void)
{
	pit_once(PIT_TICK);
	apic_count(~0u);
	while (!pit_over())
		cpu_relax();
	return ~0u - apic_count_now();
}

void timer_start(void)
{
	apic_init();
	if (!per_tick)
		per_tick = measure();
	apic_periodic((uint32_t)clock_period(per_tick));
}

void timer_init(void)
{
	if (apic_present()) {
		timer_start();
		return;
	}
	outb(PIT_MODE, PIT_0_RATE);
	outb(PIT_0, PIT_TICK & 0xff);
	outb(PIT_0, PIT_TICK >> 8);
	pic_enable(0);
}

void timer_irq(void)
{
	if (!per_tick) {
		pic_eoi();
	} else {
		apic_eoi();
		if (cpu_id() != 0)
			apic_periodic((uint32_t)clock_period(per_tick));	/* anew, from here */
	}
	clock_tick();
}
