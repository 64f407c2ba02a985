/* SPDX-License-Identifier: MIT */
/* upcall.c: delivery and return: what the handler is told, what it may do, what ends the program. */
#include <errno.h>
#include <thread.h>
#include "upcalls.h"

void (*up_fn)(struct upcall *);
struct upcall up_last;
volatile int up_count;
volatile int up_done;
char *up_stack;

void up_c(struct upcall *u)
{
	up_last = *u;
	up_count++;
	if (up_fn)
		up_fn(u);
}

void aim(unsigned events, void (*fn)(struct upcall *), unsigned period)
{
	up_stack = pages(UP_STACK);
	up_fn = fn;
	up_count = up_done = 0;
	up_last = (struct upcall){ 0 };		/* under `fork=upcall` a store to a page that is shared still would be nobody's */
	EQUAL(set_upcall(0, events, up_entry, up_stack, up_stack + UP_STACK * PAGE, period), 0);
}

void disarm(void)
{
	EQUAL(set_upcall(0, 0, 0, 0, 0, 0), 0);
}

void map_there(struct upcall *u)
{
	char *at = (char *)(u->va & ~(uintptr_t)(PAGE - 1));

	CHECK(mmap(at, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == at);
}

void step_over(struct upcall *u)
{
#if defined __i386__
	uint8_t *pc = (uint8_t *)u->regs.r[FR_PC];

	u->regs.r[FR_PC] += pc[0] == 0xcc ? 1 : pc[0] == 0xf7 ? 6 : 2;	/* int3; divl; mov, ud2 */
#else
	u->regs.r[FR_PC] += (*(uint16_t *)u->regs.r[FR_PC] & 3) == 3 || sizeof(uintptr_t) == 4 ? 4 : 2;
#endif
}

char *nowhere(size_t n)
{
	static char *next = (char *)0x18000000;		/* far from the heap, and from where mmap looks first */
	char *p = next;

	next += (n + 1) * PAGE;
	return p;
}

/* ---- what it says ---- */

TEST(says, "upcall: a fault calls the handler, which maps a page there; the store is done")
{
	struct counts before, after;
	char *p = nowhere(1);

	kernel_forks();
	CHECK(counts(0, &before) == 0);
	aim(MASK(UPCALL_PAGE), map_there, 0);
	*(volatile int *)(p + 8) = 77;
	EQUAL(*(volatile int *)(p + 8), 77);
	EQUAL(up_count, 1);
	EQUAL(up_last.event, UPCALL_PAGE);
	EQUAL(up_last.kind, FAULT_PAGE);
	EQUAL(up_last.va, (uintptr_t)(p + 8));
	EQUAL(up_last.want, PROT_WRITE);
	EQUAL(up_last.have, 0);
	EQUAL(up_last.region, 0);
	EQUAL(up_last.holders, 0);
	EQUAL(up_last.spare, 0);
	CHECK(counts(0, &after) == 0);
	CHECK(after.n[C_UPCALL] > before.n[C_UPCALL]);
}

static void allow(struct upcall *u)
{
	CHECK(mprotect((char *)(u->va & ~(uintptr_t)(PAGE - 1)), PAGE, PROT_READ | PROT_WRITE) == 0);
}

TEST(says_have, "upcall: it says what the entry and the region allow, and how many hold the page")
{
	char *p = pages(1);
	int fd[2];

	kernel_forks();
	p[0] = 1;
	CHECK(mprotect(p, PAGE, PROT_READ) == 0);
	aim(MASK(UPCALL_PAGE), allow, 0);
	p[0] = 2;
	EQUAL(up_last.have & (PROT_READ | PROT_WRITE | PAGE_PRESENT), PROT_READ | PAGE_PRESENT);
	EQUAL(up_last.region, PROT_READ);
	EQUAL(up_last.holders, 1);
	EQUAL(up_count, 1);
	CHECK(pipe(fd) == 0);
	if (rfork(FORK_PAGE) == 0) {
		read(fd[0], fd, 1);
		_exit(0);
	}
	CHECK(mprotect(p, PAGE, PROT_READ) == 0);
	p[0] = 3;
	EQUAL(up_count, 2);
	EQUAL(up_last.holders, 2);
	write(fd[1], "", 1);
	wait(0);
}

TEST(lazy, "upcall: what the kernel resolves is no upcall: lazy pages, copies, a growing stack")
{
	char *p = pages(64), big[20 * PAGE];
	int status;

	kernel_forks();
	aim(MASK(UPCALL_PAGE), map_there, 0);
	memset(p, 1, 64 * PAGE);
	for (int s = 0; each_strategy(&s); s++) {
		pid_t pid = rfork(s);

		memset(p, 2, 64 * PAGE);
		memset(big, s, sizeof big);
		if (pid == 0)
			_exit(up_count);
		CHECK(pid > 0);
		waitpid(pid, &status, 0);
		EQUAL(WEXITSTATUS(status), 0);
	}
	EQUAL(up_count, 0);
}

/* ---- a nested one goes below ---- */

static char *next_fault;
static uintptr_t lowest;

static void fault_again(struct upcall *u)
{
	char *here = next_fault;

	CHECK((uintptr_t)u % 16 == 0);
	CHECK(!lowest || (uintptr_t)u + sizeof *u <= lowest - 16);	/* room for a return address */
	lowest = (uintptr_t)&here;
	if (up_count < 5) {
		next_fault += PAGE;
		*(volatile char *)here = up_count;
	}
	map_there(u);
}

TEST(nested, "upcall: a handler that faults is interrupted on the same stack, below; all five stores are done")
{
	char *p = next_fault = nowhere(6);

	kernel_forks();
	aim(MASK(UPCALL_PAGE), fault_again, 0);
	lowest = 0;
	next_fault = p + PAGE;
	*(volatile char *)p = 99;
	EQUAL(up_count, 5);
	EQUAL(p[0], 99);
	for (int i = 1; i < 5; i++)
		EQUAL(p[i * PAGE], i);
}

/* ---- what ends the program ---- */

static void decline(struct upcall *u)
{
	(void)u;
	disarm();
}

static void store_at(void *p)
{
	*(volatile char *)p = 1;
	_exit(9);
}

static void store_declined(void *p)
{
	aim(MASK(UPCALL_PAGE), decline, 0);
	store_at(p);
}

TEST(declined, "upcall: a handler that disarms and resumes: the program ends by the fault itself")
{
	char *p = nowhere(1);

	kernel_forks();
	child_faults(store_at, p, (uintptr_t)p, PROT_WRITE);
	child_faults(store_declined, p, (uintptr_t)p, PROT_WRITE);
}

static void recurse(struct upcall *u)
{
	(void)u;
	*(volatile char *)next_fault = 1;
}

static void store_for_ever(void *p)
{
	next_fault = p;
	aim(MASK(UPCALL_PAGE), recurse, 0);
	store_at(p);
}

TEST(full, "upcall: one within the other until the stack is full: that program ends (H19)")
{
	struct wait_info w = in_child(FORK_DEFAULT, store_for_ever, nowhere(1));

	kernel_forks();
	EQUAL(w.how, END_FAULT);
	EQUAL(w.code, FAULT_PAGE);
	EQUAL(w.want, PROT_WRITE);
	EQUAL(w.va % PAGE, 0);			/* the stack's lower end */
}

struct stack { uintptr_t lo, hi, entry, va; unsigned want; };

static void store_on(void *arg)
{
	struct stack *s = arg;

	EQUAL(set_upcall(0, MASK(UPCALL_PAGE), (void (*)(void))s->entry, (void *)s->lo, (void *)s->hi, 0), 0);
	store_at(nowhere(1));
}

TEST(bad_aim, "upcall: a stack or a handler that is missing, too small, unmapped, read-only, misaligned, the kernel's: the end, at once, of that program (H19)")
{
	uintptr_t good = (uintptr_t)pages(2), end = good + 2 * PAGE, hole = (uintptr_t)nowhere(8), entry = (uintptr_t)up_entry;
	uintptr_t ro = (uintptr_t)pages_prot(1, PROT_READ, MAP_PRIVATE), top = sys.user_top, ones = ~(uintptr_t)0;
	struct stack bad[] = {
		{ 0, 0, entry, 0, PROT_WRITE },				/* missing */
		{ good, good, entry, good, PROT_WRITE },
		{ good, good + 16, entry, good, PROT_WRITE },		/* too small */
		{ end, good, entry, end, PROT_WRITE },			/* the wrong way round */
		{ hole, hole + PAGE, entry, 0, PROT_WRITE },		/* unmapped */
		{ ro, ro + PAGE, entry, 0, PROT_WRITE },
		{ good, end - 8, entry, end - 8, PROT_WRITE },		/* misaligned */
		{ good + 1, end, entry, good + 1, PROT_WRITE },
		{ top, top + PAGE, entry, 0, PROT_WRITE },		/* the kernel's */
		{ ones - 4 * PAGE - 15, ones - 15, entry, 0, PROT_WRITE },
		{ 0, ones - 15, entry, 0, PROT_WRITE },			/* all there is: the program's stack is in it */
		{ good, end, hole, hole, PROT_EXEC },			/* the handler */
		{ good, end, 0, 0, PROT_EXEC },
		{ good, end, top, top, PROT_EXEC },
		{ good, end, ones - 15, ones - 15, PROT_EXEC },
#if !defined __i386__
		{ good, end, entry + 1, entry + 1, PROT_EXEC },
#endif
	};

	kernel_forks();
	for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct stack *b = &bad[i];
		struct wait_info w;

		if (b->lo == 0 && b->hi) {		/* SP is on it: that works, but the handler ends it */
			up_fn = decline;
			w = in_child(FORK_DEFAULT, store_on, b);
			EQUAL(w.how, END_FAULT);
			continue;
		}
		w = in_child(FORK_DEFAULT, store_on, b);
		EQUAL(w.how, END_FAULT);
		EQUAL(w.code, FAULT_PAGE);
		EQUAL(w.want, b->want);
		if (b->va || b->want == PROT_EXEC)
			EQUAL(w.va, b->va);
		else if (b->lo)
			CHECK(w.va >= b->lo && w.va < b->hi);
	}
}

