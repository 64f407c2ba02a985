/* SPDX-License-Identifier: MIT */
/*
 * buffers.c: every call that moves bytes, with every kind of memory (places.c):
 * all of them arrive, or the call says -EFAULT and has done nothing else, or
 * it says how many did (H3, H12, H13, H14, H17, H18, H21, H22, H36, H39).
 */
#include <errno.h>
#include <fcntl.h>
#include <thread.h>
#include <upcall.h>
#include "places.h"

enum { N = 48 };			/* bytes read or written */

struct call {
	const char *name;
	size_t n;
	const void *fill;		/* what has to lie there before; null: nothing */
	void (*before)(void);		/* null: nothing to do */
	long (*run)(char *p);		/* bytes moved, or -1 and errno */
	void (*after)(const char *p, long moved);	/* what was moved is right, and nothing else happened */
	bool pieces;			/* it may move some */
};

static char pattern[N];
static int fd[2];
static pid_t child;

/* ---- from the kernel to the program ---- */

static void begin_pipe(void)
{
	CHECK(pipe(fd) == 0);
	EQUAL(write(fd[1], pattern, N), N);
}

static long read_pipe(char *p) { return read(fd[0], p, N); }

/* What did not arrive is in the pipe still. */
static void rest_of_pipe(const char *p, long moved)
{
	char rest[N];
	long k = moved > 0 ? moved : 0;

	CHECK(k == 0 || memcmp(p, pattern, k) == 0);
	if (k < N)
		EQUAL(read(fd[0], rest, N), N - k);
	CHECK(memcmp(rest, pattern + k, N - k) == 0);
	close(fd[0]);
	close(fd[1]);
}

/* The same, of a reader that sleeps when they come. */
static void begin_sleepy(void)
{
	CHECK(pipe(fd) == 0);
	if ((child = fork()) == 0) {
		msleep(10);
		_exit(write(fd[1], pattern, N) != N);
	}
	CHECK(child > 0);
}

static void ended(int want)
{
	int status;

	CHECK(waitpid(child, &status, 0) == child);
	EQUAL(status, want << 8);
}

static void rest_of_sleepy(const char *p, long moved)
{
	ended(0);
	rest_of_pipe(p, moved);
}

static void begin_file(void)
{
	CHECK((fd[0] = open("/buffer", O_RDWR | O_CREAT | O_TRUNC)) >= 0);
	EQUAL(write(fd[0], pattern, N), N);
	EQUAL(lseek(fd[0], 0, SEEK_SET), 0);
}

static void end_file(const char *p, long moved)
{
	long k = moved > 0 ? moved : 0;

	EQUAL(lseek(fd[0], 0, SEEK_CUR), k);
	CHECK(k == 0 || memcmp(p, pattern, k) == 0);
	CHECK(close(fd[0]) == 0 && unlink("/buffer") == 0);
}

static void begin_child(void)
{
	if ((child = fork()) == 0)
		_exit(7);
	CHECK(child > 0);
}

static long wait_for(char *p) { return waitinfo(child, (void *)p, 0) == child ? (long)sizeof(struct wait_info) : -1; }

/* A report that could not be given is not lost. */
static void waited(const char *p, long moved)
{
	struct wait_info w;

	if (moved < 0)
		CHECK(waitinfo(child, &w, 0) == child);
	else
		memcpy(&w, p, sizeof w);
	EQUAL(w.pid, child);
	EQUAL(w.code, 7);
	EQUAL(waitinfo(child, &w, 0), -1);
}

static int lowest(void)
{
	int free = dup(0);

	close(free);
	return free;
}

static int first;

static void before_pipe(void) { first = lowest(); }
static long make_pipe(char *p) { return pipe((int *)(void *)p) == 0 ? (long)sizeof fd : -1; }

static void made_pipe(const char *p, long moved)
{
	if (moved > 0) {
		memcpy(fd, p, sizeof fd);
		CHECK(close(fd[0]) == 0 && close(fd[1]) == 0);
	}
	EQUAL(lowest(), first);
}

static long stat_it(char *p) { return fileinfo(0, (void *)p) == 0 ? (long)sizeof(struct file_info) : -1; }

