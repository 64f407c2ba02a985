/* SPDX-License-Identifier: MIT */
/*
 * streams_test.c: pipes and the console, against simple models.  What a
 * process would sleep for is played by meanwhile().  Prints TAP.  Usage:
 * streams_test [SEED].
 */
#include "files.h"

/* ---- pipes against a queue ---- */

static struct { char byte[PGSIZE]; size_t n; } queue;

static bool pipe_out(int fd, size_t off, size_t n)
{
	size_t want = usable(off, n < queue.n ? n : queue.n);
	char got[2 * PGSIZE];
	intptr_t r = sys_read(fd, BUF + off, n);

	if (!n || !queue.n)
		return r == (n ? -EINTR : 0);
	if (r != (want ? (intptr_t)want : -EFAULT))
		return false;
	if (r > 0)
		user_get(got, BUF + off, r);
	if (r > 0 && memcmp(got, queue.byte, r))
		return false;
	queue.n -= want;
	memmove(queue.byte, queue.byte + want, queue.n);
	return true;
}

static bool pipe_in(int fd, size_t off, size_t n)
{
	size_t left = PGSIZE - queue.n, want = usable(off, n < left ? n : left);
	char bytes[2 * PGSIZE];
	intptr_t r;

	if (n <= PIPE_ATOMIC && n > left)
		want = 0;
	for (size_t i = 0; i < want; i++)
		bytes[i] = below(256);
	if (want)
		user_put(BUF + off, bytes, want);
	r = sys_write(fd, BUF + off, n);
	if (r != (want || !n ? (intptr_t)want : n > left && (n <= PIPE_ATOMIC || !left) ? -EINTR : -EFAULT))
		return false;
	memcpy(queue.byte + queue.n, bytes, want);
	queue.n += want;
	return true;
}

static bool pipes_model(int rounds)
{
	int32_t fd[2];

	for (int round = 0; round < rounds; round++) {
		queue.n = 0;
		if (sys_pipe(BUF + 10))
			return false;
		user_get(fd, BUF + 10, sizeof(fd));
		for (int i = 0; i < 400; i++) {
			size_t off = below(HOLE + PGSIZE + 100), n = below(below(4) ? 600 : PGSIZE + 200);

			if (!(below(2) ? pipe_in(fd[1], off, n) : pipe_out(fd[0], off, n)))
				return false;
		}
		if (!is(sys_lseek(fd[0], 0, 0), -ESPIPE) || !is(sys_read(fd[1], BUF, 1), -EBADF))
			return false;
		if (!settled())
			return false;
	}
	return true;
}

static void drain(void) { sys_read(0, BUF + BACK, PGSIZE); }
static void fill_some(void)
{
	user_put(BUF + BACK, "abc", 3);
	sys_write(1, BUF + BACK, 3);
}
static void close_reader(void) { sys_close(0); }
static void close_writer(void) { sys_close(1); }

static bool pipes_blocking(void)
{
	bool good;

	/* A sleeping end goes on when the other end acts, or closes. */
	sys_pipe(BUF);
	meanwhile = fill_some;
	good = is(sys_read(0, BUF, 100), 3);
	meanwhile = drain;
	good = good && is(sys_write(1, BUF, 2 * PGSIZE), 2 * PGSIZE);
	drain();
	meanwhile = close_writer;
	good = good && is(sys_read(0, BUF, 100), 0);
	close_all();
	sys_pipe(BUF);
	meanwhile = close_reader;
	good = good && is(sys_write(1, BUF, 2 * PGSIZE), PGSIZE) && is(sys_write(1, BUF, 1), -EPIPE);
	meanwhile = NULL;
	close_all();
	/* What was written can be read after the writer is gone. */
	sys_pipe(BUF);
	good = good && is(sys_write(1, BUF, 3), 3) && is(sys_close(1), 0) && is(sys_read(0, BUF, 9), 3) &&
	       is(sys_read(0, BUF, 9), 0);
	close_all();
	return good && is(sys_pipe(BUF + HOLE), -EFAULT) && !me.own.fd[0] && !me.own.fd[1] && settled();
}

