/* SPDX-License-Identifier: MIT */
/* libc.c: what of the C library only a guest can show; tests/host/libc_test.c has the rest. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
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
