/* SPDX-License-Identifier: MIT */
/*
 * trap.c: what a trap's frame says, and what a fresh frame holds.
 *
 * Every frame at the top of a kernel stack has FR_USER P_U and a good
 * FR_KTP: fr_init, fr_sane and cpu_frame see to it.
 */
#include "riscv.h"
#include "core/proc.h"

/* scause (Privileged Architecture 1.12, table 4.2). */
enum {
	CAUSE_FETCH_ALIGN, CAUSE_FETCH_ACCESS, CAUSE_ILLEGAL, CAUSE_BREAK, CAUSE_LOAD_ALIGN, CAUSE_LOAD_ACCESS,
	CAUSE_STORE_ALIGN, CAUSE_STORE_ACCESS, CAUSE_FETCH_PAGE = 12, CAUSE_LOAD_PAGE = 13, CAUSE_STORE_PAGE = 15
};

/* An interrupt, from user mode. */
void trap_interrupt(struct frame *f)
{
	irq_serve();
	trap_irq(f);
}

/* What neither C nor the program may decide. */
static void own_words(struct frame *f)
{
	f->r[FR_WHOLE] = 1;
	f->r[FR_KTP] = (word)cpu_self();
	f->r[FR_USER] = P_U;
	f->r[FR_CAUSE] = 0;
	f->r[FR_TVAL] = 0;
}

void fr_init(struct frame *f, va_t pc, va_t sp, word arg)
{
	*f = (struct frame){ 0 };
	f->r[FR_PC] = pc;
	f->r[FR_SP] = sp;
	f->r[FR_A0] = arg;
	own_words(f);
}

void fr_sane(struct frame *f)
{
	own_words(f);
}

/* volatile: words one by one, no call of memcpy.  From FR_WHOLE on they are the kernel's. */
void fr_show(const struct frame *f, word block[FR_N])
{
	volatile word *to = block;

#pragma clang loop unroll(full)
	for (int i = 0; i < FR_WHOLE; i++)
		to[i] = f->r[i];
}

void fr_take(struct frame *f, const word block[FR_N])
{
	volatile word *to = f->r;

#pragma clang loop unroll(full)
	for (int i = 0; i < FR_WHOLE; i++)
		to[i] = block[i];
	fr_sane(f);
}

void fr_restart(struct frame *f)
{
	f->r[FR_PC] -= 4;
}

/* Only faults have FR_CAUSE read, and a program never sees it. */
void fr_done(struct frame *f)
{
	(void)f;
}

void fr_call(struct frame *f, va_t pc, va_t sp, word arg)
{
	f->r[FR_PC] = pc;
	f->r[FR_SP] = sp;
	f->r[FR_A0] = arg;
}

bool fr_user(const struct frame *f)
{
	return f->r[FR_USER];
}

static enum fault_kind kind_of(word cause)
{
	switch (cause) {
	case CAUSE_FETCH_ALIGN: case CAUSE_LOAD_ALIGN: case CAUSE_STORE_ALIGN:
		return FAULT_ALIGN;
	case CAUSE_FETCH_ACCESS: case CAUSE_LOAD_ACCESS: case CAUSE_STORE_ACCESS:
		return FAULT_BUS;
	case CAUSE_ILLEGAL:
		return FAULT_ILLEGAL;
	case CAUSE_BREAK:
		return FAULT_BREAK;
	}
	return FAULT_OTHER;
}

/* What a page fault wanted; 0: it is something else.  Stores first: they are what is counted. */
static inline unsigned page_want(word cause)
{
	if (__builtin_expect(cause == CAUSE_STORE_PAGE, 1))
		return P_W;
	if (cause == CAUSE_LOAD_PAGE)
		return P_R;
	return cause == CAUSE_FETCH_PAGE ? P_X : 0;
}

void fr_fault(const struct frame *f, struct fault *to)
{
	unsigned want = page_want(f->r[FR_CAUSE]);

	to->pc = f->r[FR_PC];
	to->va = f->r[FR_TVAL];
	to->kind = FAULT_PAGE;
	to->want = want | (unsigned)f->r[FR_USER];
	if (__builtin_expect(want != 0, 1))
		return;
	to->kind = kind_of(f->r[FR_CAUSE]);
	to->want = 0;
	if (to->kind != FAULT_ALIGN)
		to->va = to->pc;
}

void fr_print(const struct frame *f)
{
	static const char name[][4] = { "pc", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0",
		"a1", "a2", "a3", "a4", "a5", "a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10",
		"s11", "t3", "t4", "t5", "t6" };

	for (int i = 0; i < 32; i++)
		kprintf("%4s %016lx%s", name[i], (unsigned long)f->r[i], i % 4 == 3 ? "\n" : "");
	kprintf("%s mode, scause %lx, stval %016lx\n", fr_user(f) ? "user" : "supervisor",
		(unsigned long)f->r[FR_CAUSE], (unsigned long)f->r[FR_TVAL]);
}
