/* SPDX-License-Identifier: MIT */
/*
 * bench.c: bench [-s STRATEGY,...] [WORKLOAD...]: what fork and copy-on-write
 * cost, in guest instructions.
 *
 * Prints a row of JSON for every figure, for `yoke compare`.  An operation
 * is counted with its stub in user mode and its loop.  Every workload is run
 * once before it is measured, or does its first operation before.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <upcall.h>
#include <yoke.h>
#include "bench.h"

enum { VFORK = FORK_N, SPAWN, STRATEGIES };	/* the baselines follow fork's strategies */
enum { ALL_FORKS = (1 << FORK_N) - 1 };
enum { MIB_PAGES = 256 };

/* A load from an address at which there is nothing, of a length that is known. */
#if defined __i386__
#define PROBE(va)	__asm__ volatile("movb (%0), %%al" :: "r"(va) : "eax")
enum { PROBE_BYTES = 2 };
#elif defined __riscv
#define PROBE(va)	__asm__ volatile(".option push; .option norvc; lb zero, 0(%0); .option pop" :: "r"((long)(va)))
enum { PROBE_BYTES = 4 };
#else
#define PROBE(va)	__asm__ volatile("lb $0, 0(%0)" :: "r"(va))
enum { PROBE_BYTES = 4 };
#endif

const char *strategy_names[STRATEGIES] = { [VFORK] = "vfork", [SPAWN] = "spawn" };
static char *const true_argv[] = { "true", NULL };

_Noreturn void die(const char *what)
{
	fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t floor_of(int which)
{
	enum { N = 256 };

	return (page_floor(which, N) + N / 2) / N;
}

/* ---- memory, and children ---- */

char *map(size_t pages)
{
	char *p = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		die("mmap");
	return p;
}

void touch(char *p, size_t pages)
{
	for (char *end = p + pages * PAGE; p < end; p += PAGE)
		*(volatile char *)p = 1;
}

static void reap(pid_t pid)
{
	struct wait_info end;

	if (pid < 0)
		die("fork");
	if (waitinfo(pid, &end, 0) != pid || end.how != END_EXIT || end.code != 0) {
		wait_report("bench's child", &end);
		fputs("bench: a child failed\n", stderr);
		exit(1);
	}
}

/* ---- workloads ---- */

static void null_call(int strategy)
{
	enum { N = 10000 };
	struct sample s = { .mib = -1 };

	getppid();
	measure_start(&s, N);
	for (int i = 0; i < N; i++)
		getppid();
	measure_stop(&s);
	measure_row("null", strategy_names[strategy], &s);
}

/* Once to warm up, then n times. */
static void repeat(struct sample *s, unsigned n, void (*once)(int), int strategy)
{
	once(strategy);
	measure_start(s, n);
	while (n--)
		once(strategy);
	measure_stop(s);
}

static void fork_exit_once(int strategy)
{
	pid_t pid = strategy == VFORK ? vfork() : rfork(strategy);

	if (pid == 0)
		_exit(0);
	if (pid < 0)
		die("fork");
	waitinfo(pid, NULL, 0);
}

/* With so many MiB touched.  False: memory is too small for it. */
static bool fork_exit_mib(struct sample *s, int strategy, int mib)
{
	size_t pages = (size_t)mib * MIB_PAGES;
	unsigned n = mib == 0 ? 256 : mib < 16 ? 32 : 8;
	struct mem_info m;
	char *p = NULL;

	meminfo(&m);
	if (m.free < pages * (strategy == FORK_EAGER ? 2 : 1) + pages / 64 + 256)
		return false;
	if (mib) {
		p = map(pages);
		touch(p, pages);
	}
	repeat(s, n, fork_exit_once, strategy);
	if (mib)
		munmap(p, pages * PAGE);
	return true;
}

/* What a touched page adds to fork and exit, by the difference from a small process. */
static void slope(int strategy, const struct sample *small, const struct sample *large)
{
	struct sample s = { .mib = large->mib, .n = large->mib * MIB_PAGES };
	uint64_t a = small->instructions / small->n, b = large->instructions / large->n;

	s.instructions = b > a ? b - a : 0;
	measure_row("fork-exit-slope", strategy_names[strategy], &s);
}

static void fork_exit(int strategy)
{
	static const int sizes[] = { 0, 1, 4, 16, 64 };
	struct sample small, s;

	for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		s = (struct sample){ .mib = sizes[i] ? sizes[i] : -1 };
		if (!fork_exit_mib(&s, strategy, sizes[i])) {
			printf("# fork-exit, %s: memory is too small for %d MiB\n", strategy_names[strategy], sizes[i]);
			continue;
		}
		measure_row("fork-exit", strategy_names[strategy], &s);
		if (i == 0)
			small = s;
		if (sizes[i] >= 16)
			slope(strategy, &small, &s);
	}
}

static void fork_exec_once(int strategy)
{
	pid_t pid = strategy == VFORK ? vfork() : rfork(strategy);

	if (pid == 0) {
		execv("/bin/true", true_argv);
		_exit(1);
	}
	reap(pid);
}

