/* SPDX-License-Identifier: MIT */
/*
 * scale.c: scale [-n CPUS] [WORKLOAD...]: what several CPUs that do the same
 * at once cost each other: instructions, interrupts, locks.
 *
 * Prints a row of JSON for every figure, for `yoke compare`.  Locks are
 * counted by kernels built with -Dlockstat=true.
 */
#include <crowd.h>
#include <errno.h>
#include <measure.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <yoke.h>

enum { PAGE = 4096, PAGES = 1024, FORKS = 200, TRIES = 5 };

static char *stretch[CROWD_MAX];	/* each worker's pages */

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "scale: %s: %s\n", what, strerror(errno));
	exit(1);
}

static char *map(size_t pages)
{
	char *p = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		die("mmap");
	return p;
}

static void touch(unsigned worker, unsigned i)
{
	*(volatile char *)(stretch[worker] + i * PAGE) = 1;
}

static void map_own(unsigned worker)
{
	stretch[worker] = map(PAGES);
}

static void fork_exit(unsigned worker, unsigned i)
{
	pid_t pid = fork();

	(void)worker, (void)i;
	if (pid == 0)
		_exit(0);
	if (pid < 0)
		die("fork");
	waitpid(pid, NULL, 0);
}

/* As often as it takes until nobody changes CPUs. */
static void measure(const char *workload, const struct crowd *c)
{
	struct sample s = { .mib = -1, .cpus = c->workers };
	struct crowd_cost cost;
	int rc, tries = TRIES;

	while ((rc = crowd_run(c, &cost)) < 0 && errno == EAGAIN && --tries > 0)
		;
	if (rc < 0)
		die(workload);
	s.n = (unsigned)cost.ops;
	s.instructions = cost.instructions;
	s.counts = cost.counts;
	s.locks = &cost.locks;
	measure_row(workload, fork_names[forkmode(FORK_DEFAULT)], &s);
}

static void faults(unsigned cpus)
{
	measure("scale-faults", &(struct crowd){ .workers = cpus, .n = PAGES, .prepare = map_own, .work = touch });
}

static void faults_shared(unsigned cpus)
{
	measure("scale-faults-shared",
		&(struct crowd){ .workers = cpus, .threads = true, .n = PAGES, .prepare = map_own, .work = touch });
	for (unsigned i = 0; i < cpus; i++)
		munmap(stretch[i], PAGES * PAGE);
}

/* Its stretch is there, and nobody else's; the holder has it too. */
static void cow_shared(unsigned cpus)
{
	char *all = map(PAGES * cpus), c;
	int hold[2];
	pid_t pid;

	for (unsigned i = 0; i < cpus; i++) {
		stretch[i] = all + (size_t)i * PAGES * PAGE;
		memset(stretch[i], 1, PAGES * PAGE);
	}
	if (pipe(hold) < 0 || (pid = fork()) < 0)
		die("fork");
	if (pid == 0) {
		close(hold[1]);
		_exit(read(hold[0], &c, 1));
	}
	close(hold[0]);
	msleep(30);				/* it reaches its read */
	measure("scale-cow-shared", &(struct crowd){ .workers = cpus, .threads = true, .n = PAGES, .work = touch });
	close(hold[1]);
	waitpid(pid, NULL, 0);
	munmap(all, PAGES * PAGE * cpus);
}

static void forks(unsigned cpus)
{
	measure("scale-fork", &(struct crowd){ .workers = cpus, .n = FORKS, .steady = true, .work = fork_exit });
}

static const struct workload { const char *name; void (*run)(unsigned cpus); } workloads[] = {
	{ "scale-faults", faults },
	{ "scale-faults-shared", faults_shared },
	{ "scale-cow-shared", cow_shared },
	{ "scale-fork", forks },
};
enum { WORKLOADS = sizeof workloads / sizeof *workloads };

static _Noreturn void usage(void)
{
	fputs("usage: scale [-n CPUS] [WORKLOAD...]\nworkloads:", stderr);
	for (int i = 0; i < WORKLOADS; i++)
		fprintf(stderr, " %s", workloads[i].name);
	fputc('\n', stderr);
	exit(2);
}

static const struct workload *find(const char *name)
{
	for (int i = 0; i < WORKLOADS; i++)
		if (strcmp(workloads[i].name, name) == 0)
			return &workloads[i];
	usage();
}

int main(int argc, char **argv)
{
	struct sys_info sys;
	unsigned cpus;
	int arg = 1;

	sysinfo(&sys);
	cpus = sys.cpus_running;
	if (argc > 1 && strcmp(argv[1], "-n") == 0) {
		cpus = argc > 2 ? (unsigned)atoi(argv[2]) : 0;
		if (cpus < 1 || cpus > sys.cpus_running || cpus > CROWD_MAX)
			usage();
		arg = 3;
	}
	for (int i = arg; i < argc; i++)
		find(argv[i]);
	for (int i = 0; arg == argc && i < WORKLOADS; i++)
		workloads[i].run(cpus);
	for (; arg < argc; arg++)
		find(argv[arg])->run(cpus);
	return 0;
}
