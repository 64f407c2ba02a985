/* SPDX-License-Identifier: MIT */
/* upcall_regs.c: every register over upcalls of every kind (H20, H33), and register blocks that a program forges (H32). */
#include <stdbool.h>
#include "upcalls.h"

/* regs.S: fill the registers from regs_in, do one thing, put them into regs_out. */
void regs_store(void), regs_load(void), regs_jump(void), regs_spin(void), regs_call(void);
void regs_illegal(void), regs_break(void), regs_divide(void), regs_misaligned(void);
extern struct regs regs_in, regs_out;

#if defined __i386__
enum { AT = FR_EDX, VALUE = FR_ECX };
static const unsigned char general[] = { FR_EAX, FR_EBX, FR_ECX, FR_EDX, FR_ESI, FR_EDI, FR_EBP, FR_SP, FR_FLAGS };
enum { FLAGS = 0x200cd5 };			/* CF PF AF ZF SF DF OF ID; AC where alignment can be left to chance */
#define REGISTERS	sizeof general
#define REGISTER(i)	general[i]
#elif defined __riscv
enum { AT = 6, VALUE = 7, REGISTERS = 31 };
#define REGISTER(i)	((i) + 1)
#else
enum { AT = 6, VALUE = 7, REGISTERS = 33 };
#define REGISTER(i)	((i) < 31 ? (i) + 1 : FR_LO + (i) - 31)
#endif

static bool shown(unsigned r)
{
#if defined __mips__
	return r != 26 && r != 27;		/* k0, k1: the kernel's */
#else
	return r < FR_N;
#endif
}

static uintptr_t random_word(void)
{
	static uint64_t x = 88172645463325252;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x >> 11 ^ x << 40;
}

/* Random registers, and run it.  Each must be as it was but those that the program itself changes: no. `but' and the flags. */
static void same(void (*program)(void), void *at, unsigned but)
{
	for (unsigned i = 0; i < REGISTERS; i++)
		regs_in.r[REGISTER(i)] = random_word();
	regs_in.r[AT] = (uintptr_t)at;
#if defined __i386__
	regs_in.r[FR_FLAGS] = 0x202 | (random_word() & FLAGS);
#endif
	program();
	for (unsigned i = 0; i < REGISTERS; i++) {
		unsigned r = REGISTER(i);

		if (r != but && shown(r) && regs_out.r[r] != regs_in.r[r]) {
			printf("# register %u\n", r);
			EQUAL(regs_out.r[r], regs_in.r[r]);
		}
	}
}

/* A handler that leaves no register as it was; the compiler keeps what it needs itself. */
static void trample(void)
{
	volatile uintptr_t sum = 0;

	for (int i = 0; i < 20; i++)
		sum = sum * 31 + random_word() / (sum % 7 + 1);
	getppid();
}

static void trample_map(struct upcall *u)
{
	trample();
	map_there(u);
	trample();
}

TEST(regs_page, "upcall: every register and flag is as before, over faults of stores and loads, 200 times (H20)")
{
	char *p = nowhere(400);

	kernel_forks();
	aim(MASK(UPCALL_PAGE), trample_map, 0);
	for (int i = 0; i < 200; i++) {
		char *store = p + i * PAGE, *load = p + (200 + i) * PAGE;

		same(regs_store, store, FR_N);
		EQUAL(*(uintptr_t *)store, regs_in.r[VALUE]);
		same(regs_load, load, VALUE);
		EQUAL(regs_out.r[VALUE], 0);
	}
	EQUAL(up_count, 400);
}

static void return_from(struct upcall *u)
{
#if defined __i386__
	uintptr_t *sp = (uintptr_t *)u->regs.r[FR_SP];

	u->regs.r[FR_PC] = *sp;
	u->regs.r[FR_SP] += 4;
#elif defined __riscv
	u->regs.r[FR_PC] = u->regs.r[FR_RA];
#else
	u->regs.r[FR_PC] = u->regs.r[31];
#endif
	trample();
}

TEST(regs_fetch, "upcall: a jump to nowhere is an upcall for X; the handler may send it back")
{
	char *p = nowhere(1);
	unsigned link = FR_N;

	kernel_forks();
#if !defined __i386__
	link = sizeof(uintptr_t) == 8 ? 1 : 31;
#endif
	aim(MASK(UPCALL_PAGE), return_from, 0);
	same(regs_jump, p, link);
	EQUAL(up_count, 1);
	EQUAL(up_last.want, PROT_EXEC);
	EQUAL(up_last.va, (uintptr_t)p);
	EQUAL(up_last.regs.r[FR_PC], (uintptr_t)p);
}

static void over(struct upcall *u)
{
	trample();
	step_over(u);
}

