/* SPDX-License-Identifier: MIT */
/*
 * trap.c: what a frame means.  Causes: Intel SDM volume 3, chapter 6;
 * page-fault error codes: 4.7.
 */
#include "core/proc.h"

enum { VEC_BREAK = 3, VEC_PAGE = 14, ERR_WRITE = 2, ERR_USER = 4, ERR_RESERVED = 8, ERR_FETCH = 16 };

static const uint8_t kinds[32] = {
	[0] = FAULT_DIVIDE, [1] = FAULT_BREAK, [2] = FAULT_OTHER, [3] = FAULT_BREAK,
	[4] = FAULT_OTHER, [5] = FAULT_OTHER, [6] = FAULT_ILLEGAL,
	[7] = FAULT_ILLEGAL,		/* floating point: CR0.EM */
	[8 ... 10] = FAULT_OTHER, [11] = FAULT_BUS, [12] = FAULT_BUS,
	[13] = FAULT_ILLEGAL,		/* a privileged instruction, nearly always */
	[14] = FAULT_BUS, [15 ... 16] = FAULT_OTHER, [17] = FAULT_ALIGN, [18 ... 31] = FAULT_OTHER
};

void fr_init(struct frame *f, va_t pc, va_t sp, word arg)
{
	*f = (struct frame){ .r = {
		[FR_PC] = pc, [FR_SP] = sp, [FR_A0] = arg,
		[FR_CS] = SEL_UCODE, [FR_SS] = SEL_UDATA, [FR_FLAGS] = EFLAGS_IF | EFLAGS_ONE } };
}

bool fr_user(const struct frame *f)
{
	return f->r[FR_CS] & 3;
}

void fr_sane(struct frame *f)
{
	f->r[FR_CS] = SEL_UCODE;
	f->r[FR_SS] = SEL_UDATA;
	f->r[FR_FLAGS] = (f->r[FR_FLAGS] & EFLAGS_USER) | EFLAGS_IF | EFLAGS_ONE;
}

/* volatile: words one by one, no call of memcpy. */
void fr_show(const struct frame *f, word block[FR_N])
{
	volatile word *to = block;

#pragma clang loop unroll(full)
	for (int i = 0; i < FR_N; i++)
		to[i] = i == FR_ESP ? 0 : f->r[i];
}

void fr_take(struct frame *f, const word block[FR_N])
{
	volatile word *to = f->r;

#pragma clang loop unroll(full)
	for (int i = 0; i < FR_N; i++)
		to[i] = block[i];
	fr_sane(f);
}

void fr_restart(struct frame *f)
{
	f->r[FR_PC] -= 2;		/* int $0x80 */
}

/* The CPU pushes all words at every trap. */
void fr_done(struct frame *f)
{
	(void)f;
}

void fr_call(struct frame *f, va_t pc, va_t sp, word arg)
{
	f->r[FR_PC] = pc;
	f->r[FR_SP] = sp;
	f->r[FR_EAX] = arg;
	f->r[FR_FLAGS] = EFLAGS_IF | EFLAGS_ONE;
}

_Noreturn void fr_upcall(struct frame *f, word block[FR_N], struct lock *l, va_t pc, va_t sp)
{
	fr_show(f, block);
	unlock(l);
	fr_call(f, pc, sp, sp);
	fr_return(f);
}

_Noreturn void fr_resume(struct frame *f, const word block[FR_N], struct lock *l)
{
	fr_take(f, block);
	unlock(l);
	fr_return(f);
}

/* Without no-execute the error code does not tell a fetch, but only a fetch faults at PC itself. */
static inline unsigned page_want(word err, bool at_pc)
{
	if (__builtin_expect(err & ERR_WRITE, ERR_WRITE))
		return P_W;
	return err & ERR_FETCH || at_pc ? P_X : P_R;
}

/* A page fault for a reserved bit is none: no kernel of ours writes such an entry. */
void fr_fault(const struct frame *f, struct fault *out)
{
	word vec = f->r[FR_VEC];

	out->pc = f->r[FR_PC];
	if (__builtin_expect(vec == VEC_PAGE && !(f->r[FR_ERR] & ERR_RESERVED), 1)) {
		out->kind = FAULT_PAGE;
		out->va = CR_READ(2);
		out->want = page_want(f->r[FR_ERR], out->va == out->pc) | (f->r[FR_ERR] & ERR_USER) * (P_U / ERR_USER);
		return;
	}
	if (vec == VEC_BREAK)
		out->pc--;			/* int3 is over when it traps */
	out->kind = vec < 32 ? kinds[vec] : FAULT_OTHER;
	out->va = vec == VEC_PAGE ? CR_READ(2) : out->pc;
	out->want = 0;
}

void fr_print(const struct frame *f)
{
	const word *r = f->r;
	word sp = fr_user(f) ? r[FR_SP] : (word)&r[FR_SP];

	kprintf("eip %08x  esp %08x  ebp %08x  eflags %08x  cs %02x\n",
		r[FR_PC], sp, r[FR_EBP], r[FR_FLAGS], r[FR_CS]);
	kprintf("eax %08x  ebx %08x  ecx %08x  edx %08x  esi %08x  edi %08x\n",
		r[FR_EAX], r[FR_EBX], r[FR_ECX], r[FR_EDX], r[FR_ESI], r[FR_EDI]);
	kprintf("vector %u  error %x  cr2 %08x  cr3 %08x\n", r[FR_VEC], r[FR_ERR], CR_READ(2), CR_READ(3));
}

/* Another CPU's interrupt, or a device's.  The controllers' spurious ones are not acknowledged. */
void trap_interrupt(struct frame *f)
{
	if (f->r[FR_VEC] == VEC_IPI) {
		apic_eoi();
		ipi();
	} else if (f->r[FR_VEC] == VEC_TIMER) {
		timer_irq();
	} else if (f->r[FR_VEC] == VEC_UART) {
		uart_irq();
	} else {
		return;
	}
	trap_irq(f);
}

_Noreturn void trap_broken(struct frame *f)
{
	fr_print(f);
	panic("%s", f->r[FR_VEC] == 2 ? "non-maskable interrupt" : "machine check");
}
