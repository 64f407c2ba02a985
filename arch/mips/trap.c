/* SPDX-License-Identifier: MIT */
/*
 * trap.c: what exceptions mean.
 *
 * Invariant: the kernel takes interrupts in cpu_idle and cpu_wait only.
 * Lock: none; a frame belongs to whoever trapped.
 */
#include "core/proc.h"

extern char trap_vec_refill[], trap_vec_refill_end[], trap_vec_general[], trap_vec_general_end[];
extern char cpu_idle_end[];

static void vector(word at, const char *from, const char *end)
{
	memcpy((void *)at, from, (size_t)(end - from));
	mmu_icache((void *)at, (size_t)(end - from));
}

void trap_init(void)
{
	assert(trap_vec_refill_end - trap_vec_refill <= 0x80);
	trap_cpu_init();
	vector(0x80000000, trap_vec_refill, trap_vec_refill_end);
	vector(0x80000180, trap_vec_general, trap_vec_general_end);
}

void trap_cpu_init(void)
{
	if (cpu_release2())
		MTC0(CP0_EBASE, 0x80000000);	/* where the first release has it, always */
}

void fr_init(struct frame *f, va_t pc, va_t sp, word arg)
{
	memset(f, 0, sizeof *f);
	f->r[FR_ALL] = 1;
	f->r[FR_PC] = pc;
	f->r[FR_SP] = sp;
	f->r[FR_A0] = arg;
	f->r[FR_STATUS] = ST_USER;
}

bool fr_user(const struct frame *f)
{
	return f->r[FR_STATUS] & ST_UM;
}

void fr_sane(struct frame *f)
{
	f->r[FR_ALL] = 1;
	f->r[FR_STATUS] = ST_USER;
	f->r[FR_CAUSE] = f->r[FR_BADVA] = 0;
}

/* Is the word the program's?  k0 and k1 are not. */
#define SHOWN(i)	((i) != 26 && (i) != 27)

/* volatile: words one by one, no call of memcpy.  Of an upcall FR_CAUSE says whether the fault was in a delay slot. */
void fr_show(const struct frame *f, word block[FR_N])
{
	volatile word *to = block;

#pragma clang loop unroll(full)
	for (int i = 1; i < FR_STATUS; i++)
		if (SHOWN(i))
			to[i] = f->r[i];
	to[FR_CAUSE] = f->r[FR_CAUSE];
}

void fr_take(struct frame *f, const word block[FR_N])
{
	volatile word *to = f->r;

#pragma clang loop unroll(full)
	for (int i = 1; i < FR_STATUS; i++)
		if (SHOWN(i))
			to[i] = block[i];
	fr_sane(f);
}

/* A system call in a delay slot is none: trap.S. */
void fr_restart(struct frame *f)
{
	f->r[FR_PC] -= 4;
	f->r[FR_CAUSE] = 0;		/* left by an earlier fault */
}

void fr_done(struct frame *f)
{
	f->r[FR_CAUSE] = 0;
}

void fr_call(struct frame *f, va_t pc, va_t sp, word arg)
{
	f->r[FR_PC] = pc;
	f->r[FR_SP] = sp;
	f->r[FR_A0] = arg;
}

static va_t fr_insn(const struct frame *f)
{
	return f->r[FR_PC] + (f->r[FR_CAUSE] & CAUSE_BD ? 4 : 0);
}

/* The instruction that trapped, if it can be read; 0, a nop, if not. */
static uint32_t fetch(const struct frame *f)
{
	struct space *s = mmu_loaded();
	uint32_t insn;

	if (!fr_user(f) || !s || vm_copyin(s, &insn, fr_insn(f), sizeof insn) < 0)
		return 0;
	return insn;
}

/* clang and gcc emit teq divisor, $0, 7 after a division; other codes are the program's own. */
static enum fault_kind trap_kind(const struct frame *f)
{
	uint32_t insn = fetch(f);

	return (insn & 0xfc00003f) == 0x34 && (insn >> 6 & 0x3ff) == 7 ? FAULT_DIVIDE : FAULT_OTHER;
}

