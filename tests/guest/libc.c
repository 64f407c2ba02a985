/* SPDX-License-Identifier: MIT */
/* libc.c: what of the C library only a guest can show; tests/host/libc_test.c has the rest. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include "test.h"

static jmp_buf place;

static __attribute__((noinline)) void deeper(int n)
{
	volatile char fill[200];

	fill[n] = n;
	if (n)
		deeper(n - 1);
	longjmp(place, fill[n] & 0);
}

TEST(jumps, "libc: longjmp comes back to setjmp, with its value and what a call keeps")
{
	volatile int rounds = 0, seed = 5;
	long a = seed * 3, b = seed * 7, c = seed * 11, d = seed * 13;	/* in registers that calls keep */
	int got = setjmp(place);

	EQUAL(got, rounds > 0);			/* 0 is told as 1 */
	if (rounds++ < 5)
		deeper(rounds);
	CHECK(a == 15 && b == 35 && c == 55 && d == 65);
	got = setjmp(place);
	if (!got)
		longjmp(place, -7);
	EQUAL(got, -7);
	CHECK(a == 15 && b == 35 && c == 55 && d == 65);
}

static void say(const char *s) { fputs(s, stdout); }
static void last(void) { say("c"); }
static void middle(void) { say("b"); }
static void first(void) { say("a"); atexit(last); }

TEST(at_exit, "libc: exit calls what atexit named, the last one first, then writes what stdio holds")
{
	char got[8] = "";
	int fd[2];

	CHECK(pipe(fd) == 0);
	if (fork() == 0) {
		dup2(fd[1], STDOUT_FILENO);
		atexit(middle);
		atexit(first);
		say("0");
		exit(0);
	}
	close(fd[1]);
	wait(NULL);
	EQUAL(read(fd[0], got, sizeof got), 4);
	CHECK(strcmp(got, "0acb") == 0);
	close(fd[0]);
}

TEST(streams, "libc: a stream writes, reads, seeks, and fclose and exit write what it holds")
{
	char line[80];
	int n = 0, value;
	FILE *f = fopen("/streams", "w+");

	CHECK(f);
	for (int i = 0; i < 500; i++)
		CHECK(fprintf(f, "line %d\n", i) > 0);
	rewind(f);
	while (fscanf(f, "line %d ", &value) == 1)
		EQUAL(value, n++);
	EQUAL(n, 500);
	CHECK(feof(f));
	CHECK(fseek(f, -9, SEEK_END) == 0 && fgets(line, sizeof line, f) && strcmp(line, "line 499\n") == 0);
	CHECK(fclose(f) == 0);
	if (fork() == 0) {
		f = fopen("/streams", "a");
		fputs("the end\n", f);
		exit(0);
	}
	wait(NULL);
	f = fopen("/streams", "r");
	while (fgets(line, sizeof line, f))
		n++;
	EQUAL(n, 1001);
	CHECK(strcmp(line, "the end\n") == 0);
	CHECK(fputc('x', f) == EOF && ferror(f) && errno == EBADF);
	CHECK(fclose(f) == 0 && unlink("/streams") == 0);
	CHECK(!fopen("/streams", "r") && errno == ENOENT);
	CHECK(!fopen("/streams", "q") && errno == EINVAL);
}

/* What the counters say of this process, and POSIX asks for. */
static void faults(void)
{
	struct rusage before, now;
	char *p = pages(5);

	CHECK(getrusage(RUSAGE_SELF, &before) == 0);
	memset(p, 1, 5 * PAGE);
	CHECK(getrusage(RUSAGE_SELF, &now) == 0);
	CHECK(now.ru_minflt >= before.ru_minflt + 5 && now.ru_minflt < before.ru_minflt + 10);
	CHECK(now.ru_utime.tv_sec * 1000000l + now.ru_utime.tv_usec > 0);
	CHECK(getrusage(RUSAGE_CHILDREN, &now) < 0 && errno == EINVAL);
}

TEST(times, "libc: clocks go on, sleeps last long enough")
{
	struct timespec a, b, res;
	struct timeval now;

	CHECK(clock_gettime(CLOCK_MONOTONIC, &a) == 0 && clock_getres(CLOCK_MONOTONIC, &res) == 0);
	EQUAL(res.tv_nsec, 1000000000 / sys.tick_hz);
	CHECK(nanosleep(&(struct timespec){ .tv_nsec = 30000000 }, NULL) == 0 && usleep(1) == 0);
	CHECK(clock_gettime(CLOCK_REALTIME, &b) == 0);
	CHECK((b.tv_sec - a.tv_sec) * 1000 + (b.tv_nsec - a.tv_nsec) / 1000000 >= 30);
	CHECK(gettimeofday(&now, NULL) == 0 && (long)now.tv_sec >= (long)b.tv_sec && time(NULL) >= b.tv_sec);
	CHECK(clock_gettime(77, &a) < 0 && errno == EINVAL);
	CHECK(nanosleep(&(struct timespec){ .tv_nsec = 1000000000 }, NULL) < 0 && errno == EINVAL);
	CHECK(clock() >= 0 && clock() <= uptime() * (CLOCKS_PER_SEC / 1000));
	for (long end = uptime() + 50, before = clock(); uptime() < end; )
		CHECK(clock() >= before);
	CHECK(clock() > 0);
	faults();
	EQUAL(sysconf(_SC_PAGESIZE), PAGE);
	EQUAL(sysconf(_SC_NPROCESSORS_ONLN), sys.cpus_running);
	CHECK(sysconf(4711) < 0 && errno == EINVAL);
}