/* Who does not wait is told so, and the other end is none the wiser. */
static bool pipes_hasty(void)
{
	bool good;

	sys_pipe(BUF);
	good = is(sys_fcntl(0, F_SETFL, O_NONBLOCK), 0) && is(sys_fcntl(0, F_GETFL, 0), O_NONBLOCK) && is(sys_fcntl(1, F_GETFL, 0), O_WRONLY);
	good = good && is(sys_read(0, BUF, 9), -EAGAIN) && is(sys_write(1, BUF, 3), 3) && is(sys_read(0, BUF, 9), 3) && is(sys_read(0, BUF, 9), -EAGAIN);
	meanwhile = drain;			/* the writer waits still */
	good = good && is(sys_write(1, BUF, 2 * PGSIZE), 2 * PGSIZE);
	drain();
	meanwhile = NULL;
	good = good && is(sys_fcntl(1, F_SETFL, O_NONBLOCK), 0) && is(sys_write(1, BUF, 2 * PGSIZE), PGSIZE) && is(sys_write(1, BUF, 1), -EAGAIN) &&
	       is(sys_read(0, BUF, 100), 100) && is(sys_write(1, BUF, 101), -EAGAIN) && is(sys_write(1, BUF, 600), 100);
	drain();
	meanwhile = fill_some;			/* and who waits again waits */
	good = good && is(sys_fcntl(0, F_SETFL, 0), 0) && is(sys_read(0, BUF, 9), 3);
	meanwhile = NULL;
	return good && is(sys_close(1), 0) && is(sys_fcntl(0, F_SETFL, O_NONBLOCK), 0) && is(sys_read(0, BUF, 9), 0) && settled();
}

static intptr_t wrote;
static void write_from_hole(void)
{
	wrote = sys_write(1, BUF + HOLE, 3);
	sys_close(1);
}
static void wake_for_nothing(void)
{
	me.state = PROC_READY;
	meanwhile = fill_some;
}
static void write_much(void) { wrote = sys_write(1, BUF, HAND + 1); }

/* Bytes that go straight to who sleeps for them. */
static bool pipes_taker(void)
{
	char got[4];
	bool good;

	sys_pipe(BUF);
	meanwhile = fill_some;
	good = is(sys_read(0, BUF + PGSIZE - 2, 3), 3);
	user_get(got, BUF + PGSIZE - 2, 3);
	good = good && !memcmp(got, "abc", 3);
	/* More than it wants, or where it cannot have them: they stay. */
	good = good && is(sys_read(0, BUF, 2), 2) && is(sys_read(0, BUF, 2), 1) && is(sys_read(0, BUF + HOLE, 3), -EFAULT);
	good = good && is(sys_read(0, BUF + HOLE - 2, 3), 2) && is(sys_read(0, BUF, 9), 1);
	meanwhile = wake_for_nothing;
	good = good && is(sys_read(0, BUF, 9), 3);
	meanwhile = write_much;
	good = good && is(sys_read(0, BUF + BACK, 9), 9) && is(wrote, HAND + 1) && is(sys_read(0, BUF, PGSIZE), HAND - 8);
	meanwhile = NULL;
	good = good && is(sys_read(0, BUF, 9), -EINTR) && is(sys_write(1, BUF, 3), 3) && is(sys_read(0, BUF, 9), 3);
	/* What the writer's memory lacks is its error, and the sleeper's nothing. */
	meanwhile = write_from_hole;
	good = good && is(sys_read(0, BUF, 9), 0) && is(wrote, -EFAULT);
	meanwhile = NULL;
	return good && settled();
}

static word do_pipe(void)
{
	word r = sys_pipe(BUF);

	close_all();
	return r;
}

/* ---- the console ---- */

static void type(const char *s)
{
	for (; *s; s++)
		console_input((unsigned char)*s);
}

static bool heard(const char *s) { return strlen(s) == nsaid && !memcmp(s, said, nsaid); }

static bool typed(const char *keys, const char *echoed, const char *read1, const char *read2)
{
	const char *want[] = { read1, read2 };
	bool good;
	char got[64];

	hush();
	type(keys);
	good = heard(echoed);
	for (int i = 0; i < 2; i++) {
		intptr_t r = sys_read(0, BUF, sizeof(got));

		if (r > 0)
			user_get(got, BUF, r);
		good = good && (want[i] ? r == (intptr_t)strlen(want[i]) && !memcmp(got, want[i], r) : r == -EINTR);
	}
	if (!good)
		printf("# typed \"%s\", heard \"%.*s\"\n", keys, (int)nsaid, said);
	return good;
}

static void type_line(void) { type("late\r"); }