static void one_exception(void (*program)(void), enum fault_kind kind, unsigned but)
{
	char *p = pages(1);

	aim(MASK(UPCALL_CPU), over, 0);
#if defined __i386__
	if (kind == FAULT_BREAK)
		up_fn = 0;			/* int3 is over when it traps */
#endif
	for (int i = 0; i < 20; i++)
		same(program, p, but);
	EQUAL(up_count, 20);
	EQUAL(up_last.event, UPCALL_CPU);
	EQUAL(up_last.kind, kind);
	EQUAL(up_last.want, 0);
	if (kind == FAULT_ALIGN)
		EQUAL(up_last.va, (uintptr_t)p + 1);
	else
		CHECK(up_last.va >= (uintptr_t)program && up_last.va < (uintptr_t)program + 512);
}

TEST(regs_exceptions, "upcall: illegal instruction, breakpoint, division by zero where it traps, misaligned where it traps; all registers stay (H20)")
{
	kernel_forks();
	one_exception(regs_illegal, FAULT_ILLEGAL, FR_N);
	one_exception(regs_break, FAULT_BREAK, FR_N);
#if !defined __riscv
	one_exception(regs_divide, FAULT_DIVIDE, FR_N);
#endif
#if defined __mips__
	one_exception(regs_misaligned, FAULT_ALIGN, FR_N);
#endif
}

static void tick(struct upcall *u)
{
	(void)u;
	trample();
	if (up_count == 5)
		up_done = 1;
}

TEST(regs_timer, "upcall: every register and flag is as before, over timer upcalls (H20)")
{
	kernel_forks();
	for (int i = 0; i < 3; i++) {
		aim(MASK(UPCALL_TIMER), tick, 10);
		same(regs_spin, 0, VALUE);
		EQUAL(regs_out.r[VALUE], 1);
		EQUAL(up_last.event, UPCALL_TIMER);
		CHECK(up_last.va == up_last.regs.r[FR_PC]);
		disarm();
	}
}

static volatile int other;

static void page_or_tick(struct upcall *u)
{
	trample();
	if (u->event == UPCALL_TIMER)
		other++;
	else
		step_over(u);
}

TEST(regs_both, "upcall: page faults and timer upcalls at once: no return is torn by the other (H33)")
{
	char *p = nowhere(1);

	kernel_forks();
	other = 0;
	aim(MASK(UPCALL_PAGE) | MASK(UPCALL_TIMER), page_or_tick, 10);
	while (other < 10)
		same(regs_store, p, FR_N);
	CHECK(up_count > other);
}

/* ---- the timer ---- */

/* Run on, in user mode mostly. */
static void spend(int ms)
{
	long until = uptime() + ms;

	while (uptime() < until)
		for (volatile int i = 0; i < 10000; i++)
			;
}

static void slow_tick(struct upcall *u)
{
	static volatile int within;

	(void)u;
	EQUAL(within, 0);
	within = 1;
	spend(50);
	within = 0;
	up_done++;
}

TEST(timer_waits, "upcall: a timer upcall does not interrupt a handler")
{
	kernel_forks();
	aim(MASK(UPCALL_TIMER), slow_tick, 10);
	while (up_done < 4)
		;
}

TEST(timer_period, "upcall: the timer keeps its period, in a loop, over system calls and asleep")
{
	kernel_forks();
	aim(MASK(UPCALL_TIMER), 0, 20);
	spend(400);
	disarm();
	CHECK(up_count >= 8 && up_count <= 21);
	aim(MASK(UPCALL_TIMER), 0, 100);
	msleep(500);
	CHECK(up_count <= 1);			/* asleep it hears none; one, when that is over */
	while (!up_count)
		;
	EQUAL(up_count, 1);
}

/* ---- forged blocks ---- */

static void forged(void *arg)
{
	resume(arg);
	_exit(9);
}

/* In a child: it must not come back, and the kernel stands. */
static void resume_ends(const struct regs *r)
{
	struct wait_info w = in_child(FORK_DEFAULT, forged, (void *)(uintptr_t)r);

	EQUAL(w.how, END_FAULT);
}

static _Noreturn void arrived(void)
{
	_exit(33);
}

/* It arrives in user mode, where a privileged instruction traps. */
static void privileged(void)
{
#if defined __i386__
	__asm__ volatile("cli");
#elif defined __riscv
	__asm__ volatile("csrw sstatus, zero");
#else
	__asm__ volatile("mtc0 $0, $12");
#endif
	_exit(34);
}

static struct regs good_block(void (*fn)(void))
{
	struct regs r = { { 0 } };

	r.r[FR_PC] = (uintptr_t)fn;
	r.r[FR_SP] = (uintptr_t)(pages(1) + PAGE - 64);
	return r;
}