/* Of other exceptions than TLB faults. */
static __attribute__((noinline)) enum fault_kind fr_kind(const struct frame *f)
{
	switch (cause_code(f->r[FR_CAUSE])) {
	case EXC_ADEL: case EXC_ADES:		/* misaligned, or no address for user mode */
		return fr_user(f) && f->r[FR_BADVA] >= USERTOP ? FAULT_PAGE : FAULT_ALIGN;
	case EXC_IBE: case EXC_DBE:
		return FAULT_BUS;
	case EXC_SYS:				/* in a delay slot; others never come here */
	case EXC_RI: case EXC_CPU: case EXC_MSADIS:
		return FAULT_ILLEGAL;
	case EXC_BP:
		return FAULT_BREAK;
	case EXC_TR:
		return trap_kind(f);
	default:
		return FAULT_OTHER;
	}
}

/*
 * Stores have odd codes, and so has Modified; loads and fetches even ones.  A fetch faults at the branch or, if it
 * says so, in its slot.  A pc is odd in MIPS16 code (24Kf).
 */
void fr_fault(const struct frame *f, struct fault *out)
{
	word cause = f->r[FR_CAUSE], va = f->r[FR_BADVA], branch = f->r[FR_PC], slot = cause & CAUSE_BD ? 4 : 0;
	unsigned want = cause_code(cause) & 1 ? P_W : va - (branch & ~1u) <= slot ? P_X : P_R;
	enum fault_kind kind;

	out->pc = branch + slot;
	out->va = va;
	if (__builtin_expect(cause_code(cause) > EXC_TLBS, 0) && (kind = fr_kind(f)) != FAULT_PAGE) {
		out->kind = kind;
		out->want = 0;
		if (kind != FAULT_ALIGN)
			out->va = out->pc;
		return;
	}
	out->kind = FAULT_PAGE;
	out->want = want | (fr_user(f) ? P_U : 0);
}

static void interrupt(struct frame *f)
{
	word pending = f->r[FR_CAUSE] & f->r[FR_STATUS];

	if (!fr_user(f))
		f->r[FR_PC] = (word)cpu_idle_end;	/* see cpu_idle */
	if (pending & CAUSE_IP7)
		timer_irq();
	if (NCPU > 1 && pending & CAUSE_IP3)
		smp_irq();
	if (pending & CAUSE_IP2)
		uart_irq();
	trap_irq(f);
}

/* rdhwr rt, $2 (Count), for programs on a CPU of the first release.  Not in a delay slot. */
static bool emulate(struct frame *f)
{
	uint32_t insn;

	if (cause_code(f->r[FR_CAUSE]) != EXC_RI || f->r[FR_CAUSE] & CAUSE_BD)
		return false;
	insn = fetch(f);
	if ((insn & 0xffe0ffff) != 0x7c00103b)
		return false;
	f->r[insn >> 16 & 31] = MFC0(CP0_COUNT);
	f->r[FR_ALL] = insn >> 16 & 31;		/* rt may be one of s0 .. s8; if zero, the slot is as before */
	f->r[FR_PC] += 4;
	return true;
}

/*
 * sdbbp, which programs may use, enters debug mode: all privileges, no
 * interrupts, until deret.  Malta without a debugger then runs into the boot
 * ROM's data, an illegal instruction.  Leave, and call it a breakpoint.
 */
static void undebug(struct frame *f)
{
	if (!(MFC0(CP0_CONFIG1) & CONFIG1_EP) || !(MFC0(CP0_DEBUG) & DEBUG_DM))
		return;
	f->r[FR_PC] = MFC0(CP0_DEPC);
	f->r[FR_CAUSE] = EXC_BP << 2;
	__asm__ volatile("la $8, 1f; mtc0 $8, $24; ehb; deret; 1:" ::: "$8", "memory");
}

/* From trap.S: all but system calls and TLB faults. */
void trap_other(struct frame *f)
{
	if (cause_code(f->r[FR_CAUSE]) == EXC_INT) {
		interrupt(f);
		return;
	}
	undebug(f);
	if (!emulate(f))
		trap_fault(f);
}

void fr_print(const struct frame *f)
{
	static const char name[FR_N][4] = {
		"-", "at", "v0", "v1", "a0", "a1", "a2", "a3", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7",
		"s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "t8", "t9", "k0", "k1", "gp", "sp", "s8", "ra",
		"lo", "hi", "pc", "sr", "cr", "bad"
	};
	unsigned n = 0;

	for (unsigned i = 1; i < FR_N; i++)
		if (i != 26 && i != 27)			/* k0, k1: never saved */
			kprintf("%4s %08lx%s", name[i], (unsigned long)f->r[i], ++n % 6 ? "" : "\n");
	kprintf("\n");
}
