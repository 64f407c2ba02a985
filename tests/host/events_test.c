/* SPDX-License-Identifier: MIT */
/* events_test.c: core/upcall.c: delivery, its stack, the way back, and the timer (kernel.h).  Prints TAP.  Usage: events_test [SEED]. */
#include "kernel.h"
#include "tap.h"
#include <stdlib.h>
#include <string.h>

enum { RW = P_R | P_W, PAGES = 1 << UPCALL_PAGE, TIMER = 1 << UPCALL_TIMER, BLOCK = sizeof(struct upcall), MARK = 0x1234567 };
static struct upcall last;
static va_t last_at;

static word *reg(int n) { return &cur()->frame->r[n]; }

static void note(struct upcall *u, va_t where)
{
	last = *u;
	last_at = where;
}

static void gives_page(struct upcall *u, va_t where)
{
	note(u, where);
	call(page_alloc, 0, PG_DOWN(u->va), RW);
}

/* ---- what it says ---- */

static int heads(void *unused)
{
	(void)unused;
	CHECK(is(arm(PAGES, gives_page, 0), 0));
	*reg(FR_SP) = MARK;
	*reg(FR_A5) = 77;
	STORE(char, WINDOW + 5, 1);
	CHECK(last.event == UPCALL_PAGE && last.kind == FAULT_PAGE && last.va == WINDOW + 5 && last.want == P_W);
	CHECK(last.have == 0 && last.region == (P_RWX | PAGE_USER) && last.holders == 0 && last.spare == 0);
	CHECK(last.regs.r[FR_SP] == MARK && last.regs.r[FR_A5] == 77 && last.regs.r[FR_PC] == CODE + 4);
	CHECK(last_at == UPSTACK_END - BLOCK && *reg(FR_SP) == MARK && *reg(FR_A5) == 77 && handled == 1);
	CHECK(is(call(page_map, 0, WINDOW, 0, WINDOW, P_R | PAGE_S1), 0) && is(call(page_map, 0, WINDOW, 0, WINDOW + PGSIZE, P_R), 0));
	STORE(char, WINDOW, 2);
	CHECK(last.have == (P_R | PAGE_S1 | PAGE_PRESENT) && last.holders == 2 && LOAD(char, WINDOW + PGSIZE + 5) == 1);
	STORE(char, PLAIN + PGSIZE, 1);			/* copy-on-write, and a new page: the kernel's */
	CHECK(handled == 2);
	return 0;
}

/* ---- where it goes ---- */

static int stack_choice(void *unused)
{
	va_t hi = UPSTACK + PGSIZE + 64, sps[] = { UPSTACK, UPSTACK + 200, UPSTACK + 512 + 7, hi - 8, hi, hi + 16, UPSTACK - 16, 0, MARK };

	(void)unused;
	for (unsigned i = 0; i < sizeof sps / sizeof *sps; i++) {
		va_t sp = sps[i], top = sp >= UPSTACK && sp <= hi ? (sp & ~(va_t)15) - 16 : hi;

		handler = gives_page;
		CHECK(is(call(set_upcall, 0, PAGES, HANDLER, UPSTACK, hi, 0), 0));
		if (top < UPSTACK + BLOCK)
			continue;			/* full: see below */
		call(page_unmap, 0, WINDOW);
		*reg(FR_SP) = sp;
		STORE(char, WINDOW, 1);
		CHECK(last_at == top - BLOCK && last.regs.r[FR_SP] == sp && *reg(FR_SP) == sp);
	}
	return 0;
}

static int depth;

/* A fault within the handling of a fault, as deep as the stack goes. */
static void nests(struct upcall *u, va_t where)
{
	va_t page = PG_DOWN(u->va);

	if (depth)
		*reg(FR_SP) = where;
	note(u, where);
	if (--depth > 0)
		STORE(char, page + PGSIZE, 1);
	if (is(call(page_alloc, 0, page, RW), 0))
		STORE(char, page, 5);
}

