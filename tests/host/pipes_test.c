/* SPDX-License-Identifier: MIT */
/* pipes_test.c: core/pipe.c among several processes: who sleeps, who is woken, what arrives (kernel.h).  Prints TAP.  Usage: pipes_test [SEED]. */
#include "kernel.h"
#include "tap.h"
#include <stdlib.h>

enum { FDS = PLAIN, IN = PLAIN + PGSIZE, OUT = PLAIN + 3 * PGSIZE, GONE = PLAIN + PLAIN_PAGES * PGSIZE };
enum { TOTAL = 6000, PERIOD = 251 };

static word fd(int end) { return (word)LOAD(int32_t, FDS + 4 * end); }
static bool made(void) { return is(call(pipe, FDS), 0); }
static bool close_both(void) { return is(call(close, fd(0)), 0) && is(call(close, fd(1)), 0); }

/* Sizes on both sides of what goes straight to a sleeper. */
static unsigned some(unsigned left)
{
	unsigned n = 1 + below(below(3) ? 40 : 700);

	return n < left ? n : left;
}

static int sleeps_reading(void *where)
{
	call(close, fd(1));
	return (int)call(read, fd(0), (va_t)where, 20);
}

static int writes_stream(void *unused)
{
	(void)unused;
	call(close, fd(0));
	for (unsigned n = 0; n < TOTAL; ) {
		va_t from = OUT + below(PGSIZE);
		unsigned k = some(TOTAL - n);
		intptr_t r;

		for (unsigned i = 0; i < k; i++)
			STORE(unsigned char, from + i, (n + i) % PERIOD);
		r = call(write, fd(1), from, k);
		CHECK(is(r, k));
		n += k;
	}
	return 0;
}

/* hasty: who reads does not wait, now and then. */
static bool stream(bool hasty)
{
	unsigned n = 0;
	int pid;

	NEED(made());
	pid = start(writes_stream, NULL);
	NEED(is(call(close, fd(1)), 0));
	for (;;) {
		va_t to = IN + below(PGSIZE);
		intptr_t r;

		if (hasty && below(3) == 0)
			NEED(is(call(fcntl, fd(0), F_SETFL, below(3) ? O_NONBLOCK : 0), 0));
		r = call(read, fd(0), to, 1 + below(300));
		if (r == 0)
			break;
		if (hasty && r == -EAGAIN) {
			step();
			continue;
		}
		NEED(r > 0);
		for (intptr_t i = 0; i < r; i++, n++)
			NEED(LOAD(unsigned char, to + i) == n % PERIOD);
	}
	NEED(n == TOTAL && is(call(close, fd(0)), 0) && exits(pid, 0));
	return settled();
}

/* Nothing is there, nothing fits: told at once to who does not wait; who waits for the same waits. */
static bool hasty(void)
{
	int pid;

	NEED(made() && is(call(fcntl, fd(0), F_SETFL, O_NONBLOCK), 0) && is(call(read, fd(0), IN, 9), -EAGAIN));
	NEED(is(call(write, fd(1), OUT, 9), 9) && is(call(read, fd(0), IN, 20), 9) && is(call(read, fd(0), IN, 9), -EAGAIN));
	NEED(is(call(fcntl, fd(1), F_SETFL, O_NONBLOCK), 0) && is(call(write, fd(1), OUT, 2 * PGSIZE), PGSIZE) && is(call(write, fd(1), OUT, 1), -EAGAIN));
	NEED(close_both() && made() && is(call(fcntl, fd(1), F_SETFL, O_NONBLOCK), 0));
	pid = start(sleeps_reading, (void *)(word)IN);
	NEED(until(pid, PROC_SLEEPING) && is(call(write, fd(1), OUT, 7), 7) && exits(pid, 7) && close_both());
	return settled();
}

/* Reads to the end; what it got, in all and as a sum, goes to the parent through another pipe. */
static int reads_some(void *back)
{
	uint32_t sum[2] = { 0, 0 };
	intptr_t r;

	call(close, fd(1));
	while ((r = call(read, fd(0), IN, 1 + below(90))) > 0)
		for (intptr_t i = 0; i < r; i++, sum[0]++)
			sum[1] += LOAD(unsigned char, IN + i);
	CHECK(r == 0);
	STORE(uint32_t, OUT, sum[0]);
	STORE(uint32_t, OUT + 4, sum[1]);
	CHECK(is(call(write, (word)back, OUT, 8), 8));
	return 0;
}

