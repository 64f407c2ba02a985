/* SPDX-License-Identifier: MIT */
/*
 * timer.c: the periodic tick: the local APIC's, whose clock is measured
 * against the interval timer, or the interval timer's own where there is no
 * APIC.  Both come in at the same vector.
 */
#include "port.h"

enum {
	PIT_HZ = 1193182, PIT_TICK = (PIT_HZ + TICK_HZ / 2) / TICK_HZ,
	PIT_0 = 0x40, PIT_2 = 0x42, PIT_MODE = 0x43,
	PIT_0_RATE = 0x34, PIT_2_ONCE = 0xb0,	/* low byte, high byte; mode 2, mode 0 */
	PIT_GATE = 0x61, GATE_2 = 1, SPEAKER = 2, OUT_2 = 0x20,
	CPUID_APIC = 0x200
};

/* Registers of the local APIC (SDM volume 3, 10.4), as offsets. */
enum {
	EOI = 0xb0, SPURIOUS = 0xf0, LVT_TIMER = 0x320, LVT_LINT0 = 0x350, COUNT = 0x380, NOW = 0x390, DIVIDE = 0x3e0,
	ENABLE = 0x100, EXTINT = 0x700, MASKED = 0x10000, PERIODIC = 0x20000, DIVIDE_BY_1 = 0xb
};

static bool apic;			/* the tick is its; written once, before interrupts */

static volatile uint32_t *lapic(unsigned reg)
{
	return (volatile uint32_t *)(APIC_BASE + 0x200000 + reg);
}

/* How far the APIC counts in one tick. */
static uint32_t measure(void)
{
	*lapic(LVT_TIMER) = MASKED;
	outb(PIT_GATE, (inb(PIT_GATE) & ~SPEAKER) | GATE_2);
	outb(PIT_MODE, PIT_2_ONCE);
	outb(PIT_2, PIT_TICK & 0xff);
	outb(PIT_2, PIT_TICK >> 8);
	*lapic(COUNT) = ~0u;
	while (!(inb(PIT_GATE) & OUT_2))
		cpu_relax();
	return ~0u - *lapic(NOW);
}

/* The other controller's interrupts keep coming in through LINT0. */
static void apic_start(void)
{
	uint32_t n;

	*lapic(SPURIOUS) = ENABLE | VEC_SPURIOUS;
	*lapic(LVT_LINT0) = EXTINT;
	*lapic(DIVIDE) = DIVIDE_BY_1;
	n = measure();
	*lapic(LVT_TIMER) = PERIODIC | VEC_TIMER;
	*lapic(COUNT) = n;
}

void timer_init(void)
{
	apic = cpu_id_leaf(1).d & CPUID_APIC;
	if (apic) {
		apic_start();
		return;
	}
	outb(PIT_MODE, PIT_0_RATE);
	outb(PIT_0, PIT_TICK & 0xff);
	outb(PIT_0, PIT_TICK >> 8);
	pic_enable(0);
}

void timer_irq(void)
{
	if (apic)
		*lapic(EOI) = 0;
	else
		pic_eoi();
	clock_tick();
}
