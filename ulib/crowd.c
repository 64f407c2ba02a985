/* SPDX-License-Identifier: MIT */
/*
 * crowd.c: the same thing on several CPUs at once.
 *
 * The workers wait, running, until each has a CPU to itself, and only then
 * all begin: an idle CPU takes over who is about to run elsewhere, and where
 * CPUs take turns (-icount) one would otherwise do all the work.
 */
#include <crowd.h>
#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <thread.h>
#include <unistd.h>
#include <yoke.h>

enum { TICK = 10 };			/* milliseconds */

struct reading { struct counts counts; long uptime; uint64_t cycles; };

/* Seen by all workers, whatever space they are in. */
struct board {
	const struct crowd *crowd;
	_Atomic int cpu[CROWD_MAX];		/* where each is, plus 1; 0: not there yet */
	_Atomic bool go, failed, strayed;
	_Atomic unsigned done;
	unsigned ops[CROWD_MAX];
	struct lock_counts locks[CROWD_MAX];
	struct reading begin, end;
};

struct seat { struct board *board; unsigned number; };

static void read_begin(struct reading *r)
{
	struct lock_counts unused;

	counts(0, &r->counts);
	locks(LOCKS_FORGET, &unused);
	r->uptime = uptime();
	r->cycles = cycles();
}

static void read_end(struct reading *r)
{
	r->cycles = cycles();
	r->uptime = uptime();
	counts(0, &r->counts);
}

static bool all_apart(const struct board *b)
{
	unsigned seen = 0;

	for (unsigned i = 0; i < b->crowd->workers; i++) {
		int cpu = b->cpu[i];

		if (!cpu || seen >> cpu & 1)
			return false;
		seen |= 1u << cpu;
	}
	return true;
}

/* QEMU lets the next CPU have its turn: with two that take turns (-icount), the other's might be over before it begins. */
static void relax(void)
{
#ifdef __i386__
	__builtin_ia32_pause();
#endif
}

/* Until each has a CPU to itself.  The first takes the reading. */
static void line_up(struct board *b, unsigned me)
{
	for (; !b->go && !b->failed; relax()) {
		b->cpu[me] = getcpu() + 1;
		if (me == 0 && all_apart(b)) {
			read_begin(&b->begin);
			b->go = true;
		}
	}
}

/* Go on till all are done. */
static unsigned work_on(struct board *b, unsigned me, unsigned i)
{
	for (; b->done < b->crowd->workers && !b->failed; i++, relax())
		b->crowd->work(me, i);
	return i;
}

static void subtract(struct lock_counts *after, const struct lock_counts *before)
{
	for (int i = 0; i < LOCK_N; i++) {
		after->of[i].taken -= before->of[i].taken;
		after->of[i].contended -= before->of[i].contended;
		after->of[i].moved -= before->of[i].moved;
		after->of[i].shared -= before->of[i].shared;
	}
}

static void work(struct board *b, unsigned me)
{
	const struct crowd *c = b->crowd;
	struct lock_counts before = { 0 }, after = { 0 };
	unsigned i = 0;
	int cpu;

	locks(LOCKS_HERE, &after);		/* its page and this code are there */
	line_up(b, me);
	cpu = b->cpu[me];
	locks(LOCKS_HERE, &before);
	for (; i < c->n; i++)
		c->work(me, i);
	if (!c->steady)
		locks(LOCKS_HERE, &after);
	if (atomic_fetch_add(&b->done, 1) + 1 == c->workers)
		read_end(&b->end);
	if (c->steady) {
		i = work_on(b, me, i);
		locks(LOCKS_HERE, &after);
	}
	if (getcpu() + 1 != cpu)
		b->strayed = true;
	b->ops[me] = i;
	subtract(&after, &before);
	b->locks[me] = after;
}

static int sit(void *arg)
{
	struct seat *s = arg;

	if (s->board->crowd->prepare)
		s->board->crowd->prepare(s->number);
	work(s->board, s->number);
	return 0;
}

static pid_t start(const struct crowd *c, struct seat *s)
{
	pid_t pid = c->threads ? thread_create(sit, s) : fork();

	if (pid == 0)
		_exit(sit(s));
	return pid;
}

/* Any that does not end well ends the others' waiting. */
static void await(struct board *b, unsigned n)
{
	struct wait_info w;

	while (n-- > 0)
		if (waitinfo(-1, &w, 0) < 0 || w.how != END_EXIT || w.code != 0)
			b->failed = true;
}

static void add_up(const struct board *b, struct crowd_cost *cost)
{
	memset(cost, 0, sizeof *cost);
	cost->instructions = b->end.cycles - b->begin.cycles;
	cost->ticks = (unsigned)(b->end.uptime - b->begin.uptime) / TICK;
	for (int i = 0; i < C_N; i++)
		cost->counts.n[i] = b->end.counts.n[i] - b->begin.counts.n[i];
	for (unsigned w = 0; w < b->crowd->workers; w++) {
		cost->ops += b->ops[w];
		for (int i = 0; i < LOCK_N; i++) {
			cost->locks.of[i].taken += b->locks[w].of[i].taken;
			cost->locks.of[i].contended += b->locks[w].of[i].contended;
			cost->locks.of[i].moved += b->locks[w].of[i].moved;
			cost->locks.of[i].shared += b->locks[w].of[i].shared;
		}
	}
}

static int run(struct board *b, struct crowd_cost *cost)
{
	unsigned n = b->crowd->workers, started = 0;
	struct seat seats[CROWD_MAX];
	pid_t pid[CROWD_MAX];

	for (; started < n; started++) {
		seats[started] = (struct seat){ b, started };
		if ((pid[started] = start(b->crowd, &seats[started])) < 0)
			break;
	}
	if (started < n)
		b->failed = true;
	await(b, started);
	for (unsigned i = 0; i < started && b->crowd->threads; i++)
		thread_join(pid[i], NULL);		/* it has been waited for: its stack goes */
	add_up(b, cost);
	b->strayed |= !all_apart(b);
	if (!b->failed && !b->strayed)
		return 0;
	errno = b->failed ? ECHILD : EAGAIN;
	return -1;
}

int crowd_run(const struct crowd *c, struct crowd_cost *cost)
{
	size_t size = (sizeof(struct board) + 4095) & ~(size_t)4095;
	struct board *b = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct sys_info sys;
	int rc;

	if (b == MAP_FAILED)
		return -1;
	sysinfo(&sys);
	b->crowd = c;
	if (c->workers > CROWD_MAX || c->workers > sys.cpus_running) {
		errno = EINVAL;
		rc = -1;
	} else {
		rc = run(b, cost);
	}
	munmap(b, size);
	return rc;
}