static void each_word(uintptr_t evil)
{
	for (unsigned i = 0; i < FR_N; i++) {
		struct regs r = good_block(arrived), q = good_block(privileged);
		struct wait_info w;

		if (i != FR_PC && i != FR_SP) {
			r.r[i] = q.r[i] = evil;
			w = in_child(FORK_DEFAULT, forged, &r);
			EQUAL(w.how, END_EXIT);
			EQUAL(w.code, 33);
			if (!sys.has_isolation)		/* nor does that emulator keep it from coprocessor 0 */
				goto next;
			w = in_child(FORK_DEFAULT, forged, &q);
			EQUAL(w.how, END_FAULT);
			EQUAL(w.code, FAULT_ILLEGAL);
		}
next:
		munmap((void *)(r.r[FR_SP] & ~(uintptr_t)(PAGE - 1)), PAGE);
		munmap((void *)(q.r[FR_SP] & ~(uintptr_t)(PAGE - 1)), PAGE);
	}
}

TEST(forged_words, "upcall: a forged register block gives no privilege, whatever lies in each of its words (H32)")
{
	kernel_forks();
#if defined __i386__
	/* A trap after every instruction is the program's own affair, and so is a nested task: not through this loop. */
	each_word(0x4fcd5);
	each_word(0x3000 | 0x20000 | 0x100000 | 0x80000);	/* IOPL, VM, VIP, VIF */
	each_word(0x10);			/* the kernel's selectors */
	each_word(8);
#else
	each_word(~(uintptr_t)0);
	each_word(1);
	each_word(8);
	each_word((uintptr_t)1 << (8 * sizeof(uintptr_t) - 1));
	each_word(0x1f);
#endif
	each_word(0);
}

TEST(forged_addresses, "upcall: a forged PC or stack in the kernel, or nowhere, ends that program only (H32)")
{
	kernel_forks();
	uintptr_t bad[] = {
		0, (uintptr_t)nowhere(1), sys.user_top, sys.user_top + 0x1000, ~(uintptr_t)0, ~(uintptr_t)0 << 2, 0xc0100000, 0x80000180,
		(uintptr_t)1 << (8 * sizeof(uintptr_t) - 1), ~(uintptr_t)0 / 3 & ~(uintptr_t)3,
	};

	for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct regs r = good_block(arrived);

		if (!sys.has_isolation && bad[i] >= sys.user_top)
			continue;
		r.r[FR_PC] = bad[i];
		resume_ends(&r);
		munmap((void *)(r.r[FR_SP] & ~(uintptr_t)(PAGE - 1)), PAGE);
	}
}

TEST(forged_random, "upcall: 300 random register blocks, and blocks that lie askew over two pages (H32)")
{
	char *p = pages(2);

	kernel_forks();
	for (int i = 0; i < 300; i++) {
		struct regs *r = (struct regs *)(p + PAGE - (i % 40) * sizeof(uintptr_t));
		struct wait_info w;

		for (unsigned k = 0; k < FR_N; k++)
			r->r[k] = random_word() >> (random_word() & 31);
		if (i & 1) {
			r->r[FR_PC] = (uintptr_t)arrived;
			r->r[FR_SP] = (uintptr_t)(p + PAGE / 2);
#if defined __i386__
			r->r[FR_FLAGS] &= ~0x4100u;		/* TF, NT: its own affair */
#endif
		} else if (!sys.has_isolation) {
			r->r[FR_PC] %= sys.user_top;
		}
		w = in_child(FORK_DEFAULT, forged, r);
		if (i & 1)
			EQUAL(w.how, END_EXIT);
		else
			CHECK(w.how == END_FAULT || w.how == END_EXIT);
	}
}

/* ---- a block over two pages, in delivery too ---- */

static char *deeper;

static void odd_depth(struct upcall *u)
{
	char room[random_word() % 600 + 1];

	memset(room, up_count, sizeof room);
	if ((uintptr_t)u > (uintptr_t)up_stack + PAGE) {
		deeper += PAGE;
		*(volatile char *)deeper = 1;
	}
	CHECK(room[0] == room[sizeof room - 1]);
	map_there(u);
}

TEST(two_pages, "upcall: blocks that lie on two pages, where the stack pointer left them, 30 deep and more")
{
	char *p = nowhere(1000);

	kernel_forks();
	deeper = p;
	for (int i = 0; i < 10; i++) {
		deeper += PAGE;
		aim(MASK(UPCALL_PAGE), odd_depth, 0);
		same(regs_store, deeper, FR_N);
		CHECK(up_count > 5);
		munmap(up_stack, UP_STACK * PAGE);
	}
}
