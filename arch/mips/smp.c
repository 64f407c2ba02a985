/* SPDX-License-Identifier: MIT */
/*
 * smp.c: the other CPUs of a coherent system (QEMU: -cpu P5600 -smp N).  Its
 * coherence manager (CM) says how many there are, the power controller (CPC)
 * starts them, the global interrupt controller (GIC) carries interrupts
 * between them.  Registers, as far as QEMU has them: MIPS P5600 software
 * manual, and hw/misc/mips_cmgcr.c, mips_cpc.c, hw/intc/mips_gic.c.
 *
 * Invariant: cpus[i] is core i; the core that booted is 0, and has all of
 * the devices' interrupts.
 * Lock: none; start_smp[i] is written before that core is started, and one
 * is started at a time.
 */
#include "core/proc.h"

enum { CONFIG3_CMGCR = 1 << 29, CONFIG4_KSCRATCH = 16 };
/* CM: of all; of this core, to choose another; of the one chosen. */
enum { CM_GIC = 0x80, CM_CPC = 0x88, CM_HAS_CPC = 0xf0, CM_MORE = 0x2010, CM_OTHER = 0x2018, CM_START = 0x4020 };
enum { CPC_STOP = 0x2020, CPC_RUN = 0x2028 };		/* masks of cores */
/* GIC: one register of 32 sources' bits; or one for each source, to a pin and to cores. */
enum { GIC_CONFIG = 0, GIC_COUNTER = 0x10, GIC_POKE = 0x280, GIC_ALLOW = 0x380, GIC_PIN = 0x500, GIC_CORES = 0x2000 };
#define GIC_STOP	(1u << 28)		/* GIC_CONFIG: the counter stands still */
#define GIC_SET		0x80000000u		/* GIC_POKE: raise the source of this number; without, take it back */
#define GIC_TO_PIN	0x80000000u
enum { GIC_AT = 0x1bdc0000, CPC_AT = 0x1bde0000, AT_ENABLE = 1 };	/* where they are put: Malta has nothing there */
enum { PIN_IP2 = 0, PIN_IP3 = 1 };
enum { SOURCE_I8259 = 3, SOURCE_IPI = 40 };		/* Malta's wiring; any that no device has, one a core */

/*
 * A core's Count starts at zero with it, but programs that move between cores
 * compare readings.  So all follow the GIC's counter, which steps every 10 ns
 * in QEMU, and Count every 6.  A pair of readings is good if little lies between.
 *
 * When all are there the counter stops.  Each core has a timer that compares
 * it with all ones and is on at reset: 43 s later it would raise IP2 on every
 * core, which nothing takes back; and under -icount QEMU itself then hangs,
 * masked or not (hw/timer/mips_gictimer.c: the timer is set anew for no time
 * from now).
 */
static struct clock { uint32_t counter, count; } clock;	/* the first core's, before it starts another */
enum { CLOSE = 1000 };			/* 10 us */

struct start { struct cpu *cpu; void *top; } start_smp[NCPU];	/* start_smp.S reads it */
static _Atomic unsigned here = 1;	/* cores that have come */
enum { WAITS = 2 * TICK_HZ };		/* two seconds for each */

void start_cpu(void);
_Noreturn void boot_cpu(void);

static volatile uint32_t *reg(pa_t block, unsigned off)
{
	return (volatile uint32_t *)kseg1(block + off);
}

static volatile uint32_t *gic(unsigned off) { return reg(GIC_AT, off); }
static volatile uint32_t *cpc(unsigned off) { return reg(CPC_AT, off); }
static volatile uint32_t *cm(unsigned off) { return reg(MFC0(CP0_CMGCRBASE) << 4, off); }