static void fork_exec(int strategy)
{
	struct sample s = { .mib = -1 };

	repeat(&s, 100, fork_exec_once, strategy);
	measure_row("fork-exec", strategy_names[strategy], &s);
}

static void spawn_once(int strategy)
{
	(void)strategy;
	reap(spawn("/bin/true", true_argv, NULL));
}

static void spawn_true(int strategy)
{
	struct sample s = { .mib = -1 };

	repeat(&s, 100, spawn_once, strategy);
	measure_row("spawn", strategy_names[strategy], &s);
}

/* A child that holds what it inherited until hold[1] is closed, and sleeps when this returns. */
static pid_t holder(int strategy, int hold[2])
{
	int ready[2];
	pid_t pid;
	char c = 0;

	if (pipe(hold) < 0 || pipe(ready) < 0)
		die("pipe");
	pid = rfork(strategy);
	if (pid == 0) {
		close(hold[1]);
		write(ready[1], &c, 1);
		_exit(read(hold[0], &c, 1));
	}
	if (pid < 0)
		die("fork");
	read(ready[0], &c, 1);
	close(ready[0]);
	close(ready[1]);
	close(hold[0]);
	msleep(30);			/* it reaches its read */
	return pid;
}

static void cow_fault_once(struct sample *s, int strategy)
{
	char *p = map(PAGES);
	int hold[2];
	pid_t pid;

	touch(p, PAGES);
	pid = holder(strategy, hold);
	measure_start(s, PAGES);
	touch(p, PAGES);
	measure_stop(s);
	close(hold[1]);
	reap(pid);
	munmap(p, PAGES * PAGE);
}

/* Writes to pages that a child holds too: every one copies. */
static void cow_fault(int strategy)
{
	struct sample s = { .mib = -1 };

	cow_fault_once(&s, strategy);
	cow_fault_once(&s, strategy);
	s.floor = floor_of(FLOOR_COPY);
	measure_row("cow-fault", strategy_names[strategy], &s);
}

static void cow_reuse_once(struct sample *s, int strategy)
{
	char *p = map(PAGES);

	touch(p, PAGES);
	fork_exit_once(strategy);
	measure_start(s, PAGES);
	touch(p, PAGES);
	measure_stop(s);
	munmap(p, PAGES * PAGE);
}

/* Writes to pages that a child held, and left: no copy. */
static void cow_reuse(int strategy)
{
	struct sample s = { .mib = -1 };

	cow_reuse_once(&s, strategy);
	cow_reuse_once(&s, strategy);
	measure_row("cow-reuse", strategy_names[strategy], &s);
}

/* First writes to fresh pages. */
static void zero_fault(int strategy)
{
	struct sample s = { .mib = -1 };

	for (int i = 0; i < 2; i++) {
		char *p = map(PAGES);

		if (strategy == FORK_UPCALL)	/* from the next fork on the mapping is the program's */
			fork_exit_once(strategy);
		measure_start(&s, PAGES);
		touch(p, PAGES);
		measure_stop(&s);
		munmap(p, PAGES * PAGE);
	}
	s.floor = floor_of(FLOOR_CLEAR);
	measure_row("zero-fault", strategy_names[strategy], &s);
}

/* Answers every word with the next one, until it gets 0. */
static _Noreturn void answer_words(void)
{
	struct ipc_msg m = { .value = 1 };

	while (m.value && ipc_recv((void *)IPC_NOPAGE, &m, IPC_FOREVER) == 0)
		ipc_send(m.from, m.value + 1, (void *)IPC_NOPAGE, 0, IPC_FOREVER);
	_exit(m.value != 0);
}

static void ask(pid_t pid, upcall_word word)
{
	struct ipc_msg m;

	if (ipc_send(pid, word, (void *)IPC_NOPAGE, 0, IPC_FOREVER) < 0
	    || ipc_recv((void *)IPC_NOPAGE, &m, IPC_FOREVER) < 0 || m.value != word + 1)
		die("ipc");
}

/* The same, each answer and the wait for the next word in one call. */
static _Noreturn void answer_calls(void)
{
	struct ipc_msg m = { .value = 1 };
	int err = ipc_recv((void *)IPC_NOPAGE, &m, IPC_FOREVER);

	while (err == 0 && m.value)
		err = ipc_call(m.from, m.value + 1, (void *)IPC_NOPAGE, 0, &m, IPC_FOREVER);
	if (err == 0)
		ipc_send(m.from, 1, (void *)IPC_NOPAGE, 0, IPC_FOREVER);
	_exit(err != 0);
}

static void call(pid_t pid, upcall_word word)
{
	struct ipc_msg m;

	if (ipc_call(pid, word, (void *)IPC_NOPAGE, 0, &m, IPC_FOREVER) < 0 || m.value != word + 1)
		die("ipc_call");
}