TEST(bad_arguments, "upcall: bad arguments are refused")
{
	pid_t child;
	int fd[2];

	kernel_forks();
	EQUAL(set_upcall(0, 1 << UPCALL_N, 0, 0, 0, 0), -1);
	EQUAL(errno, EINVAL);
	EQUAL(set_upcall(0, ~0u, 0, 0, 0, 1), -1);
	EQUAL(set_upcall(0, MASK(UPCALL_TIMER), 0, 0, 0, 0), -1);
	EQUAL(set_upcall(0, MASK(UPCALL_TIMER), 0, 0, 0, 0x80000000u), -1);
	EQUAL(errno, EINVAL);
	EQUAL(set_upcall(1, 0, 0, 0, 0, 0), -1);
	EQUAL(errno, EPERM);
	EQUAL(set_upcall(getppid(), 0, 0, 0, 0, 0), -1);
	EQUAL(errno, EPERM);
	EQUAL(set_upcall(-1, 0, 0, 0, 0, 0), -1);
	EQUAL(errno, ESRCH);
	EQUAL(set_upcall(32000, 0, 0, 0, 0, 0), -1);
	EQUAL(errno, ESRCH);
	CHECK(pipe(fd) == 0);
	if ((child = fork()) == 0) {
		read(fd[0], fd, 1);
		_exit(0);
	}
	EQUAL(set_upcall(child, 0, 0, 0, 0, 0), 0);
	EQUAL(set_upcall(getpid(), 0, 0, 0, 0, 0), 0);
	write(fd[1], "", 1);
	while (waitpid(child, 0, WNOHANG) == 0)
		yield();
	EQUAL(set_upcall(child, 0, 0, 0, 0, 0), -1);
	EQUAL(errno, ESRCH);
	EQUAL(resume((struct regs *)1), -1);
	EQUAL(errno, EINVAL);
	EQUAL(resume(0), -1);
	EQUAL(errno, EFAULT);
	EQUAL(resume((struct regs *)(uintptr_t)(sys.user_top)), -1);
	EQUAL(resume((struct regs *)(uintptr_t)(sys.user_top - 8)), -1);
	EQUAL(resume((struct regs *)(~(uintptr_t)0 & ~(uintptr_t)15)), -1);
	EQUAL(resume((struct regs *)nowhere(1)), -1);
	EQUAL(errno, EFAULT);
}

