/* SPDX-License-Identifier: MIT */
/*
 * main.c: stress MILLISECONDS [SEED [ROUND]]: rounds of fork, faults,
 * munmap, mmap, mremap, minherit, mprotect, exec and exit, by families of
 * threads, on all CPUs.
 *
 * A round: families fork off main by any strategy, so that all share main's
 * tables.  The members of a family, its threads, do at random what follows,
 * in one arena across the border of two tables.  Every word has one writer,
 * who knows what he wrote and only counts up; so any other sees a word that
 * went back, and a child sees whether it is a snapshot.  What a child writes
 * nobody may see.  After each round the kernel audits itself, and as many
 * pages must be free as before.  The first finding ends the run: the line
 * names the round, which a second run can begin with.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <thread.h>
#include <unistd.h>
#include <yoke.h>
#include "stress.h"

/* A page that all members share.  Main has a word of its own. */
struct common { volatile unsigned count[MEMBERS], order[MEMBERS], of_main; };

static unsigned first_seed, round_now;
const char *doing;
static struct member members[MEMBERS];		/* of this family; each process has its own */
static unsigned main_wrote[COMMON];

/* ---- findings ---- */

_Noreturn void finding(const char *file, int line, const char *what)
{
	char text[200];
	int n = snprintf(text, sizeof text, "# finding: %s (%s:%d), %s: seed %u round %u\n", what, file, line, doing, first_seed, round_now);

	write(1, text, n);
	_exit(1);
}

unsigned rnd(unsigned *seed, unsigned n)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return (*seed >> 4) % n;
}

static struct common *common(int i) { return (struct common *)page(i); }

/* By any strategy, the boot's more often. */
pid_t fork_any(unsigned *seed)
{
	unsigned s = rnd(seed, FORK_UPCALL + 2);	/* which the kernel leaves to the program */

	return s < FORK_UPCALL ? rfork((int)s) : fork();
}

void reap(pid_t pid)
{
	struct wait_info w;

	MUST(waitinfo(pid, &w, 0) == pid);
	wait_report("stress", &w);
	MUST(w.how == END_EXIT);
	MUST(w.code == 0);
}

/* ---- what a member does in its own space ---- */

static void count(struct member *m)
{
	for (int n = 0; n < 4; n++) {
		int i = (int)rnd(&m->seed, COMMON);
		volatile unsigned *word = &common(i)->count[m->number];

		MUST(*word == m->counted[i]);
		*word = ++m->counted[i];
		MUST(*word == m->counted[i]);
	}
}

/* The same number to every page, from the first to the last. */
static void order(struct member *m)
{
	m->ordered++;
	for (int i = 0; i < COMMON; i++)
		common(i)->order[m->number] = m->ordered;
}

static void peek(struct member *m)
{
	for (int n = 0; n < 8; n++) {
		int i = (int)rnd(&m->seed, COMMON);
		unsigned other = rnd(&m->seed, MEMBERS), now = common(i)->count[other];

		MUST(now >= m->seen[i][other]);
		m->seen[i][other] = now;
	}
}

/* Through a pipe, by the kernel's copies: from a page that others fork, into one that may be absent, across a border. */
static void through_pipe(struct member *m)
{
	int fd[2], i = (int)rnd(&m->seed, COMMON - 1);
	char *to = lane(m) + 2 * PAGE - 64;
	struct common got;

	MUST(pipe(fd) == 0);
	MUST(write(fd[1], common(i), sizeof got) == sizeof got);
	MUST(read(fd[0], to, sizeof got) == sizeof got);
	memcpy(&got, to, sizeof got);
	MUST(got.count[m->number] == m->counted[i]);
	close(fd[0]);
	close(fd[1]);
}

/* ---- children ---- */

/* What fork copied is a moment: nothing moves, and no later page is ahead of an earlier one. */
static void check_snapshot(const struct member *m)
{
	unsigned sum[2] = { 0, 0 };

	for (int i = 0; i < COMMON; i++) {
		MUST(common(i)->count[m->number] == m->counted[i]);
		MUST(common(i)->order[m->number] == m->ordered);
	}
	for (unsigned k = 0; k < MEMBERS; k++)
		for (int i = 1; i < COMMON; i++)
			MUST(common(i - 1)->order[k] - common(i)->order[k] <= 1);
	for (int pass = 0; pass < 2; pass++) {
		for (unsigned k = 0; k < MEMBERS * COMMON; k++)
			sum[pass] += common((int)(k / MEMBERS))->count[k % MEMBERS] * (k + 1);
		if (pass == 0)
			yield();
	}
	MUST(sum[0] == sum[1]);
}

static void scribble(unsigned value)
{
	for (int i = 0; i < COMMON; i++)
		memset((void *)common(i), (int)value, sizeof(struct common));
}

static void check_scribble(unsigned value)
{
	for (int i = 0; i < COMMON; i++)
		for (unsigned k = 0; k < sizeof(struct common); k++)
			MUST(((unsigned char *)common(i))[k] == (unsigned char)value);
}

/* Two of one table, which both write. */
static void grandchild(struct member *m)
{
	pid_t pid = fork_any(&m->seed);
	unsigned mine = pid ? 0x77 : 0x88;

	MUST(pid >= 0);
	scribble(mine);
	yield();
	check_scribble(mine);
	if (pid == 0)
		_exit(0);
	reap(pid);
}

static _Noreturn void child(struct member *m)
{
	static char *argv[] = { "true", NULL };

	doing = "child";
	m->seed ^= (unsigned)getpid() * 2654435761u | 1;
	check_snapshot(m);
	scribble(0x99);
	switch (rnd(&m->seed, 4)) {
	case 0:
		execv("/bin/true", argv);
		finding(__FILE_NAME__, __LINE__, "exec failed");
	case 1:
		grandchild(m);
		break;
	case 2:
		MUST(munmap(page(0), ALL * PAGE) == 0);
		break;
	default:
		check_scribble(0x99);
	}
	_exit(0);
}

