/* SPDX-License-Identifier: MIT */
/*
 * panic.c: a broken invariant: stop the other CPUs, say all that is known, and
 * end the machine with a failing status.  Nothing here takes a lock but the console's, which
 * its holder may take again; a panic within a panic only ends the machine.
 */
#include "proc.h"

enum { PANIC_STATUS = 101 };

/* The functions, by address: made by tools/ksyms.py, empty in the image's first link. */
extern const word ksyms_n, ksyms_addr[];
extern const uint32_t ksyms_off[];
extern const char ksyms_str[];

const char *sym_name(va_t pc, size_t *offset)
{
	size_t lo = 0, hi = ksyms_n;

	if (hi == 0 || pc < ksyms_addr[0])
		return NULL;
	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (ksyms_addr[mid] <= pc)
			lo = mid;
		else
			hi = mid;
	}
	*offset = pc - ksyms_addr[lo];
	return ksyms_str + ksyms_off[lo];
}

/* Whatever on the stack looks like a return address: some may be left-overs. */
void backtrace(va_t sp)
{
	va_t end = PG_DOWN(sp) + PGSIZE;

	for (sp &= ~(va_t)(sizeof(word) - 1); sp < end; sp += sizeof(word)) {
		va_t pc = *(const va_t *)sp;
		size_t off;
		const char *name;

		if (!cpu_after_call(pc))
			continue;
		name = sym_name(pc, &off);
		if (name)
			kprintf("  %#lx %s+%#lx\n", (unsigned long)pc, name, (unsigned long)off);
		else
			kprintf("  %#lx\n", (unsigned long)pc);
	}
}

_Noreturn void panic_at(const char *file, int line, const char *fmt, ...)
{
	static char text[256];			/* the stack may be what is broken */
	static unsigned reporter;		/* the CPU that reports, plus 1 */
	struct proc *p = cur();
	va_list ap;

	if (reporter == cpu_id() + 1)
		cpu_poweroff(PANIC_STATUS);
	cpus_stop();
	reporter = cpu_id() + 1;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	kprintf("panic: %s:%d: %s\n", file, line, text);
	kprintf("CPU %u, %s[%d]\n", cpu_id(), p ? p->name : "idle", p ? p->pid : 0);
	if (p && p->space)
		fr_print(p->frame);
	kprintf("backtrace:\n");
	backtrace((va_t)__builtin_frame_address(0));
	kprintf("debug: tools/yoke run %s --gdb\n", boot_info ? boot_info->machine : "TARGET");
	cpu_poweroff(PANIC_STATUS);
}