/* A word to another process, which waits for it, and one back. */
static void round_trip(const char *name, int strategy, void (*answer)(void), void (*ask_for)(pid_t, upcall_word))
{
	enum { N = 1000 };
	struct sample s = { .mib = -1 };
	pid_t pid = fork();

	if (pid == 0)
		answer();
	msleep(30);
	ask_for(pid, 1);
	measure_start(&s, N);
	for (int i = 1; i <= N; i++)
		ask_for(pid, i);
	measure_stop(&s);
	ask_for(pid, 0);
	reap(pid);
	measure_row(name, strategy_names[strategy], &s);
}

static void ipc_words(int strategy)
{
	round_trip("ipc", strategy, answer_words, ask);
}

static void ipc_calls(int strategy)
{
	round_trip("ipc-call", strategy, answer_calls, call);
}

/* Over the load below: it is PROBE_BYTES long. */
static void step_over(struct upcall *u)
{
	u->regs.r[FR_PC] += PROBE_BYTES;
}

/* A fault that the program handles by doing nothing. */
static void upcall(int strategy)
{
	enum { N = 1000 };
	struct sample s = { .mib = -1 };

	if (upcall_install(UPCALL_PAGE, step_over, 0) < 0)
		die("upcall_install");
	for (int i = 0; i < 2; i++) {
		measure_start(&s, N);
		for (int k = 0; k < N; k++)
			PROBE(PAGE);
		measure_stop(&s);
	}
	upcall_install(UPCALL_PAGE, NULL, 0);
	measure_row("upcall", strategy_names[strategy], &s);
}

static const struct workload {
	const char *name;
	void (*run)(int strategy);
	unsigned strategies;		/* for which it makes sense: a mask */
} workloads[] = {
	{ "null", null_call, ALL_FORKS },
	{ "fork-exit", fork_exit, ALL_FORKS | 1 << VFORK },
	{ "fork-exec", fork_exec, ALL_FORKS | 1 << VFORK },
	{ "spawn", spawn_true, ALL_FORKS | 1 << SPAWN },
	{ "cow-fault", cow_fault, ALL_FORKS & ~(1 << FORK_EAGER) },
	{ "cow-reuse", cow_reuse, ALL_FORKS & ~(1 << FORK_EAGER) },
	{ "zero-fault", zero_fault, ALL_FORKS },
	{ "mmap", mmap_call, ALL_FORKS },
	{ "munmap-page", munmap_page, ALL_FORKS },
	{ "mprotect", mprotect_page, ALL_FORKS },
	{ "sbrk", sbrk_call, ALL_FORKS },
	{ "file-fault", file_fault, ALL_FORKS },
	{ "ipc", ipc_words, ALL_FORKS },
	{ "ipc-call", ipc_calls, ALL_FORKS },
	{ "upcall", upcall, 1 << FORK_UPCALL },
};
enum { WORKLOADS = sizeof workloads / sizeof *workloads };

/* ---- the command line ---- */

static _Noreturn void usage(void)
{
	fputs("usage: bench [-s STRATEGY,...] [WORKLOAD...]\nstrategies:", stderr);
	for (int i = 0; i < STRATEGIES; i++)
		fprintf(stderr, " %s", strategy_names[i]);
	fputs("\nworkloads:", stderr);
	for (int i = 0; i < WORKLOADS; i++)
		fprintf(stderr, " %s", workloads[i].name);
	fputc('\n', stderr);
	exit(2);
}

static unsigned workload_bit(const char *name)
{
	for (int i = 0; i < WORKLOADS; i++)
		if (strcmp(workloads[i].name, name) == 0)
			return 1u << i;
	usage();
}

static unsigned strategy_bit(const char *name, size_t len)
{
	for (int i = 0; i < STRATEGIES; i++)
		if (strlen(strategy_names[i]) == len && strncmp(strategy_names[i], name, len) == 0)
			return 1u << i;
	usage();
}

/* Names with commas between them. */
static unsigned strategy_list(const char *s)
{
	const char *comma = strchr(s, ',');
	unsigned bit = strategy_bit(s, comma ? (size_t)(comma - s) : strlen(s));

	return comma ? bit | strategy_list(comma + 1) : bit;
}

static void run(int strategy, unsigned which)
{
	if (strategy < FORK_N)
		forkmode(strategy);
	for (int i = 0; i < WORKLOADS; i++)
		if ((which & 1u << i) && (workloads[i].strategies & 1u << strategy))
			workloads[i].run(strategy);
}

int main(int argc, char **argv)
{
	unsigned strategies = (1u << STRATEGIES) - 1, which = 0;
	int arg = 1;

	memcpy(strategy_names, fork_names, sizeof fork_names);
	if (argc > 1 && strcmp(argv[1], "-s") == 0) {
		if (argc == 2)
			usage();
		strategies = strategy_list(argv[2]);
		arg = 3;
	}
	if (arg == argc)
		which = (1u << WORKLOADS) - 1;
	for (; arg < argc; arg++)
		which |= workload_bit(argv[arg]);
	for (int i = 0; i < STRATEGIES; i++)
		if (strategies & 1u << i)
			run(i, which);
	return 0;
}