static void stat_same(const char *p, long moved)
{
	struct file_info good;

	CHECK(fileinfo(0, &good) == 0 && (moved < 0 || memcmp(p, &good, sizeof good) == 0));
}

static long count_all(char *p) { return counts(0, (void *)p) == 0 ? (long)sizeof(struct counts) : -1; }
static long memory_all(char *p) { return meminfo((void *)p) == 0 ? (long)sizeof(struct mem_info) : -1; }

static void memory_same(const char *p, long moved)
{
	struct mem_info good, got;

	memcpy(&got, moved < 0 ? (void *)&good : p, moved < 0 ? 0 : sizeof got);
	CHECK(meminfo(&good) == 0 && (moved < 0 || got.total == good.total));
}

static long process_first(char *p) { return procinfo(0, (void *)p) == 0 ? (long)sizeof(struct proc_info) : -1; }

static void process_same(const char *p, long moved)
{
	struct proc_info got;

	if (moved < 0)
		return;
	memcpy(&got, p, sizeof got);
	EQUAL(got.pid, 1);
}

static long system_all(char *p) { return sysinfo((void *)p) == 0 ? (long)sizeof sys : -1; }
static void system_same(const char *p, long moved) { CHECK(moved < 0 || memcmp(p, &sys, sizeof sys) == 0); }

/* Of the program's own first page. */
static long runs(char *p) { return query(0, 0, (void *)(uintptr_t)sys.stack_top, (void *)p, 2) == 2 ? (long)(2 * sizeof(struct page_run)) : -1; }

static void runs_rise(const char *p, long moved)
{
	struct page_run r[2];

	if (moved < 0)
		return;
	memcpy(r, p, sizeof r);
	CHECK(r[0].lo < r[0].hi && r[0].hi <= r[1].lo && r[1].lo < r[1].hi);
}

enum { WORD = 77 };

static void begin_sender(void)
{
	pid_t me = getpid();

	if ((child = fork()) == 0)
		_exit(ipc_send(me, WORD, (void *)IPC_NOPAGE, 0, IPC_FOREVER) < 0);
	CHECK(child > 0);
}

static long receive(char *p) { return ipc_recv((void *)IPC_NOPAGE, (void *)p, IPC_FOREVER) == 0 ? (long)sizeof(struct ipc_msg) : -1; }

/* A letter that had nowhere to go still comes. */
static void received(const char *p, long moved)
{
	struct ipc_msg m;

	if (moved < 0)
		CHECK(ipc_recv((void *)IPC_NOPAGE, &m, IPC_FOREVER) == 0);
	else
		memcpy(&m, p, sizeof m);
	CHECK(m.from == child && m.value == WORD);
	ended(0);
}

/* Answers one word with the next. */
static void begin_server(void)
{
	struct ipc_msg m;

	if ((child = fork()) == 0)
		_exit(ipc_recv((void *)IPC_NOPAGE, &m, IPC_FOREVER) < 0 ||
			ipc_send(m.from, m.value + 1, (void *)IPC_NOPAGE, 0, IPC_FOREVER) < 0);
	CHECK(child > 0);
}

static long call_it(char *p)
{
	return ipc_call(child, WORD, (void *)IPC_NOPAGE, 0, (void *)p, IPC_FOREVER) == 0 ? (long)sizeof(struct ipc_msg) : -1;
}

/* A call without a place for its answer is not sent. */
static void called(const char *p, long moved)
{
	struct ipc_msg m;

	if (moved < 0)
		CHECK(ipc_call(child, WORD, (void *)IPC_NOPAGE, 0, &m, IPC_FOREVER) == 0);
	else
		memcpy(&m, p, sizeof m);
	EQUAL(m.value, WORD + 1);
	ended(0);
}