/* In the place of the child before last. */
static void fork_one(struct member *m)
{
	pid_t *slot = &m->kid[rnd(&m->seed, KIDS)];

	if (*slot)
		reap(*slot);
	*slot = fork_any(&m->seed);
	MUST(*slot >= 0);
	if (*slot == 0)
		child(m);
}

static int visitor(void *arg)
{
	struct member *m = arg;
	unsigned sum = 0;

	for (int i = 0; i < COMMON; i++)
		sum += common(i)->count[m->number] - m->counted[i];
	return sum != 0;
}

/* A thread that comes, reads all, and goes, its stack too. */
static void visit(struct member *m)
{
	int status;
	pid_t pid = thread_create(visitor, m);

	MUST(pid > 0);
	MUST(thread_join(pid, &status) == 0 && status == 0);
}

/* ---- families ---- */

static int live(void *arg)
{
	static void (*const what[])(struct member *) = {
		count, count, order, peek, count, peek, fork_one, fork_one, lane_anew, lane_of_file,
		lane_moved, lane_shared, through_pipe, visit
	};
	static const char *const names[] = {
		"count", "count", "order", "peek", "count", "peek", "fork", "fork", "lane", "file",
		"moved", "shared", "pipe", "visit"
	};
	struct member *m = arg;

	for (int n = 0; n < TURNS; n++) {
		unsigned k = rnd(&m->seed, sizeof what / sizeof *what);

		doing = names[k];
		what[k](m);
	}
	for (int k = 0; k < KIDS; k++)
		if (m->kid[k])
			reap(m->kid[k]);
	return 0;
}

static void check_family(void)
{
	for (const struct member *m = members; m < members + MEMBERS; m++)
		for (int i = 0; i < COMMON; i++) {
			MUST(common(i)->count[m->number] == m->counted[i]);
			MUST(common(i)->order[m->number] == m->ordered);
		}
}

static _Noreturn void family(unsigned number)
{
	pid_t pid[MEMBERS];
	int status;

	memset(members, 0, sizeof members);
	for (unsigned k = 0; k < MEMBERS; k++) {
		members[k].number = k;
		members[k].seed = (first_seed + round_now) * 2654435761u ^ (number * MEMBERS + k + 1) * 40503u;
		members[k].seed |= 1;
	}
	for (unsigned k = 1; k < MEMBERS; k++)
		MUST((pid[k] = thread_create(live, &members[k])) > 0);
	live(&members[0]);
	for (unsigned k = 1; k < MEMBERS; k++) {
		MUST(thread_join(pid[k], &status) == 0);
		MUST(status == 0);
	}
	doing = "family's end";
	check_family();
	for (int i = 0; i < COMMON; i++)
		MUST(common(i)->of_main == main_wrote[i]);	/* as at the fork */
	_exit(0);
}

/* ---- rounds ---- */

static void begin_round(unsigned *seed)
{
	remap(page(0), ALL, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	for (int i = 0; i < COMMON; i++) {
		main_wrote[i] = 0;
		if (rnd(seed, 3))
			common(i)->of_main = main_wrote[i] = 1;
	}
}

/* Main goes on with the arena that the families have from it. */
static void write_beside(unsigned *seed)
{
	doing = "beside the families";
	for (int n = 0; n < 20; n++) {
		int i = (int)rnd(seed, COMMON);

		common(i)->of_main = ++main_wrote[i];
		for (unsigned k = 0; k < MEMBERS; k++)
			MUST(common(i)->count[k] == 0 && common(i)->order[k] == 0);
		if (n % 4 == 0)
			yield();
	}
	for (int i = 0; i < COMMON; i++)
		MUST(common(i)->of_main == main_wrote[i]);
}

static void one_round(void)
{
	unsigned seed = ((first_seed + round_now) * 2654435761u) | 1;
	pid_t pid[FAMILIES];

	doing = "round";
	begin_round(&seed);
	for (unsigned f = 0; f < FAMILIES; f++) {
		MUST((pid[f] = f ? fork_any(&seed) : fork()) >= 0);
		if (pid[f] == 0)
			family(f);
	}
	write_beside(&seed);
	for (unsigned f = 0; f < FAMILIES; f++)
		reap(pid[f]);
	MUST(munmap(page(0), ALL * PAGE) == 0);
}

static unsigned free_pages(void)
{
	struct mem_info m;

	meminfo(&m);
	return m.free + m.cached;
}

/* The machine is as it was; who has been reaped may have a moment. */
static void check_machine(unsigned pages)
{
	doing = "after the round";
	for (int n = 0; n < PATIENCE && free_pages() != pages; n++)
		msleep(10);
	MUST(audit() == 0);
	MUST(free_pages() == pages);
}

int main(int argc, char **argv)
{
	long begun = uptime(), told = begun, end = begun + (argc > 1 ? atol(argv[1]) : 5000);
	unsigned pages = 0, last, n = 0;

	first_seed = argc > 2 ? (unsigned)atol(argv[2]) : 1;
	round_now = argc > 3 ? (unsigned)atol(argv[3]) : 0;
	for (last = round_now + WARM; uptime() < end || n < WARM + 1; round_now++, n++) {
		one_round();
		if (round_now < last)
			pages = free_pages();
		else
			check_machine(pages);
		if (uptime() - told >= 2000 || n % 50 == 49) {
			told = uptime();
			printf("# %u rounds\n", n);
			fflush(stdout);
		}
	}
	printf("stress: %u rounds, seed %u, %ld ms, nothing found\n", n, first_seed, uptime() - begun);
	return 0;
}
