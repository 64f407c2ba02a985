/* SPDX-License-Identifier: MIT */
/*
 * main.c: the suite.  Runs the cases whose title contains its arguments (all
 * without any) and prints TAP.  "# begin" before each case names it for the
 * runner, should the machine hang or panic.
 */
#include <fcntl.h>
#include "test.h"

extern const struct test __start_tests[], __stop_tests[];
struct sys_info sys;
static int note[2];				/* a case's reason to be skipped */
enum { SKIPPED = 77, PATIENCE = 100 };		/* exit status; times 10 ms for orphans to be reaped */

_Noreturn void test_fail(const char *file, int line, const char *what)
{
	printf("# %s:%d: failed: %s\n", file, line, what);
	exit(1);
}

void test_equal(const char *file, int line, const char *what, long long got, long long want)
{
	if (got == want)
		return;
	printf("# %s:%d: got %lld, wanted %lld\n", file, line, got, want);
	test_fail(file, line, what);
}

_Noreturn void test_skip(const char *why)
{
	write(note[1], why, strlen(why));
	exit(SKIPPED);
}

/* Pages free, and those that hold what was read of the ramdisk: that is no leak. */
static uint32_t free_pages(void)
{
	struct mem_info m;

	meminfo(&m);
	return m.free + m.cached;
}

/* Every file of a directory, once: its pages stay in memory from then on, and shall not look like a leak of the first case to use them. */
static void read_all(const char *dir)
{
	struct dir_entry e;
	char path[PATH_LEN], buf[64];
	int in = open(dir, O_RDONLY), fd;

	while (dirinfo(in, &e, 1) == 1) {
		snprintf(path, sizeof path, "%s/%s", dir, e.name);
		if (e.type != FILE_REGULAR || (fd = open(path, O_RDONLY)) < 0)
			continue;
		while (read(fd, buf, sizeof buf) > 0 && lseek(fd, PAGE - sizeof buf, SEEK_CUR) > 0)
			;
		close(fd);
	}
	close(in);
}

static void warm(void)
{
	read_all("/");
	read_all("/bin");
	if (fork() == 0)		/* a program that forks by itself keeps a few pages from its first time on */
		_exit(0);
	wait(NULL);
}

static unsigned processes(void)
{
	struct proc_info p;
	unsigned n = 0;

	while (procinfo(n, &p) == 0)
		n++;
	return n;
}

/* Is the machine as it was?  Orphans that init has yet to reap get some time. */
static int restored(uint32_t pages_before, unsigned procs_before)
{
	for (int i = 0; i < PATIENCE && (processes() != procs_before || free_pages() != pages_before); i++)
		msleep(10);
	if (processes() != procs_before)
		printf("# %u processes before, %u after\n", procs_before, processes());
	if (free_pages() != pages_before)
		printf("# %u pages free before, %u after\n", pages_before, free_pages());
	return processes() == procs_before && free_pages() == pages_before && audit() == 0;
}

static void how(const struct wait_info *w)
{
	static const char *const kinds[] = FAULT_NAMES;

	if (w->how == END_FAULT)
		printf("# died of %s at %#llx, pc %#llx\n", kinds[w->code], (unsigned long long)w->va, (unsigned long long)w->pc);
	else
		printf("# ended: how %d, code %d\n", w->how, w->code);
}

static int run(const struct test *t, int n)
{
	uint32_t pages_before = free_pages();
	unsigned procs_before = processes();
	struct wait_info w;
	char why[80];
	int ok, len = 0;
	pid_t pid;

	printf("# begin %d - %s\n", n, t->title);
	fflush(stdout);
	if ((pid = fork()) == 0) {
		t->run();
		exit(0);
	}
	ok = pid > 0 && waitinfo(pid, &w, 0) == pid && w.how == END_EXIT && (w.code == 0 || w.code == SKIPPED);
	if (ok && w.code == SKIPPED)
		len = read(note[0], why, sizeof why);
	else if (!ok)
		how(&w);
	ok &= restored(pages_before, procs_before);
	printf("%sok %d - %s%s%.*s\n", ok ? "" : "not ", n, t->title, len > 0 ? " # SKIP " : "", len, why);
	fflush(stdout);
	return ok;
}

/* The arguments with a space between: the kernel's own arguments know no quotes. */
static const char *pattern_of(char **words)
{
	static char pattern[200];

	for (; *words && strlen(pattern) + strlen(*words) + 1 < sizeof pattern; words++)
		strcat(strcat(pattern, *pattern ? " " : ""), *words);
	return pattern;
}

int main(int argc, char **argv)
{
	const char *pattern = pattern_of(argv + 1);
	int n = 0, failed = 0;

	(void)argc;
	for (const struct test *t = __start_tests; t < __stop_tests; t++)
		n += strstr(t->title, pattern) != NULL;
	sysinfo(&sys);
	warm();
	pipe(note);
	restored(free_pages(), processes());	/* what that writes, errno above all, lies in pages that are there from now on */
	printf("TAP version 13\n1..%d\n", n);
	n = 0;
	for (const struct test *t = __start_tests; t < __stop_tests; t++)
		if (strstr(t->title, pattern))
			failed += !run(t, ++n);
	return failed != 0;
}