static const struct call out[] = {
	{ "read from a pipe", N, 0, begin_pipe, read_pipe, rest_of_pipe, true },
	{ "read from a pipe, asleep", N, 0, begin_sleepy, read_pipe, rest_of_sleepy, true },
	{ "read from a file", N, 0, begin_file, read_pipe, end_file, true },
	{ "wait", sizeof(struct wait_info), 0, begin_child, wait_for, waited, false },
	{ "pipe", sizeof fd, 0, before_pipe, make_pipe, made_pipe, false },
	{ "fstat", sizeof(struct file_info), 0, 0, stat_it, stat_same, false },
	{ "counts", sizeof(struct counts), 0, 0, count_all, 0, false },
	{ "meminfo", sizeof(struct mem_info), 0, 0, memory_all, memory_same, false },
	{ "procinfo", sizeof(struct proc_info), 0, 0, process_first, process_same, false },
	{ "sysinfo", sizeof sys, 0, 0, system_all, system_same, false },
	{ "query", 2 * sizeof(struct page_run), 0, 0, runs, runs_rise, false },
	{ "ipc_recv", sizeof(struct ipc_msg), 0, begin_sender, receive, received, false },
	{ "ipc_call", sizeof(struct ipc_msg), 0, begin_server, call_it, called, false },
};

/* ---- from the program to the kernel ---- */

static void begin_empty(void) { CHECK(pipe(fd) == 0); }
static long write_pipe(char *p) { return write(fd[1], p, N); }

static void in_pipe(const char *p, long moved)
{
	char got[N + 1];
	long k = moved > 0 ? moved : 0;

	(void)p;
	if (k)
		EQUAL(read(fd[0], got, sizeof got), k);
	CHECK(memcmp(got, pattern, k) == 0);
	CHECK(write(fd[1], "x", 1) == 1 && read(fd[0], got, sizeof got) == 1);	/* no more was there */
	close(fd[0]);
	close(fd[1]);
}

/* To a reader that sleeps: it ends with what it got, if that was right. */
static void begin_reader(void)
{
	char got[N];
	int n = 0, k;

	CHECK(pipe(fd) == 0);
	if ((child = fork()) == 0) {
		close(fd[1]);
		while (n < N && (k = read(fd[0], got + n, N - n)) > 0)
			n += k;
		_exit(memcmp(got, pattern, n) ? 255 : n);
	}
	CHECK(child > 0);
	msleep(10);
}

static void read_by_child(const char *p, long moved)
{
	(void)p;
	close(fd[0]);
	close(fd[1]);
	ended(moved > 0 ? moved : 0);
}

static void begin_new(void) { CHECK((fd[1] = open("/buffer", O_RDWR | O_CREAT | O_TRUNC)) >= 0); }

static void in_file(const char *p, long moved)
{
	char got[N + 1];
	long k = moved > 0 ? moved : 0;

	(void)p;
	EQUAL(lseek(fd[1], 0, SEEK_SET), 0);
	EQUAL(read(fd[1], got, sizeof got), k);
	CHECK(memcmp(got, pattern, k) == 0);
	CHECK(close(fd[1]) == 0 && unlink("/buffer") == 0);
}

static const char true_path[] = "/bin/true", gone_path[] = "/buffer";
static char *const true_argv[] = { (char *)"true", 0 };
static const int std_fds[3] = { 0, 1, 2 };
static const uint32_t word = 5;

static long open_it(char *p)
{
	int got = open(p, O_RDONLY);

	return got < 0 ? -1 : close(got) == 0 ? (long)sizeof true_path : -2;
}

static void open_after(const char *p, long moved) { (void)p, (void)moved; EQUAL(lowest(), first); }
static void begin_gone(void) { begin_new(); close(fd[1]); }
static long unlink_it(char *p) { return unlink(p) == 0 ? (long)sizeof gone_path : -1; }
static void unlinked(const char *p, long moved) { (void)p; EQUAL(unlink(gone_path), moved < 0 ? 0 : -1); }

/* How a child's exec ended: n, or -1 and its errno. */
static long exec_by_child(const char *path, char *const argv[], char *const envp[], size_t n)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execve(path, argv, envp);
		_exit(errno);
	}
	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid && (status & 0xff) == 0);
	errno = status >> 8;
	return status ? -1 : (long)n;
}

static long exec_path(char *p) { return exec_by_child(p, true_argv, NULL, sizeof true_path); }
static long exec_argv(char *p) { return exec_by_child(true_path, (char **)(void *)p, NULL, sizeof true_argv); }
static long exec_arg(char *p) { return exec_by_child(true_path, (char *[]){ (char *)"true", p, 0 }, NULL, sizeof true_path); }
static long exec_env(char *p) { return exec_by_child(true_path, true_argv, (char **)(void *)p, sizeof true_argv); }