static int nested(void *levels)
{
	depth = (int)(word)levels;
	CHECK(is(arm(PAGES, nests, 0), 0));
	*reg(FR_SP) = MARK;
	STORE(char, WINDOW, 1);
	CHECK(*reg(FR_SP) == MARK && handled == (unsigned)(word)levels);
	for (int i = 0; i < (int)(word)levels; i++)
		CHECK(LOAD(char, WINDOW + i * PGSIZE) == (i ? 1 : 1));
	return 0;
}

/* The handler faults at its own address for ever. */
static void never_ends(struct upcall *u, va_t where)
{
	*reg(FR_SP) = where;
	STORE(char, u->va, 1);
}

static int overflows(void *unused)
{
	(void)unused;
	arm(PAGES, never_ends, 0);
	STORE(char, WINDOW, 1);
	return 1;
}

static bool full_stack(void)
{
	struct wait_info w;

	hush();
	handled = 0;
	w = ended(start(overflows, NULL));
	NEED(w.how == END_FAULT && w.va == UPSTACK && strstr(said, "the stack is full"));
	NEED(handled == (UPSTACK_PAGES * PGSIZE - BLOCK) / (BLOCK + 16) + 1);
	return settled();
}

/* ---- what is wrong with it ---- */

struct wrong { word entry, lo, hi; const char *why; };

static int aims(void *arg)
{
	struct wrong *w = arg;

	CHECK(is(call(set_upcall, 0, PAGES, w->entry, w->lo, w->hi, 0), 0));
	STORE(char, WINDOW, 1);
	return 1;
}

static bool bad_aims(void)
{
	struct wrong bad[] = {
		{ HANDLER, 0, 0, "stack" }, { HANDLER, UPSTACK_END, UPSTACK, "the stack is full" },
		{ HANDLER, UPSTACK, UPSTACK + BLOCK - 16, "the stack is full" }, { HANDLER, UPSTACK + 8, UPSTACK_END, "misaligned" },
		{ HANDLER, UPSTACK, UPSTACK_END - 1, "misaligned" }, { HANDLER, 0x10000, 0x12000, "cannot be written" },
		{ HANDLER, USERTOP, USERTOP + PGSIZE, "cannot be written" }, { HANDLER, (word)-PGSIZE, (word)-16, "cannot be written" },
		{ HANDLER, WINDOW + PGSIZE, WINDOW + 2 * PGSIZE, "cannot be written" }, { HANDLER + 1, UPSTACK, UPSTACK_END, "handler is misaligned" },
		{ USERTOP, UPSTACK, UPSTACK_END, "handler is no address" }, { (word)-4, UPSTACK, UPSTACK_END, "handler is no address" } };

	for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct wait_info w;

		hush();
		w = ended(start(aims, &bad[i]));
		if (w.how == END_FAULT && w.code == FAULT_PAGE && strstr(said, "no upcall for a page fault at 0x500000") && strstr(said, bad[i].why))
			continue;
		printf("# aim %u: how %d, said: %s\n", i, w.how, said);
		return false;
	}
	return settled();
}

/* ---- calls that begin again ---- */

static int restarts(void *unused)
{
	(void)unused;
	CHECK(is(call(pipe, WINDOW), -EFAULT));			/* nobody handles it */
	CHECK(is(arm(PAGES, gives_page, 0), 0));
	CHECK(is(call(pipe, WINDOW + PGSIZE - 4), 0));		/* two pages */
	CHECK(handled == 2 && LOAD(int32_t, WINDOW + PGSIZE - 4) == 0 && LOAD(int32_t, WINDOW + PGSIZE) == 1);
	STORE(char, WINDOW, 'x');
	CHECK(is(call(write, 1, WINDOW, 1), 1) && is(call(read, 0, WINDOW + 2 * PGSIZE, 1), 1) && LOAD(char, WINDOW + 2 * PGSIZE) == 'x');
	CHECK(handled == 3 && last.regs.r[FR_NR] == SYS_read && last.regs.r[FR_PC] == CODE);
	CHECK(is(call(write, 1, WINDOW + 3 * PGSIZE - 4, 8), 8) && handled == 4);	/* again, and not short for it */
	CHECK(is(call(read, 0, PLAIN, 9), 8));
	return 0;
}