static bool console_edits(void)
{
	bool good;

	me.own.fd[0] = file_new(&console_ops, O_RDWR);
	console_init();
	good = typed("ls\r", "ls\r\n", "ls\n", NULL) && typed("a\nb\n", "a\r\nb\r\n", "a\n", "b\n") &&
	       typed("ax\x7fy\b\b\b\bc\r", "ax\b \by\b \b\b \bc\r\n", "c\n", NULL) &&
	       typed("ab\025c\n", "ab\b \b\b \bc\r\n", "c\n", NULL) && typed("\004", "", "", NULL) &&
	       typed("ab\004", "ab", "ab", NULL) && typed("x\004\004", "x", "x", "") &&
	       typed("\t\001\033q\n", " q\r\n", "\tq\n", NULL);
	meanwhile = type_line;
	good = good && is(sys_read(0, BUF, 64), 5);
	good = good && is(sys_fcntl(0, F_SETFL, O_NONBLOCK), 0) && is(sys_read(0, BUF, 64), -EAGAIN) && is(sys_fcntl(0, F_SETFL, 0), 0) &&
	       is(sys_read(0, BUF, 64), 5);
	meanwhile = NULL;
	type("half");
	good = good && is(sys_ttymode(TTY_RAW), TTY_COOKED) && typed("\003\r\x7f", "", "half\003\r\x7f", NULL) &&
	       is(sys_ttymode(TTY_ASK), TTY_RAW) && is(sys_ttymode(2), -EINVAL) && is(sys_ttymode(TTY_COOKED), TTY_RAW);
	return settled() && good;
}

/* ^C interrupts the job that is in front, and takes back the line; nobody else. */
static bool console_interrupts(void)
{
	bool good;

	me.own.fd[0] = file_new(&console_ops, O_RDWR);
	me.pid = 7;
	me.job = 7;
	others[0].job = others[1].job = 3;
	others[2].job = 7;
	for (int i = 0; i < 3; i++)
		others[i].state = PROC_SLEEPING;	/* a slot that is free is nobody */
	sys_ttymode(TTY_COOKED);
	good = is(sys_ttyjob(3), 1) && is(sys_ttyjob(0), 3) && is(sys_ttyjob(-1), -EINVAL) && typed("ab\003c\n", "ab^C\r\nc\r\n", "c\n", NULL) && others[0].killed == SIGINT && others[1].killed &&
	       !others[2].killed && !me.killed;
	others[0].killed = false;
	others[1].state = PROC_ZOMBIE;
	others[1].killed = false;
	sys_ttymode(TTY_RAW);
	good = good && typed("\003", "", "\003", NULL) && !others[0].killed;
	sys_ttymode(TTY_COOKED);
	type("\003");
	return settled() && good && others[0].killed && !others[1].killed;
}

static bool console_full(void)
{
	bool good = true;

	me.own.fd[0] = file_new(&console_ops, O_RDWR);
	for (int i = 0; i < 3 * IN_N; i++)
		console_input('x');
	hush();
	console_input('y');
	good = heard("\a");
	console_input('\n');
	good = good && is(sys_read(0, BUF + HOLE, 10), -EFAULT) && is(sys_read(0, BUF, 10), 10) &&
	       is(sys_read(0, BUF, 2 * IN_N), IN_N - 10) && is(sys_read(0, BUF, 10), -EINTR);
	return settled() && good;
}

/* The kernel ends a program's line before it speaks, and the reverse. */
static bool console_lines(void)
{
	bool good;

	me.own.fd[0] = file_new(&console_ops, O_RDWR);
	user_put(BUF, "prog\nabc", 8);
	hush();
	good = is(sys_write(0, BUF + 5, 3), 3);
	console_begin(true);
	kprintf("kernel\n");
	console_end();
	good = good && is(sys_write(0, BUF, 5), 5) && is(sys_write(0, BUF + HOLE - 2, 9), 2) &&
	       is(sys_write(0, BUF + HOLE, 9), -EFAULT);
	return settled() && good && nsaid == 21 && !memcmp(said, "abc\r\nkernel\r\nprog\r\n", 19);
}

int main(int argc, char **argv)
{
	set_up(argc, argv);
	ok(pipes_model(60), "pipes: random reads and writes");
	ok(pipes_blocking(), "pipes: sleep, wake, end of file, broken pipe");
	ok(pipes_hasty(), "pipes: who does not wait");
	ok(pipes_taker(), "pipes: bytes that go straight to who sleeps for them");
	ok(failing(do_pipe), "pipes: every allocation fails once");
	ok(console_edits(), "console: editing, end of file, raw");
	ok(console_interrupts(), "console: ^C");
	ok(console_full(), "console: no more input than there is room");
	ok(console_lines(), "console: the kernel's lines are its own");
	return tap_end();
}
