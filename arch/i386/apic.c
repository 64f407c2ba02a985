/* SPDX-License-Identifier: MIT */
/*
 * apic.c: this CPU's local APIC (SDM volume 3, chapter 10).  Every CPU sees
 * its own at the same address.
 */
#include "port.h"

/* Registers, as offsets, and what is in them. */
enum {
	ID = 0x20, EOI = 0xb0, SPURIOUS = 0xf0, COMMAND = 0x300, COMMAND_TO = 0x310,
	LVT_TIMER = 0x320, LVT_LINT0 = 0x350, COUNT = 0x380, NOW = 0x390, DIVIDE = 0x3e0,
	ENABLE = 0x100, EXTINT = 0x700, PENDING = 0x1000, MASKED = 0x10000, PERIODIC = 0x20000, DIVIDE_BY_1 = 0xb,
	CPUID_APIC = 0x200
};

static volatile uint32_t *lapic(unsigned reg)
{
	return (volatile uint32_t *)(APIC_BASE + 0x200000 + reg);
}

bool apic_present(void)
{
	return cpu_id_leaf(1).d & CPUID_APIC;
}

/* The other controller's interrupts keep coming in at the boot CPU, through LINT0. */
void apic_init(void)
{
	*lapic(SPURIOUS) = ENABLE | VEC_SPURIOUS;
	*lapic(LVT_LINT0) = cpu_id() == 0 ? EXTINT : MASKED;
	*lapic(LVT_TIMER) = MASKED;
	*lapic(DIVIDE) = DIVIDE_BY_1;
}

uint8_t apic_self(void)
{
	return (uint8_t)(*lapic(ID) >> 24);
}

/* The register holds one command.  A device's, so all stores before it are done when it is written. */
void apic_send(uint8_t to, uint32_t command)
{
	while (*lapic(COMMAND) & PENDING)
		cpu_relax();
	*lapic(COMMAND_TO) = (uint32_t)to << 24;
	*lapic(COMMAND) = command;
}

void apic_eoi(void)
{
	*lapic(EOI) = 0;
}

/* Count down from n, once. */
void apic_count(uint32_t n)
{
	*lapic(LVT_TIMER) = MASKED;
	*lapic(COUNT) = n;
}

uint32_t apic_count_now(void)
{
	return *lapic(NOW);
}

/* Interrupt after every n. */
void apic_periodic(uint32_t n)
{
	*lapic(LVT_TIMER) = PERIODIC | VEC_TIMER;
	*lapic(COUNT) = n;
}