static int sends_five(void *to)
{
	call(sleep, 20);
	return (int)-call(ipc_send, (word)to, 5, IPC_NOPAGE, 0, (word)IPC_FOREVER);
}

/* The buffer faults before the wait, so that the message is not lost. */
static int receive_restarts(void *unused)
{
	int pid = start(sends_five, (void *)call(getpid, 0));

	(void)unused;
	CHECK(is(call(page_alloc, 0, WINDOW, P_R), 0) && is(arm(PAGES, gives_page, 0), 0));
	CHECK(is(call(ipc_recv, IPC_NOPAGE, WINDOW + PGSIZE - 8, (word)IPC_FOREVER), 0));
	CHECK(handled == 2 && LOAD(word, WINDOW + PGSIZE - 8) == 5 && exits(pid, 0));
	return 0;
}

static void declines(struct upcall *u, va_t where)
{
	note(u, where);
	call(set_upcall, 0, 0, 0, 0, 0, 0);
}

static int declined(void *unused)
{
	(void)unused;
	CHECK(is(arm(PAGES, declines, 0), 0) && is(call(pipe, WINDOW), -EFAULT) && handled == 1);
	STORE(char, WINDOW, 1);
	return 1;
}

static void gives_up(struct upcall *u, va_t where)
{
	note(u, where);
	call(set_upcall, 0, 0, ENOMEM, 0, 0, 0);
}

static int gave_up(void *unused)
{
	(void)unused;
	arm(PAGES, gives_up, 0);
	STORE(char, WINDOW, 1);
	return 1;
}

/* ---- resume ---- */

static int resumes(void *unused)
{
	struct regs r = { { 0 } }, *block = at(PLAIN + PGSIZE - 16, P_W);

	(void)unused;
	r.r[FR_PC] = CODE + 8;			/* not where a call comes back: the harness says 0, and the registers are these */
	r.r[FR_RET] = 3;
	r.r[FR_SP] = MARK;
	at(PLAIN + PGSIZE, P_W);
	vm_copyout(cur()->space, PLAIN + PGSIZE - 16, &r, sizeof r);
	CHECK(block && is(call(resume, PLAIN + PGSIZE - 16), 0));
	CHECK(*reg(FR_PC) == CODE + 8 && *reg(FR_SP) == MARK && *reg(FR_RET) == 3);
	*reg(FR_SP) = 1;
	CHECK(is(call(resume, WINDOW - 16), -EFAULT) && *reg(FR_SP) == 1);	/* its end is not there */
	return 0;
}

/* ---- the timer ---- */

static word first_at;

static void ticks_away(struct upcall *u, va_t where)
{
	if (!first_at)
		first_at = (word)call(uptime, 0);
	note(u, where);
	*reg(FR_SP) = where;
	for (int i = 0; i < 30; i++)
		call(yield, 0);			/* longer than a period: none comes meanwhile */
}

static int timed(void *period)
{
	word begun = (word)call(uptime, 0);
	unsigned before;

	*reg(FR_SP) = MARK;
	CHECK(is(arm(TIMER, ticks_away, (word)period), 0));
	for (int i = 0; i < 4; i++)
		for (before = handled; handled == before; )
			call(sleep, 10);
	CHECK(first_at - begun >= (word)period && last.event == UPCALL_TIMER && last.regs.r[FR_SP] == MARK && last_at == UPSTACK_END - BLOCK);
	CHECK(is(call(set_upcall, 0, 0, 0, 0, 0, 0), 0));
	before = handled;
	call(sleep, 500);
	CHECK(handled == before);
	return 0;
}

