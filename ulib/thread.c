/* SPDX-License-Identifier: MIT */
/*
 * thread.c: threads on the thread call, a mutex on the futex.
 *
 * A stack's top holds what thread_start (ulib/<port>/thread.S) takes: fn and
 * arg; above them is our note of it, in the list of all.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <thread.h>
#include <unistd.h>
#include <yoke.h>
#include "abi/syscall.h"
#include "area.h"
#include "errno_of.h"
#include "raw.h"

enum { STACK = 16 * PAGE };

struct stack {
	int (*fn)(void *);
	void *arg;
	pid_t pid;
	struct stack *next;
	char *area;			/* its upcall stack, or null; then what fn and arg are really: */
	int (*real_fn)(void *);
	void *real_arg;
	_Atomic uint32_t armed;
} __attribute__((aligned(16)));

void thread_start(void);
pid_t thread(void (*pc)(void), void *sp);

static struct stack *stacks;
static struct mutex list;

/* By pid: whatever stack it is on, a handler's too.  A child of fork's has another than its parent. */
static int *own_errno(void)
{
	static int errnos[PROC_N];

	return &errnos[raw_call(SYS_getpid, 0, 0, 0, 0, 0) % PROC_N];
}

/* From the first thread on. */
static void divide_errno(void)
{
	int before = errno;

	errno_of_thread = own_errno;
	errno = before;
}

/* A guard page, then the stack. */
static struct stack *new_stack(void)
{
	char *p = mmap(NULL, PAGE + STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	mprotect(p, PAGE, PROT_NONE);
	return (struct stack *)(p + PAGE + STACK) - 1;
}

static void free_stack(struct stack *s)
{
	if (s->area)
		munmap(s->area, AREA_SIZE);
	munmap((char *)(s + 1) - STACK - PAGE, PAGE + STACK);
}

/* A thread of a program with handlers begins here. */
static int begin_armed(void *arg)
{
	struct stack *s = arg;
	int err = area_arm(0, s->area);

	s->armed = 1;
	return err < 0 ? EXIT_FAILURE : s->real_fn(s->real_arg);
}

static int give_area(struct stack *s)
{
	s->area = area_new();
	if (!s->area)
		return -1;
	s->real_fn = s->fn;
	s->real_arg = s->arg;
	s->fn = begin_armed;
	s->arg = s;
	return 0;
}

static pid_t start(struct stack *s)
{
	mutex_lock(&list);
	upcalls.threads++;			/* before it runs: a fault of its without the lock, and two could fill one page */
	s->pid = thread(thread_start, s);
	if (s->pid > 0) {
		s->next = stacks;
		stacks = s;
	} else {
		upcalls.threads--;
	}
	mutex_unlock(&list);
	return s->pid;
}

/* No fork may share the area's pages while it is made, or make the stack copy-on-write before its thread can take a fault. */
static pid_t start_armed(struct stack *s)
{
	pid_t pid = -1;

	area_lock_forks();
	if (give_area(s) == 0) {
		s->armed = 0;			/* a fork since the stack was made may have shared it: this write is the page's fault */
		pid = start(s);
		while (pid > 0 && !s->armed)
			yield();
	}
	area_unlock_forks();
	return pid;
}

pid_t thread_create(int (*fn)(void *), void *arg)
{
	struct stack *s = new_stack();
	pid_t pid;

	if (!s)
		return -1;
	divide_errno();
	s->fn = fn;
	s->arg = arg;
	pid = upcalls.area ? start_armed(s) : start(s);
	if (pid < 0)
		free_stack(s);
	return pid;
}

/* Take the note of pid out of the list; null: it is no thread of ours. */
static struct stack *take(pid_t pid)
{
	struct stack **link = &stacks, *s;

	mutex_lock(&list);
	while (*link && (*link)->pid != pid)
		link = &(*link)->next;
	if ((s = *link))
		*link = s->next;
	mutex_unlock(&list);
	return s;
}

int thread_join(pid_t pid, int *status)
{
	struct stack *s = take(pid);

	if (!s) {
		errno = ESRCH;
		return -1;
	}
	pid = waitpid(pid, status, 0);
	free_stack(s);
	upcalls.threads--;			/* until now a fork has had to expect it, and that its stack goes */
	return pid < 0 ? -1 : 0;
}

/* ---- the mutex: 0 free, 1 held, 2 held and somebody may sleep (Drepper, "Futexes Are Tricky", mutex 2) ---- */

void mutex_lock(struct mutex *m)
{
	uint32_t was = 0;

	if (atomic_compare_exchange_strong(&m->state, &was, 1))
		return;
	while (atomic_exchange(&m->state, 2) != 0)
		futex_wait(&m->state, 2);
}

void mutex_unlock(struct mutex *m)
{
	if (atomic_exchange(&m->state, 0) == 2)
		futex_wake(&m->state);
}