static long spawned(pid_t pid, size_t n)
{
	int status;

	if (pid < 0)
		return -1;
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	return n;
}

static long spawn_path(char *p) { return spawned(spawn(p, true_argv, 0), sizeof true_path); }
static long spawn_argv(char *p) { return spawned(spawn(true_path, (char **)(void *)p, 0), sizeof true_argv); }
static long spawn_fds(char *p) { return spawned(spawn(true_path, true_argv, (int *)(void *)p), sizeof std_fds); }
static long spawn_env(char *p) { return spawned(spawnve(true_path, true_argv, 0, (char **)(void *)p), sizeof true_argv); }
static long look_at(char *p) { return futex_wait((void *)p, word + 1) < 0 && errno == EAGAIN ? (long)sizeof word : -1; }

static const struct call in[] = {
	{ "write to a pipe", N, pattern, begin_empty, write_pipe, in_pipe, true },
	{ "write to a pipe, to one asleep", N, pattern, begin_reader, write_pipe, read_by_child, true },
	{ "write to a file", N, pattern, begin_new, write_pipe, in_file, true },
	{ "open", sizeof true_path, true_path, before_pipe, open_it, open_after, false },
	{ "unlink", sizeof gone_path, gone_path, begin_gone, unlink_it, unlinked, false },
	{ "exec: path", sizeof true_path, true_path, 0, exec_path, 0, false },
	{ "exec: argv", sizeof true_argv, true_argv, 0, exec_argv, 0, false },
	{ "exec: an argument", sizeof true_path, true_path, 0, exec_arg, 0, false },
	{ "exec: environment", sizeof true_argv, true_argv, 0, exec_env, 0, false },
	{ "spawn: path", sizeof true_path, true_path, 0, spawn_path, 0, false },
	{ "spawn: argv", sizeof true_argv, true_argv, 0, spawn_argv, 0, false },
	{ "spawn: descriptors", sizeof std_fds, std_fds, 0, spawn_fds, 0, false },
	{ "spawn: environment", sizeof true_argv, true_argv, 0, spawn_env, 0, false },
	{ "futex_wait", sizeof word, &word, 0, look_at, 0, false },
};

/* ---- each with each ---- */

static bool as_it_should(const struct call *c, enum much much, long moved)
{
	if (much == ALL)
		return moved == (long)c->n;
	if (much == HALF && c->pieces && moved > 0)
		return moved < (long)c->n;
	return moved == -1 && errno == EFAULT;
}

static void one(const struct call *c, const struct place *place, enum much much)
{
	char *p;
	long moved;

	place_fill = c->fill;
	p = place->make(c->n);
	if (c->before)
		c->before();
	errno = 0;
	moved = c->run(p);
	if (!as_it_should(c, much, moved)) {
		printf("# %s, memory %s: %ld of %lu, errno %d\n", c->name, place->name, moved, (unsigned long)c->n, errno);
		test_fail(__FILE__, __LINE__, "as_it_should");
	}
	if (c->after)
		c->after(p, moved);
	place_done(place);
}

static void set_pattern(void)
{
	for (int i = 0; i < N; i++)
		pattern[i] = 'A' + i;
}

TEST(out_of_kernel, "buffers: every call that gives bytes to the program, with every kind of memory (H3, H12, H14, H18, H21, H22)")
{
	set_pattern();
	for (unsigned i = 0; i < sizeof out / sizeof *out; i++)
		for (unsigned k = 0; k < place_count; k++)
			one(&out[i], &places[k], places[k].out);
}

/* A word is never half in a page. */
TEST(into_kernel, "buffers: every call that takes bytes from the program, with every kind of memory (H3, H12, H36)")
{
	set_pattern();
	for (unsigned i = 0; i < sizeof in / sizeof *in; i++)
		for (unsigned k = 0; k < place_count; k++)
			if (in[i].n > sizeof word || places[k].in != HALF)
				one(&in[i], &places[k], places[k].in);
}