static int slow(void *unused)
{
	word begun = (word)call(uptime, 0);

	(void)unused;
	*reg(FR_SP) = MARK;
	CHECK(is(arm(TIMER, note, 100), 0));
	while ((word)call(uptime, 0) - begun < 1000)
		call(yield, 0);
	CHECK(handled >= 1 && handled <= ((word)call(uptime, 0) - begun) / 100);
	return 0;
}

/* ---- who inherits it ---- */

static int touches(void *unused)
{
	(void)unused;
	STORE(char, WINDOW, 1);
	return 0;
}

static int thread_touches(void *unused)
{
	return touches(unused);
}

static int inherits(void *unused)
{
	int pid;

	(void)unused;
	CHECK(is(arm(PAGES, gives_page, 0), 0));
	CHECK(exits(start(touches, NULL), 0));
	pid = start_thread(thread_touches);
	CHECK(ended(pid).how == END_FAULT);
	pid = start_exofork(touches, NULL);
	CHECK(is(call(set_status, (word)pid, STATUS_RUN), 0) && ended(pid).how == END_FAULT);
	pid = start_exofork(touches, NULL);
	CHECK(is(call(page_alloc, (word)pid, UPSTACK, RW), 0) && is(call(page_alloc, (word)pid, UPSTACK + PGSIZE, RW), 0));
	CHECK(is(call(set_upcall, (word)pid, PAGES, HANDLER, UPSTACK, UPSTACK_END, 0), 0));
	CHECK(is(call(set_status, (word)pid, STATUS_RUN), 0) && exits(pid, 0));
	return 0;
}

static bool passes(program *fn, void *arg)
{
	handled = 0;
	first_at = 0;
	return exits(start(fn, arg), 0) && settled();
}

static bool given_up(void)
{
	NEED(ended(start(declined, NULL)).how == END_FAULT);
	NEED(ended(start(gave_up, NULL)).how == END_NOMEM);
	return settled();
}

static int faults_once(void *unused)
{
	(void)unused;
	arm(PAGES, gives_page, 0);
	if (is(call(page_alloc, 0, WINDOW + PGSIZE, RW), 0))
		STORE(char, UPSTACK, 1);
	depth = 1;
	arm(PAGES, nests, 0);
	STORE(char, WINDOW, 1);
	return 0;
}

static void tests(void)
{
	count_pages();
	ok(passes(heads, NULL), "upcall: what it says, and every register before and after");
	ok(passes(stack_choice, NULL), "upcall: on, beside and at the ends of its stack; a block in two pages");
	ok(passes(nested, (void *)1) && passes(nested, (void *)5) && passes(nested, (void *)16), "upcall: within upcalls");
	ok(full_stack(), "upcall: till the stack is full");
	ok(bad_aims(), "upcall: every bad stack and handler ends the program, with the reason (H19)");
	ok(passes(restarts, NULL), "upcall: calls begin again");
	ok(passes(receive_restarts, NULL), "upcall: ipc_recv begins again before it waits");
	handled = 0;
	ok(given_up(), "upcall: declined; no memory");
	ok(passes(resumes, NULL), "upcall: resume, from two pages, or from none");
	for (word period = 1; period <= 50; period += 7)
		if (!passes(timed, (void *)period))
			ok(false, "upcall: timer, a period");
	ok(passes(slow, NULL), "upcall: the timer is never early, and waits for its handler");
	ok(passes(inherits, NULL), "upcall: a fork inherits it; a thread and an exoforked child do not");
	ok(fail_each(faults_once, NULL) > 0 && settled(), "upcall: every allocation refused");
	exit(tap_end());
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;

	kernel_run(tests, seed % 3 ? NCPU : 1, seed);	/* some seeds: one CPU */
}