/* Several sleep for the same pipe: each byte goes to one of them, and the end comes to all. */
static bool readers(void)
{
	enum { N = 3 };
	uint32_t got[2] = { 0, 0 }, want = 0;
	int pid[N], writer;
	word back[2];

	NEED(made());
	back[0] = fd(0);
	back[1] = fd(1);
	NEED(made());
	for (int i = 0; i < N; i++)
		pid[i] = start(reads_some, (void *)back[1]);
	for (int i = 0; i < N; i++)
		NEED(until(pid[i], PROC_SLEEPING));
	writer = start(writes_stream, NULL);
	NEED(close_both());
	for (int i = 0; i < N; i++) {
		NEED(is(call(read, back[0], IN, 8), 8));
		got[0] += LOAD(uint32_t, IN);
		got[1] += LOAD(uint32_t, IN + 4);
		NEED(ended(-1).how == END_EXIT);
	}
	for (unsigned n = 0; n < TOTAL; n++)
		want += n % PERIOD;
	NEED(ended(-1).how == END_EXIT && got[0] == TOTAL && got[1] == want);
	NEED(is(call(close, back[0]), 0) && is(call(close, back[1]), 0));
	(void)writer;
	return settled();
}

/* One that is killed in its sleep takes nothing along. */
static bool killed(void)
{
	int first, second;

	NEED(made());
	first = start(sleeps_reading, (void *)(word)IN);
	NEED(until(first, PROC_SLEEPING));
	second = start(sleeps_reading, (void *)(word)IN);
	NEED(until(second, PROC_SLEEPING));
	NEED(is(call(kill, (word)first, SIGKILL), 0) && ended(first).pid == first);
	NEED(is(call(write, fd(1), OUT, 7), 7) && exits(second, 7) && close_both());
	return settled();
}

/* Bytes that the sleeper has no memory for stay in the pipe, and are nobody's error but its. */
static bool nowhere(void)
{
	int pid;

	NEED(made());
	pid = start(sleeps_reading, (void *)(word)(GONE - 3));
	NEED(until(pid, PROC_SLEEPING));
	STORE(char, OUT + 3, 'd');
	NEED(is(call(write, fd(1), OUT, 7), 7) && exits(pid, 3));
	NEED(is(call(read, fd(0), IN, 20), 4) && LOAD(char, IN) == 'd');
	pid = start(sleeps_reading, (void *)(word)GONE);
	NEED(until(pid, PROC_SLEEPING));
	NEED(is(call(write, fd(1), GONE, 7), -EFAULT) && state_of(pid) == PROC_SLEEPING);
	NEED(is(call(write, fd(1), OUT, 7), 7) && ended(pid).pid == pid && is(call(read, fd(0), IN, 20), 7) && close_both());
	return settled();
}

/* More than a sleeper asked for: it gets that, and the rest is there. */
static bool too_much(void)
{
	int pid;

	NEED(made());
	pid = start(sleeps_reading, (void *)(word)IN);
	NEED(until(pid, PROC_SLEEPING));
	NEED(is(call(write, fd(1), OUT, 30), 30) && exits(pid, 20) && is(call(read, fd(0), IN, 99), 10) && close_both());
	return settled();
}

static void tests(void)
{
	count_pages();
	ok(stream(false), "pipes: a stream in pieces of all sizes, in order");
	ok(stream(true), "pipes: the same, to one that does not always wait");
	ok(hasty(), "pipes: who does not wait");
	ok(readers(), "pipes: three readers share a stream; all hear its end");
	ok(killed(), "pipes: who is killed in its sleep takes nothing along");
	ok(nowhere(), "pipes: bytes for memory that is none stay; the writer's own is its error");
	ok(too_much(), "pipes: more than the sleeper asked for");
	exit(tap_end());
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;

	kernel_run(tests, seed % 3 ? NCPU : 1, seed);	/* some seeds: one CPU */
}
