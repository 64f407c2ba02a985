/* SPDX-License-Identifier: MIT */
/*
 * cpu.c: each CPU's descriptors and vectors, contexts, idling, the end.
 * Invariant: DS and ES are the flat user segments whenever the kernel runs
 * C; the task register names the CPU (cpu.h).  Descriptors are for all CPUs,
 * vectors each one's own: a double fault must lead to a task that is free.
 */
#include "core/proc.h"

/* A task segment (SDM volume 3, 7.2.1): only the double fault's is ever switched to. */
struct tss {
	uint32_t link, esp0, ss0, stacks[4], cr3, eip, eflags, eax, ecx, edx, ebx, esp, ebp, esi, edi;
	uint32_t es, cs, ss, ds, fs, gs, ldt;
	uint16_t trap, iomap;		/* no I/O map: every port is forbidden to programs */
};
_Static_assert(sizeof(struct tss) == 104, "the hardware's layout");

enum { DESC_TSS = 0x89, GATE_INTR = 0x8e, GATE_TASK = 0x85, GATE_USER = 0x60 };
enum { VEC_BREAK = 3, VEC_OVERFLOW = 4, VEC_DOUBLE = 8 };

struct cpu_slot cpu_slot[GDT_N];
extern const uint32_t trap_enter[VEC_N];
extern char trap_enter_syscall[], kernel_root[];

static struct tss tss[NCPU], tss_double[NCPU];
static char double_stack[NCPU][PGSIZE] __attribute__((aligned(PGSIZE)));
static uint64_t idt[NCPU][VEC_SYSCALL + 1];
uint64_t gdt[GDT_N] = {			/* start.S reads it too */
	[SEL_KCODE / 8] = 0x00cf9a000000ffff, [SEL_KDATA / 8] = 0x00cf92000000ffff,
	[SEL_UCODE / 8] = 0x00cffa000000ffff, [SEL_UDATA / 8] = 0x00cff2000000ffff,
};

static uint64_t gate(uint32_t to, uint16_t sel, unsigned type)
{
	return (uint64_t)(to & 0xffff0000) << 32 | (uint64_t)type << 40 | (uint32_t)sel << 16 | (to & 0xffff);
}

static uint64_t tss_desc(const struct tss *t)
{
	uint32_t at = (uint32_t)t;

	return (uint64_t)(at & 0xff000000) << 32 | (uint64_t)DESC_TSS << 40
	    | (uint64_t)(at & 0xffffff) << 16 | (sizeof *t - 1);
}

/* The CPU has put the registers of what it was doing into its own task segment. */
static _Noreturn void double_fault(void)
{
	const struct tss *t = &tss[cpu_id()];

	panic("double fault: eip %08x esp %08x cr2 %08x", t->eip, t->esp, CR_READ(2));
}

static void idt_init(uint64_t *t, unsigned id)
{
	for (int v = 0; v < VEC_N; v++)
		t[v] = gate(trap_enter[v], SEL_KCODE, GATE_INTR);
	t[VEC_BREAK] = gate(trap_enter[VEC_BREAK], SEL_KCODE, GATE_INTR | GATE_USER);
	t[VEC_OVERFLOW] = gate(trap_enter[VEC_OVERFLOW], SEL_KCODE, GATE_INTR | GATE_USER);
	t[VEC_SYSCALL] = gate((uint32_t)trap_enter_syscall, SEL_KCODE, GATE_INTR | GATE_USER);
	t[VEC_DOUBLE] = gate(0, (GDT_DOUBLE + id) * 8, GATE_TASK);
}

/* Put a task segment into this slot, which from then on names the CPU. */
static void add_task(unsigned slot, const struct tss *t, unsigned id)
{
	gdt[slot] = tss_desc(t);
	cpu_slot[slot].cpu = &cpus[id];
}