TEST(commands, "libc: system and execl run programs")
{
	int status;

	EQUAL(WEXITSTATUS(system("true")), 0);
	EQUAL(WEXITSTATUS(system("exit 7")), 7);
	EQUAL(WEXITSTATUS(system("no-such-program")), 127);
	if (fork() == 0) {
		execlp("sh", "sh", "-c", "exit", "3", NULL);
		_exit(1);
	}
	wait(&status);
	EQUAL(WEXITSTATUS(status), 3);
}

TEST(scripts, "libc: execvp gives what is no program to the shell, with its arguments; execv does not")
{
	int fd[2], status;
	char got[32] = "";
	FILE *f = fopen("/tmp/script", "w");

	CHECK(f && fputs("echo $0 $2 $#\nexit 5\n", f) >= 0 && fclose(f) == 0 && pipe(fd) == 0);
	if (fork() == 0) {
		char *argv[] = { "other", "one", "two", NULL };

		dup2(fd[1], STDOUT_FILENO);
		if (execv("/tmp/script", argv) < 0 && errno == ENOEXEC)
			execvp("/tmp/script", argv);
		_exit(1);
	}
	wait(&status);
	EQUAL(WEXITSTATUS(status), 5);
	CHECK(read(fd[0], got, sizeof got) > 0 && strcmp(got, "/tmp/script two 2\n") == 0);
	EQUAL(unlink("/tmp/script"), 0);
}

TEST(pipes, "libc: popen reads from a command and writes to one; pclose says how it ended; others' streams are not its")
{
	FILE *in = popen("echo a b; exit 3", "r"), *out = popen("cat > /tmp/copy", "w"), *more = popen("cat", "w");
	char line[32] = "";

	CHECK(in && out && more);
	CHECK(fgets(line, sizeof line, in) && strcmp(line, "a b\n") == 0 && !fgets(line, sizeof line, in));
	EQUAL(pclose(in), 3 << 8);
	CHECK(fputs("to the file\n", out) >= 0);
	EQUAL(pclose(out), 0);				/* were it open in the third command, it would not end */
	EQUAL(pclose(more), 0);
	in = fopen("/tmp/copy", "r");
	CHECK(in && fgets(line, sizeof line, in) && strcmp(line, "to the file\n") == 0);
	CHECK(pclose(in) < 0 && errno == ECHILD);
	CHECK(fclose(in) == 0 && unlink("/tmp/copy") == 0);
	CHECK(!popen("true", "x") && errno == EINVAL);
}

TEST(temporary, "libc: mkstemp, mkdtemp and tmpfile make what is not there yet, and tmpfile leaves nothing")
{
	char a[] = "/tmp/x-XXXXXX", b[] = "/tmp/x-XXXXXX", d[] = "/tmp/XXXXXX", bad[] = "/tmp/XXXXX", line[8];
	struct stat st;
	FILE *f;

	CHECK(mkstemp(a) >= 0 && mkstemp(b) >= 0 && strcmp(a, b) && strncmp(a, "/tmp/x-", 7) == 0);
	CHECK(mkdtemp(d) && stat(d, &st) == 0 && S_ISDIR(st.st_mode));
	CHECK(mkstemp(bad) < 0 && errno == EINVAL && !mkdtemp(bad));
	CHECK(unlink(a) == 0 && unlink(b) == 0 && rmdir(d) == 0);
	CHECK((f = tmpfile()) && fputs("text", f) >= 0);
	rewind(f);
	CHECK(fgets(line, sizeof line, f) && strcmp(line, "text") == 0);
	CHECK(fstat(fileno(f), &st) == 0 && st.st_nlink == 0 && fclose(f) == 0);
}

TEST(complaints, "libc: err and warn name the program, and what errno means")
{
	char got[120] = "";
	int fd[2], status;

	CHECK(pipe(fd) == 0);
	if (fork() == 0) {
		dup2(fd[1], STDERR_FILENO);
		errno = ENOENT;
		warn("no %s", "file");
		warnx("only %d", 7);
		errno = EBADF;
		err(4, NULL);
	}
	wait(&status);
	EQUAL(WEXITSTATUS(status), 4);
	CHECK(read(fd[0], got, sizeof got - 1) > 0);
	CHECK(strcmp(got, "suite: no file: No such file or directory\nsuite: only 7\nsuite: Bad file descriptor\n") == 0);
}

TEST(heap_end, "libc: brk and sbrk move the same end; blocks at any alignment")
{
	char *end = sbrk(0), *p;

	CHECK(brk(end + 3 * PAGE) == 0 && sbrk(0) == end + 3 * PAGE);
	end[3 * PAGE - 1] = 1;
	CHECK(brk(end) == 0 && sbrk(0) == end);
	CHECK((p = aligned_alloc(PAGE, PAGE)) && (uintptr_t)p % PAGE == 0);
	memset(p, 1, PAGE);
	EQUAL(mprotect(p, PAGE, PROT_READ | PROT_WRITE), 0);
	free(p);
}
