/* SPDX-License-Identifier: MIT */
/*
 * thread.c: threads on the thread call, a mutex on the futex.
 *
 * A stack's top holds what thread_start (ulib/<port>/thread.S) takes: fn and
 * arg; above them is our note of it, in the list of all.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <thread.h>
#include <unistd.h>

enum { PAGE = 4096, STACK = 16 * PAGE };

struct stack {
	int (*fn)(void *);
	void *arg;
	pid_t pid;
	struct stack *next;
} __attribute__((aligned(16)));

void thread_start(void);
pid_t thread(void (*pc)(void), void *sp);

static struct stack *stacks;
static struct mutex list;

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
	munmap((char *)(s + 1) - STACK - PAGE, PAGE + STACK);
}

pid_t thread_create(int (*fn)(void *), void *arg)
{
	struct stack *s = new_stack();
	pid_t pid;

	if (!s)
		return -1;
	s->fn = fn;
	s->arg = arg;
	mutex_lock(&list);
	pid = s->pid = thread(thread_start, s);
	if (pid > 0) {
		s->next = stacks;
		stacks = s;
	}
	mutex_unlock(&list);
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