void smp_check(void)
{
	if ((MFC0(CP0_CONFIG) & MFC0(CP0_CONFIG1) & MFC0(CP0_CONFIG2) & MFC0(CP0_CONFIG3)) >> 31
	    && (MFC0(CP0_CONFIG4) >> CONFIG4_KSCRATCH & KSCRATCHES) == KSCRATCHES)
		return;
	kprintf("This kernel is for a P5600 (qemu: -cpu P5600); `mips' is the one for other CPUs.\n");
	cpu_poweroff(1);
}

/* How many cores; 1 if there is nothing to start them with, as with QEMU's -smp 1. */
static unsigned cores(void)
{
	bool has_cm = MFC0(CP0_CONFIG3) & CONFIG3_CMGCR && *cm(CM_HAS_CPC) & 1;

	return has_cm ? (*cm(CM_MORE) & 0x3ff) + 1 : 1;
}

static void route(unsigned source, unsigned pin, unsigned core)
{
	*gic(GIC_PIN + 4 * source) = GIC_TO_PIN | pin;
	*gic(GIC_CORES + 32 * source) = 1u << core;
	*gic(GIC_ALLOW + source / 32 * 4) = 1u << source % 32;
}

static void clock_read(void)
{
	do {
		clock.counter = *gic(GIC_COUNTER);
		clock.count = MFC0(CP0_COUNT);
	} while (*gic(GIC_COUNTER) - clock.counter > CLOSE);
}

static void clock_follow(void)
{
	uint32_t now;

	do {
		now = *gic(GIC_COUNTER);
		MTC0(CP0_COUNT, clock.count + (uint32_t)((uint64_t)(now - clock.counter) * 10 / 6));
	} while (*gic(GIC_COUNTER) - now > CLOSE);
}

/* From start_smp.S, on the core's own stack. */
_Noreturn void boot_cpu(void)
{
	trap_cpu_init();
	mmu_cpu_init();
	clock_follow();
	timer_init();
	__c11_atomic_fetch_add(&here, 1, __ATOMIC_RELEASE);
	cpu_ipi(1);
	kmain_cpu();
}

/* It interrupts us when it has come. */
static bool arrives(unsigned core)
{
	for (unsigned i = 0; i < WAITS; i++) {
		if (__c11_atomic_load(&here, __ATOMIC_ACQUIRE) > core)
			return true;
		cpu_wait();
	}
	*cpc(CPC_STOP) = 1u << core;
	return false;
}

static bool start(unsigned core)
{
	struct page *stack = pg_alloc(PG_KERNEL);

	if (!stack)
		return false;
	start_smp[core] = (struct start){ &cpus[core], (char *)pg_kva(stack) + PGSIZE };
	route(SOURCE_IPI + core, PIN_IP3, core);
	*cm(CM_OTHER) = core;
	*cm(CM_START) = (word)start_cpu;
	__asm__ volatile("sync" ::: "memory");
	*cpc(CPC_RUN) = 1u << core;
	return arrives(core);		/* if not, it may still be on its stack */
}

unsigned cpu_start(unsigned most)
{
	unsigned n = cores(), i = 1;

	if (n == 1)
		return 1;
	*cm(CM_GIC) = GIC_AT | AT_ENABLE;
	*cm(CM_CPC) = CPC_AT | AT_ENABLE;
	route(SOURCE_I8259, PIN_IP2, 0);
	route(SOURCE_IPI, PIN_IP3, 0);
	clock_read();
	while (i < n && i < most && start(i))
		i++;
	*gic(GIC_CONFIG) = GIC_STOP;
	return i;
}

void cpu_ipi(uint32_t mask)
{
	__asm__ volatile("sync" ::: "memory");
	for (unsigned i = 0; i < NCPU; i++)
		if (mask >> i & 1)
			*gic(GIC_POKE) = GIC_SET | (SOURCE_IPI + i);
}

/* The request is taken back before it is looked at what is wanted. */
void smp_irq(void)
{
	*gic(GIC_POKE) = SOURCE_IPI + cpu_id();
	__asm__ volatile("sync" ::: "memory");
	ipi();
}
