/* SPDX-License-Identifier: MIT */
/*
 * boot.c: what the multiboot loader says, as struct boot.  The loader's
 * tables lie in memory that will be allocated: all of it is copied here.
 * Multiboot specification 0.6.96, section 3.3.
 */
#include "port.h"

enum { MAGIC = 0x2badb002, HAS_CMDLINE = 4, HAS_MMAP = 0x40, MMAP_RAM = 1, LOW_END = 0x100000 };

struct multiboot {
	uint32_t flags, mem_lower, mem_upper, boot_device, cmdline, mods_count, mods_addr, syms[4];
	uint32_t mmap_length, mmap_addr;
};
struct mmap_entry {
	uint32_t size;			/* of the rest */
	uint64_t base, length;
	uint32_t type;
} __attribute__((packed));

pa_t boot_ram_end;

/* The kernel's path comes first: skip it. */
static void copy_args(struct boot *b, const char *s)
{
	size_t n = 0;

	while (*s && *s != ' ')
		s++;
	while (*s == ' ')
		s++;
	while (n < sizeof b->args - 1 && *s)
		b->args[n++] = *s++;
}

/* RAM within reach; that below 1 MiB is left to firmware and to starting other CPUs. */
static void add_ram(struct boot *b, uint64_t lo, uint64_t hi)
{
	lo = lo < LOW_END ? LOW_END : (lo + PGSIZE - 1) & ~(uint64_t)(PGSIZE - 1);
	hi = hi > RAM_MAX ? RAM_MAX : hi & ~(uint64_t)(PGSIZE - 1);
	if (lo >= hi || b->nram == BOOT_RANGES)
		return;
	b->ram[b->nram++] = (struct range){ lo, hi };
	if (hi > boot_ram_end)
		boot_ram_end = hi;
}

static void copy_ram(struct boot *b, const struct multiboot *m)
{
	const char *p = kva(m->mmap_addr), *end = p + m->mmap_length;

	while (p < end) {
		const struct mmap_entry *e = (const void *)p;

		if (e->type == MMAP_RAM)
			add_ram(b, e->base, e->base + e->length);
		p += e->size + sizeof e->size;
	}
}

_Noreturn void boot(uint32_t magic, pa_t info)
{
	static struct boot b = { .machine = "i386", .isolates = true };
	const struct multiboot *m = kva(info);

	cpu_init(0);
	pic_init();
	uart_init();
	if (magic != MAGIC || !(m->flags & HAS_MMAP))
		panic("not started by a multiboot loader with a memory map");
	if (m->flags & HAS_CMDLINE)
		copy_args(&b, kva(m->cmdline));
	copy_ram(&b, m);
	b.reserved[b.nreserved++] = (struct range){ kpa(_kernel_start), PG_UP(kpa(ramdisk_end())) };
	kmain(&b);
}