/* ---- who has it ---- */

static int thread_store(void *p)
{
	store_at(p);
	return 0;
}

TEST(inherits, "upcall: fork inherits the aim; a thread and what exec runs have none")
{
	char *p = nowhere(2);
	int status;
	pid_t pid;

	kernel_forks();
	aim(MASK(UPCALL_PAGE), map_there, 0);
	for (int s = 0; each_strategy(&s); s++) {
		if ((pid = rfork(s)) == 0) {
			*(volatile char *)p = 1;
			_exit(up_count);
		}
		EQUAL(waitpid(pid, &status, 0), pid);
		CHECK(WIFEXITED(status));
		EQUAL(WEXITSTATUS(status), 1);
	}
	EQUAL(up_count, 0);
	pid = thread_create(thread_store, p);
	CHECK(pid > 0);
	EQUAL(thread_join(pid, &status), 0);
	CHECK(WIFSIGNALED(status));
	EQUAL(up_count, 0);
	*(volatile char *)p = 1;
	EQUAL(up_count, 1);
}

TEST(exec_clears, "upcall: what exec runs has no aim: no timer finds it without its stack")
{
	int fd[2], status;
	pid_t pid;

	kernel_forks();
	CHECK(pipe(fd) == 0);
	if ((pid = fork()) == 0) {
		dup2(fd[0], 0);
		close(fd[0]);
		close(fd[1]);
		aim(MASK(UPCALL_TIMER), 0, 10);
		execv("/bin/cat", (char *[]){ "cat", NULL });
		_exit(9);
	}
	close(fd[0]);
	msleep(60);
	close(fd[1]);
	EQUAL(waitpid(pid, &status, 0), pid);
	CHECK(WIFEXITED(status));
	EQUAL(WEXITSTATUS(status), 0);
}
