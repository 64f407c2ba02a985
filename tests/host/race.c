/* SPDX-License-Identifier: MIT */
/*
 * race.c: rounds of random operations by CPUs that run at once, and the
 * audit after each.  race SECONDS SEED.
 *
 * Threads of the host interleave as they like: the same seed need not fail
 * again.
 */
#include "race.h"
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE = 20 };			/* seconds that a round may take; some take ten milliseconds */

static void (*program)(void);
static time_t deadline;
static bool over;			/* CPU 0's, between barriers */
static unsigned rounds;

void fail(const char *fmt, ...)
{
	char why[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof why, fmt, ap);
	va_end(ap);
	printf("not ok - %s\n", why);
	fflush(stdout);
	_exit(1);
}

void audit_print(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

static void on_panic(const char *why)
{
	fail("%s (CPU %u)", why, sim_self);
}

static void on_alarm(int sig)
{
	static const char why[] = "not ok - no end: CPUs wait for each other\n";

	(void)sig;
	(void)!write(1, why, sizeof why - 1);
	_exit(1);
}

static void audit(void)
{
	bool some = false;

	audit_begin();
	for (struct place *p = places; p < places + NSPACE; p++)
		if (life_alive(p)) {
			audit_space(&p->s);
			some = true;
		}
	must(some, "no space is left to race in");
	must(audit_end() == 0, "the audit finds fault");
	model_sweep();
}

static void begin(void)
{
	struct place *p = life_new();

	for (int k = 0; k < NOBJ; k++)
		objects[k] = obj_new(NPAGE, 0, 0);
	model_init();
	must(vm_init(&p->s) == 0, "no memory");
	p->s.users = NCPU;
	model_blank(p);
	life_begin(p);
}

void small_space(struct space *s)
{
	struct region r = { .lo = page_va(0), .hi = page_va(NPAGE), .prot = P_R | P_W, .kind = R_ZERO, .inherit = INHERIT_COPY };

	must(vm_init(s) == 0 && vm_map(s, &r) == 0, "no memory");
	s->users = NCPU;
}

/* What every CPU runs. */
static void go_round(void)
{
	while (!over) {
		program();
		sim_barrier();
		if (sim_self == 0) {
			audit();
			alarm(PATIENCE);
			rounds++;
			over = time(0) >= deadline;
		}
		sim_barrier();
	}
}

static void run(const char *what, void (*fn)(void), int seconds, uint32_t seed)
{
	program = fn;
	deadline = time(0) + seconds;
	over = false;
	rounds = 0;
	alarm(PATIENCE);
	sim_run(go_round, seed);
	printf("ok - %s: %u rounds\n", what, rounds);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	int seconds = argc > 1 ? atoi(argv[1]) : 10;
	uint32_t seed = argc > 2 ? (uint32_t)atol(argv[2]) : 1;

	signal(SIGALRM, on_alarm);
	sim_panic = on_panic;
	sim_boot();
	begin();
	printf("1..3\n");
	run("stores are seen where they belong, and nowhere else", ops_run, (seconds + 1) / 2, seed);
	run("a fork is a snapshot, and no store is lost", order_run, seconds / 4, seed);
	run("who comes in during a break sees the new page", enter_run, seconds / 4, seed);
	printf("# %llu faults, %llu copies, %llu tables copied, %llu invalidations, %llu requests\n",
	       (unsigned long long)vm_past(C_FAULT), (unsigned long long)vm_past(C_COPY),
	       (unsigned long long)vm_past(C_TABLE_COPY), (unsigned long long)vm_past(C_INVAL),
	       (unsigned long long)vm_past(C_IPI));
	return 0;
}
