/* SPDX-License-Identifier: MIT */
/*
 * boot.c: from start.S to kmain: what the device tree says of arguments,
 * memory, and the clock.  boot_found does not change afterwards.
 */
#include "riscv.h"
#include "fdt.h"

struct boot boot_found = { .machine = "riscv64", .isolates = true };
unsigned boot_hart;
uint32_t boot_timebase = 10000000;	/* virt's, should the tree not say */

/* [lo, lo + size) cut to what the direct map reaches; outward: it is to be left alone, so whole pages of it. */
static struct range pages(uint64_t lo, uint64_t size, bool outward)
{
	uint64_t end = DIRECT_SIZE, hi = size > end || lo > end - size ? end : lo + size;

	if (lo < RAM_BASE)
		lo = RAM_BASE;
	return outward ? (struct range){ PG_DOWN(lo), PG_UP(hi) } : (struct range){ PG_UP(lo), PG_DOWN(hi) };
}

static void add_ram(uint64_t lo, uint64_t size)
{
	struct range r = pages(lo, size, false);

	if (r.lo < r.hi && boot_found.nram < BOOT_RANGES)	/* more RAM than we can say is not used */
		boot_found.ram[boot_found.nram++] = r;
}

static void add_reserved(uint64_t lo, uint64_t size)
{
	struct range r = pages(lo, size, true);

	if (r.lo >= r.hi)
		return;
	if (boot_found.nreserved == BOOT_RANGES)
		panic("the device tree reserves more than %d ranges", BOOT_RANGES);
	boot_found.reserved[boot_found.nreserved++] = r;
}

static void set_args(const struct fdt_prop *p)
{
	size_t n = p->len < sizeof boot_found.args ? p->len : sizeof boot_found.args - 1;

	memcpy(boot_found.args, p->data, n);
	boot_found.args[n] = 0;
}

static void see(const struct fdt_prop *p)
{
	bool memory = fdt_is(p->node, "memory") && fdt_is(p->parent, "");
	bool reserved = fdt_is(p->parent, "reserved-memory");
	uint64_t lo, size;

	if (fdt_is(p->node, "chosen") && fdt_is(p->name, "bootargs"))
		set_args(p);
	if (fdt_is(p->node, "cpus") && fdt_is(p->name, "timebase-frequency") && p->len == 4
	    && fdt_u32(p->data) >= TICK_HZ)
		boot_timebase = fdt_u32(p->data);
	if ((memory || reserved) && fdt_is(p->name, "reg"))
		for (unsigned i = 0; fdt_reg(p, i, &lo, &size); i++)
			(memory ? add_ram : add_reserved)(lo, size);
}

_Noreturn void boot(word hart, pa_t tree)
{
	uint64_t lo, size;

	boot_hart = (unsigned)hart;
	*(struct cpu **)trap_stacks[0] = cpu_self();
	uart_init();
	if (tree >= DIRECT_SIZE || !fdt_size(kva(tree)))
		panic("no device tree at %lx", (unsigned long)tree);
	if (!fdt_each(kva(tree), see))
		panic("the device tree at %lx is malformed", (unsigned long)tree);
	for (unsigned i = 0; fdt_reserve(kva(tree), i, &lo, &size); i++)
		add_reserved(lo, size);
	add_reserved(tree, fdt_size(kva(tree)));
	add_reserved(kpa(_kernel_start), (uint64_t)(ramdisk_end() - _kernel_start));
	if (boot_found.nram == 0)
		panic("the device tree names no memory");
	kmain(&boot_found);
}
