/* SPDX-License-Identifier: MIT */
/*
 * sharing.c: processes that share tables and pages, and part or multiply at
 * the same moment.  They meet in memory that stays shared over fork.
 */
#include "meet.h"
#include "test.h"

enum { SIDES = 2, ROUNDS = 10, N = 16 };

static struct board { struct meet meet; } *board;

static void set_up(void)
{
	board = (void *)pages_prot(1, PROT_READ | PROT_WRITE, MAP_SHARED);
}

static void fill(char *p, char value)
{
	for (int i = 0; i < N; i++)
		p[i * PAGE] = value;
}

static void check(const char *p, char value)
{
	for (int i = 0; i < N; i++)
		EQUAL(p[i * PAGE], value);
}

static void reap(pid_t pid)
{
	int status;

	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
	EQUAL(status, 0);
}

/* One side of a table that two hold: at the same moment as the other it writes, each page in its own order. */
static void part(char *p, unsigned side, unsigned turn)
{
	meet(&board->meet, SIDES, turn);
	for (int i = 0; i < N; i++) {
		int k = side ? N - 1 - i : i;

		EQUAL(p[k * PAGE], 1);
		p[k * PAGE] = (char)(2 + side);
	}
	check(p, (char)(2 + side));
}

/*
 * Broken by an unsharing that drops the table before it has raised its pages' counts, or asks for a count that
 * somebody changes meanwhile: a page then is written by both, or lost, and the audit says so.
 */
TEST(unshare, "sharing: two part from one table at the same moment, each writes every page")
{
	set_up();
	for (int n = 0; n < ROUNDS; n++)
		for (int s = 0; each_strategy(&s); s++) {
			char *p = pages(N);
			pid_t pid;

			fill(p, 1);
			board->meet.came = 0;
			if ((pid = rfork(s)) == 0) {
				part(p, 1, 1);
				_exit(0);
			}
			part(p, 0, 1);
			reap(pid);
			check(p, 2);
			CHECK(munmap(p, N * PAGE) == 0);
		}
}

/* Forks what it shares with the other side, at the same moment; the child writes, and we after it. */
static void fork_again(char *p, int strategy, unsigned side)
{
	pid_t pid;

	meet(&board->meet, SIDES, 1);
	if ((pid = rfork(strategy)) == 0) {
		check(p, 1);
		fill(p, 7);
		check(p, 7);
		_exit(0);
	}
	check(p, 1);
	fill(p, (char)(2 + side));
	reap(pid);
	check(p, (char)(2 + side));
}

/* Broken by a count that is not changed in one step, or by a second sweep of a table that is swept and shared. */
TEST(two_forks, "sharing: two fork one shared table at the same moment, by every two strategies")
{
	set_up();
	for (int s = 0; each_strategy(&s); s++)
		for (int t = 0; each_strategy(&t); t++) {
			char *p = pages(N);
			pid_t pid;

			fill(p, 1);
			board->meet.came = 0;
			if ((pid = rfork(FORK_TABLE)) == 0) {
				fork_again(p, s, 1);
				_exit(0);
			}
			fork_again(p, t, 0);
			reap(pid);
			CHECK(munmap(p, N * PAGE) == 0);
		}
}

/* ---- H26: more processes than address-space numbers ---- */

enum { ALIVE = 40, PASSING = 300, PASSING_FEW_NUMBERS = 1500 };

static void keep(int to_read, int value)
{
	volatile int *p = (void *)pages(1);
	char c;

	*p = value;
	while (read(to_read, &c, 1) > 0)
		CHECK(*p == value);
	CHECK(*p == value);
	_exit(0);
}

/* Comes and goes: uses the address that the living ones use. */
static void pass(int value)
{
	volatile int *p = (void *)pages(1);

	CHECK(*p == 0);
	*p = -value;
	_exit(*p != -value);
}

/* Broken by a number that is used again before its last owner's entries are forgotten (asid.c), on a machine with few. */
TEST(h26, "sharing: more processes come, live and go than there are address-space numbers (H26)")
{
	int passing = strcmp(sys.format, "r4000") == 0 ? PASSING_FEW_NUMBERS : PASSING, fd[2];
	pid_t alive[ALIVE];

	CHECK(pipe(fd) == 0);
	for (int i = 0; i < ALIVE; i++)
		if ((alive[i] = fork()) == 0) {
			close(fd[1]);
			keep(fd[0], i + 1);
		}
	for (int i = 0; i < passing; i += 2) {
		pid_t one = fork(), two;

		if (one == 0)
			pass(i + 1);
		if ((two = fork()) == 0)
			pass(i + 2);
		CHECK(write(fd[1], "x", 1) == 1);		/* some that lives looks at its page */
		reap(one);
		reap(two);
	}
	close(fd[0]);
	close(fd[1]);
	for (int i = 0; i < ALIVE; i++)
		reap(alive[i]);
}