/* Load them all: descriptors, segments, vectors, task. */
static void load(unsigned id)
{
	struct { uint16_t limit; uint32_t base; } __attribute__((packed))
		g = { sizeof gdt - 1, (uint32_t)gdt }, i = { sizeof idt[id] - 1, (uint32_t)idt[id] };

	__asm__ volatile("lgdt %0; lidt %1; ljmp %2, $1f; 1:" :: "m"(g), "m"(i), "i"(SEL_KCODE) : "memory");
	__asm__ volatile("mov %0, %%ss" :: "r"(SEL_KDATA));
	__asm__ volatile("mov %0, %%ds; mov %0, %%es; mov %1, %%fs; mov %1, %%gs" :: "r"(SEL_UDATA), "r"(0));
	__asm__ volatile("ltr %w0" :: "r"((GDT_TSS + id) * 8));
}

void cpu_init(unsigned id)
{
	tss[id] = (struct tss){ .ss0 = SEL_KDATA, .iomap = sizeof(struct tss) };
	tss_double[id] = (struct tss){
		.cr3 = kpa(kernel_root), .eip = (uint32_t)double_fault, .eflags = EFLAGS_ONE,
		.esp = (uint32_t)(double_stack[id + 1] - 4), .cs = SEL_KCODE, .ss = SEL_KDATA,
		.ds = SEL_UDATA, .es = SEL_UDATA, .iomap = sizeof(struct tss),
	};
	add_task(GDT_TSS + id, &tss[id], id);
	add_task(GDT_DOUBLE + id, &tss_double[id], id);
	idt_init(idt[id], id);
	load(id);
}

/* Which leaves there are: SDM volume 2, CPUID.  Only subleaf 0 of any. */
struct cpuid cpu_id_leaf(uint32_t leaf)
{
	struct cpuid r, top;

	__asm__ volatile("cpuid" : "=a"(top.a), "=b"(top.b), "=c"(top.c), "=d"(top.d) : "a"(leaf & 0x80000000), "c"(0));
	if (top.a < leaf || (top.a ^ leaf) & 0x80000000)
		return (struct cpuid){ 0 };
	__asm__ volatile("cpuid" : "=a"(r.a), "=b"(r.b), "=c"(r.c), "=d"(r.d) : "a"(leaf), "c"(0));
	return r;
}

void cpu_frame(struct frame *f)
{
	tss[cpu_id()].esp0 = (uint32_t)(f + 1);
}

/* As if fn had been called from address 0, and had called ctx_switch first thing: see there. */
void ctx_init(struct ctx *c, void (*fn)(void *), void *arg, void *top)
{
	word *sp = top;

	*--sp = 0;
	*--sp = (word)fn;
	*--sp = 0;			/* EBP */
	*--sp = (word)arg;		/* EBX */
	c->sp = (word)(sp - 2);		/* ESI, EDI */
}

/* sti takes effect after the next instruction: no interrupt comes between it and hlt. */
void cpu_idle(void)
{
	__asm__ volatile("sti; hlt; cli" ::: "memory");
}

/* The same with no device's interrupt, which all come to the boot CPU. */
void cpu_wait(void)
{
	bool boot = cpu_id() == 0;

	if (boot)
		pic_disable(VEC_UART - VEC_TIMER);
	cpu_idle();
	if (boot)
		pic_enable(VEC_UART - VEC_TIMER);
}

/* QEMU's debug exit cannot give 0; 0x604 is the power-management register of its pc and q35. */
_Noreturn void cpu_poweroff(int status)
{
	if (status)
		outl(DEBUG_EXIT, (uint32_t)status);
	else
		outw(0x604, 0x2000);
	for (;;)
		__asm__ volatile("cli; hlt");
}

/* call rel32 is e8 and four bytes; call r/m is ff /2, two to seven bytes long. */
bool cpu_after_call(va_t ret)
{
	const uint8_t *p = (const uint8_t *)ret;

	if (ret < (va_t)_text_start + 7 || ret >= (va_t)_text_end)
		return false;
	if (p[-5] == 0xe8)
		return true;
	for (int n = 2; n <= 7; n++)
		if (p[-n] == 0xff && (p[1 - n] & 0x38) == 0x10)
			return true;
	return false;
}
