/* SPDX-License-Identifier: MIT */
/*
 * timer.c: the tick, from Count and Compare.
 *
 * QEMU's Count steps every 6 ns of virtual time (2 cycles of a 320 MHz CPU,
 * rounded down), so under -icount shift=0 every 6 instructions.  GXemul's
 * Count counts instructions, but its interrupt comes in the host's time,
 * after what was last added to Compare, at 33 MHz.
 *
 * A Compare that Count has passed already is not reached again for 25 s: an
 * emulator may stop between any two instructions for longer than a tick.  So
 * whoever writes Compare looks at Count afterwards.
 */
#include "core/proc.h"

enum { QEMU_HZ = 166666667, QEMU_SCALE = 6, GXEMUL_HZ = 33000000 };

static uint32_t delta, compares[NCPU];

void timer_init(void)
{
	uint32_t *compare = &compares[cpu_id()];

	cpu_scale = boot_gxemul ? 1 : QEMU_SCALE;
	delta = (boot_gxemul ? GXEMUL_HZ : QEMU_HZ) / TICK_HZ;
	do {
		*compare = (boot_gxemul ? MFC0(CP0_COMPARE) : MFC0(CP0_COUNT)) + delta;
		MTC0(CP0_COMPARE, *compare);
	} while (!boot_gxemul && (int32_t)(MFC0(CP0_COUNT) - *compare) >= 0);
}

/* Writing Compare acknowledges.  A tick that comes late may have others behind it. */
void timer_irq(void)
{
	uint32_t *compare = &compares[cpu_id()];

	do {
		*compare += clock_period(delta);
		MTC0(CP0_COMPARE, *compare);
		clock_tick();
	} while (!boot_gxemul && (int32_t)(MFC0(CP0_COUNT) - *compare) >= 0);
	(void)cpu_cycles();			/* before Count wraps */
}
