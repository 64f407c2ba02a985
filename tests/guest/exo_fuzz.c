/* SPDX-License-Identifier: MIT */
/* exo_fuzz.c: random arguments to every exokernel call.  A program may end of it, the machine not; the audit has the last word. */
#include "abi/syscall.h"
#include "exo.h"
#include "upcalls.h"

enum { RW = PROT_READ | PROT_WRITE, WINDOW = 8, KIDS = 4, CALLS = 500, SEEDS = 12, LIMIT = 3000, BESIDE = 2, SOME = 25 };

/* Every call from 41 to 57, some more often. */
static const unsigned char calls[] = {
	SYS_manage, SYS_page_alloc, SYS_page_map, SYS_page_unmap, SYS_query, SYS_exofork, SYS_set_status, SYS_set_frame,
	SYS_ipc_send, SYS_ipc_recv, SYS_ipc_call, SYS_page_alloc, SYS_page_map, SYS_page_map, SYS_query,
	SYS_set_upcall, SYS_resume, SYS_activation, SYS_park, SYS_getcpu, SYS_locks,
};

struct fuzz {
	uint32_t x;
	char *window;			/* managed */
	char *plain;			/* the kernel's */
	pid_t kid[KIDS], parent;
};

static uint32_t draw(struct fuzz *f, uint32_t n)
{
	f->x = f->x * 1664525 + 1013904223;
	return (f->x >> 8) % n;
}

static long any_pid(struct fuzz *f)
{
	long some[] = { 0, 0, 0, getpid(), f->parent, 1, -1, 32767, (long)draw(f, 1u << 24) };
	uint32_t n = draw(f, 9 + KIDS);

	return n < 9 ? some[n] : f->kid[n - 9];
}

static long any_address(struct fuzz *f)
{
	uintptr_t top = (uintptr_t)sys.user_top;
	uintptr_t some[] = { 0, 1, PAGE, top, top - PAGE, top - 8, (uintptr_t)-1, (uintptr_t)-PAGE, (uintptr_t)1 << 31 };
	uint32_t n = draw(f, 24);

	if (n < 9)
		return (long)some[n];
	if (n < 11)
		return (long)(f->plain + draw(f, 2 * PAGE));
	if (n < 13)
		return (long)(f->window + draw(f, WINDOW * PAGE));
	return (long)((n < 16 ? f->plain : f->window) + draw(f, n < 16 ? 2 : WINDOW) * PAGE);
}

static long any_rights(struct fuzz *f)
{
	return draw(f, 8) ? (long)((draw(f, 8) | draw(f, 4) * PAGE_S0) ^ (draw(f, 6) ? 0 : PAGE_MOVE)
		^ (draw(f, 6) ? 0 : PAGE_COPY)) : (long)draw(f, 1u << 16);
}

static long any_time(struct fuzz *f)
{
	return draw(f, 8) ? (long)draw(f, 3) * 10 : -2 - (long)draw(f, 9);	/* never for ever */
}

static long any_length(struct fuzz *f)
{
	return draw(f, 4) ? (long)draw(f, 4) * PAGE : (long)((uintptr_t)draw(f, 1u << 16) << draw(f, 24));
}

static void call_once(struct fuzz *f)
{
	unsigned nr = calls[draw(f, sizeof calls)];
	long a[6];
	long pid;

	for (int i = 0; i < 6; i++)
		a[i] = any_address(f);
	if (nr == SYS_manage)
		a[1] = any_length(f);
	else
		a[0] = any_pid(f);
	if (nr == SYS_page_alloc)
		a[2] = any_rights(f);
	if (nr == SYS_page_map)
		a[2] = any_pid(f), a[4] = any_rights(f);
	if (nr == SYS_query)
		a[2] = a[1] + any_length(f), a[4] = draw(f, 100);
	if (nr == SYS_set_status)
		a[1] = draw(f, 5);
	if (nr == SYS_ipc_send || nr == SYS_ipc_call) {
		a[2] = draw(f, 3) ? a[2] : (long)IPC_NOPAGE;
		a[3] = any_rights(f);
		a[nr == SYS_ipc_send ? 4 : 5] = any_time(f);
	}
	if (nr == SYS_ipc_recv)
		a[0] = draw(f, 3) ? any_address(f) : (long)IPC_NOPAGE, a[2] = any_time(f);
	if ((nr == SYS_exofork && draw(f, 4)) || (nr == SYS_park && draw(f, 10)))
		return;
	pid = syscall(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
	if (nr == SYS_exofork && pid == 0)
		_exit(0);
	if (nr == SYS_exofork && pid > 0) {
		pid_t *slot = &f->kid[draw(f, KIDS)];

		if (*slot && kill(*slot, SIGKILL) == 0)
			waitinfo(*slot, 0, 0);
		*slot = pid;
	}
}

static struct fuzz other;

/* While one sleeps in a call, another activation makes some, too; who has slept enough goes on. */
static void carry_on(struct upcall *u)
{
	if (u->event != UPCALL_BLOCK)
		return;
	for (int i = 0; i < SOME; i++)
		call_once(&other);
	park();
	_exit(0);
}

static void begin_activations(const struct fuzz *f)
{
	other = *f;
	other.x += 12345;
	aim(MASK(UPCALL_BLOCK) | MASK(UPCALL_UNBLOCK) | MASK(UPCALL_TIMER), carry_on, 10);
	for (int i = 0; i < BESIDE; i++) {
		char *stack = pages(UP_STACK);

		activation(stack, stack + UP_STACK * PAGE);
	}
}

static _Noreturn void fuzz(uint32_t seed, pid_t parent)
{
	struct fuzz f = { .x = seed * 2654435761u, .parent = parent };

	f.plain = pages(2);
	f.window = window(WINDOW);
	for (int i = 0; i < WINDOW; i += 2)
		page_alloc(0, f.window + i * PAGE, RW);
	if (seed % 3 == 0 && forkmode(FORK_DEFAULT) != FORK_UPCALL)
		begin_activations(&f);
	for (int i = 0; i < CALLS; i++)
		call_once(&f);
	_exit(0);
}

/* Its own children, and it may stop: it is let run until it ends, or has had its time. */
static void watch(const pid_t *pid, int n)
{
	long until = uptime() + LIMIT;

	for (int i = 0; i < n; i++) {
		int done = 0;

		while (!done && uptime() < until) {
			set_status(pid[i], STATUS_RUN);
			done = waitinfo(pid[i], 0, WAIT_NOHANG) != 0;
			if (!done)
				msleep(10);
		}
		if (!done) {
			kill(pid[i], SIGKILL);
			CHECK(waitinfo(pid[i], 0, 0) == pid[i]);
		}
	}
}

TEST(exo_fuzz, "exo: random arguments to all calls, from a dozen seeds, three processes at once")
{
	pid_t pid[3];

	for (uint32_t seed = 1; seed <= SEEDS; seed += 3) {
		for (int i = 0; i < 3; i++)
			if ((pid[i] = fork()) == 0)
				fuzz(seed + i, getppid());
		for (int i = 0; i < 3; i++)
			CHECK(pid[i] > 0);
		watch(pid, 3);
		EQUAL(audit(), 0);
	}
}
