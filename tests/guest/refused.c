/* SPDX-License-Identifier: MIT */
/*
 * refused.c: the calls of oom.c's kind that move bytes, make threads and
 * children, or manage memory: at each of their allocations refused, they say
 * so, have done nothing, and do it all when they are asked again.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <thread.h>
#include "exo.h"
#include "upcalls.h"

enum { RW = PROT_READ | PROT_WRITE, N = 200 };

static char pattern[N];

static void set_pattern(void)
{
	for (int i = 0; i < N; i++)
		pattern[i] = 'a' + i % 26;
}

/* Again, without the refusal; it was this one. */
static void again(void)
{
	CHECK(errno == ENOMEM || errno == ENOSPC || errno == EAGAIN);
	CHECK(failalloc(0) == 0);
}

static char *fresh(size_t n)
{
	char *p;

	while ((p = mmap(0, n * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) == MAP_FAILED)
		again();
	return p;
}

/* Into pages that are not there yet, astride two. */
static void read_lazily(void *arg)
{
	int *fd = arg;
	char *p = fresh(2) + PAGE - N / 2;
	int got = 0, r;

	while (got < N) {
		r = read(fd[0], p + got, N - got);
		if (r < 0)
			again();
		else
			got += r;
	}
	CHECK(memcmp(p, pattern, N) == 0);
}

static void through_pipe(void *arg)
{
	int fd[2];

	(void)arg;
	while (pipe(fd) < 0)
		again();
	EQUAL(write(fd[1], pattern, N), N);
	read_lazily(fd);
	close(fd[0]);
	close(fd[1]);
}

TEST(read_refused, "refused: read from a pipe into lazy memory: no byte is lost (H11)")
{
	set_pattern();
	CHECK(fail_each(through_pipe, 0) >= 3);
}

/* To one that sleeps in its read: the writer's call is done all the same. */
static void to_sleeper(void *arg)
{
	int fd[2], status;
	unsigned n = failalloc(0);
	pid_t pid;

	(void)arg;
	CHECK(pipe(fd) == 0);
	if ((pid = fork()) == 0) {
		read_lazily(fd);
		_exit(0);
	}
	CHECK(pid > 0);
	msleep(10);
	failalloc(n);
	EQUAL(write(fd[1], pattern, N / 4), N / 4);	/* short enough to go there at once */
	failalloc(0);
	EQUAL(write(fd[1], pattern + N / 4, N - N / 4), N - N / 4);
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	close(fd[0]);
	close(fd[1]);
}

TEST(sleeper_refused, "refused: write to a reader asleep, whose page cannot be had: its read says so, and then gets it")
{
	set_pattern();
	for (unsigned n = 1; n < 8; n++) {
		failalloc(n);
		to_sleeper(0);
		EQUAL(audit(), 0);
	}
}

/* A file grows, or says how far it did. */
static void grow_file(void *arg)
{
	char *big = arg, *got = big + 4 * PAGE;
	int fd, done = 0, r;

	if (unlink("/refused") < 0 && errno != ENOENT)	/* of one that ended for want of memory, in its own text perhaps */
		again();
	while ((fd = open("/refused", O_RDWR | O_CREAT | O_EXCL)) < 0)
		again();
	while (done < 3 * PAGE + 100) {
		r = write(fd, big + done, 3 * PAGE + 100 - done);
		if (r < 0)
			again();
		else
			done += r;
		EQUAL(lseek(fd, 0, SEEK_END), done);
	}
	EQUAL(lseek(fd, 0, SEEK_SET), 0);
	for (int k = 0; k < done; k += r > 0 ? r : 0)
		if ((r = read(fd, got + k, 4 * PAGE - k)) < 0)
			again();
	CHECK(memcmp(got, big, done) == 0);
	while (unlink("/refused") < 0)
		again();
	close(fd);
}

TEST(file_refused, "refused: a file that is made and grows: its size is what was written")
{
	char *big = pages(8);

	for (int i = 0; i < 4 * PAGE; i++)
		big[i] = i % 251;
	memset(big + 4 * PAGE, 1, 4 * PAGE);
	CHECK(fail_each(grow_file, big) >= 4);
	unlink("/refused");
}

/* Names that are there or not; what makes none is never refused. */
static void make_names(void *arg)
{
	(void)arg;
	unlink("/refused.d/link");
	unlink("/refused.d/node");
	unlink("/refused.d/file");
	rmdir("/refused.d");
	while (mkdir("/refused.d", 0777) < 0)
		again();
	CHECK(chdir("/refused.d") == 0);
	while (mknod("node", S_IFCHR, 2) < 0) {
		again();
		CHECK(access("node", F_OK) < 0);
	}
	while (link("node", "link") < 0) {
		again();
		CHECK(access("link", F_OK) < 0);
	}
	CHECK(rename("link", "file") == 0 && unlink("node") == 0 && unlink("file") == 0);
	CHECK(chdir("/") == 0 && rmdir("/refused.d") == 0);
}

TEST(names_refused, "refused: mkdir, mknod and link have made nothing; rename, unlink, rmdir and chdir are not")
{
	CHECK(fail_each(make_names, 0) >= 5);
	mkdir("/refused.d", 0777);
	make_names(0);
}

static void map_file(void *arg)
{
	int fd = open("/bin/true", O_RDONLY), shared = *(int *)arg;
	char *p, c;

	while (fd < 0) {
		again();
		fd = open("/bin/true", O_RDONLY);
	}
	while ((p = mmap(0, PAGE, shared ? PROT_READ : RW, shared ? MAP_SHARED : MAP_PRIVATE, fd, 0)) == MAP_FAILED)
		again();
	c = *(volatile char *)p;		/* refused here, it ends for want of memory */
	EQUAL(c, 0x7f);
	if (!shared)
		p[1] = c;
	close(fd);
}

TEST(map_refused, "refused: faults in mappings of files: read, and write that copies (H11)")
{
	for (int shared = 0; shared < 2; shared++)
		fail_each(map_file, &shared);
	CHECK(fail_each(map_file, &(int){ 0 }) >= 3);
}

static void wait_lazily(void *arg)
{
	struct wait_info *w = (void *)fresh(1);
	unsigned n = failalloc(0);
	pid_t pid = fork();

	(void)arg;
	if (pid == 0)
		_exit(6);
	CHECK(pid > 0);
	msleep(10);
	failalloc(n);
	while (waitinfo(pid, w, 0) < 0)
		again();
	EQUAL(w->code, 6);
	failalloc(0);
}

TEST(wait_refused, "refused: wait into lazy memory: the report is not lost")
{
	for (unsigned n = 1; n < 6; n++) {
		failalloc(n);
		wait_lazily(0);
	}
}

static void spawn_true(void *arg)
{
	char *argv[] = { (char *)"true", (char *)"a word", 0 };
	struct wait_info w;
	pid_t pid;

	(void)arg;
	pid = spawn("/bin/true", argv, 0);
	if (pid < 0) {
		again();
		CHECK((pid = spawn("/bin/true", argv, 0)) > 0);
	}
	CHECK(waitinfo(pid, &w, 0) == pid);
	CHECK((w.how == END_EXIT && w.code == 0) || w.how == END_NOMEM);
}

TEST(spawn_refused, "refused: spawn: an error and no child, or a child that ends for want of memory")
{
	CHECK(fail_each(spawn_true, 0) >= 5);
}

/* The shell says so and goes on, or ends for want of memory, as do those that it runs; whatever it is, nothing is left of it. */
static void spawn_shell(void *arg)
{
	char *argv[] = { (char *)"sh", (char *)"-c", (char *)"X=1; true | cat > /refused.sh; rm /refused.sh", 0 };
	pid_t pid = spawn("/bin/sh", argv, 0);
	struct wait_info w;

	(void)arg;
	if (pid > 0)
		CHECK(waitinfo(pid, &w, 0) == pid && (w.how == END_EXIT || w.how == END_NOMEM));
	else
		CHECK(errno == ENOMEM || errno == EAGAIN);
}

TEST(shell_refused, "refused: a shell and what it runs, at each of their allocations")
{
	CHECK(fail_each(spawn_shell, 0) >= 50);
	unlink("/refused.sh");
}

static int add_one(void *arg)
{
	++*(int *)arg;
	return 3;
}

static void make_thread(void *arg)
{
	int n = 0, status;
	pid_t pid;

	(void)arg;
	while ((pid = thread_create(add_one, &n)) < 0)
		again();
	EQUAL(thread_join(pid, &status), 0);
	EQUAL(n, 1);
}

TEST(thread_refused, "refused: a thread that cannot be made can be made again")
{
	kernel_forks();				/* a stack that is not there could end the program as well */
	CHECK(fail_each(make_thread, 0) >= 2);
}

/* ---- regions: what was there is there still ---- */

static void look(const char *p, int n, char want)
{
	for (int i = 0; i < n; i++)
		EQUAL(p[i * PAGE], want);
}

static void replace(void *arg)
{
	char *p = arg;

	while (mmap(p + 2 * PAGE, 2 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED) {
		again();
		look(p, 6, 1);
	}
	EQUAL(p[2 * PAGE], 0);
	EQUAL(p[PAGE], 1);
}

static void inherit(void *arg)
{
	char *p = arg;

	while (minherit(p + 2 * PAGE, 2 * PAGE, INHERIT_NONE) < 0) {
		again();
		look(p, 6, 1);
	}
	look(p, 6, 1);
}

static void heap(void *arg)
{
	char *end = sbrk(0), *now;

	(void)arg;
	while ((now = sbrk(3 * PAGE)) == (void *)-1) {
		again();
		CHECK(sbrk(0) == end);
	}
	CHECK(now == end);
	memset(now, 1, 3 * PAGE);
	while (sbrk(-3 * PAGE) == (void *)-1)
		again();
	CHECK(sbrk(0) == end);
}

TEST(regions_refused, "refused: MAP_FIXED, minherit and sbrk have changed nothing (H35)")
{
	char *p = pages(6);

	memset(p, 1, 6 * PAGE);
	for (int s = 0; each_strategy(&s); s++) {
		forkmode(s);
		CHECK(fail_each(replace, p) >= 1);
		CHECK(fail_each(inherit, p) >= 1);
		fail_each(heap, 0);
		look(p, 6, 1);
	}
}

/* ---- memory that the program manages ---- */

static void manage_and_map(void *arg)
{
	char *p = fresh(6);

	(void)arg;
	memset(p, 1, 2 * PAGE);
	while (manage(p, 4 * PAGE) < 0) {
		again();
		look(p, 2, 1);
	}
	look(p, 2, 1);
	while (page_alloc(0, p + 2 * PAGE, RW) < 0)
		again();
	p[2 * PAGE] = 2;
	while (page_map(0, p, 0, p + 3 * PAGE, RW | PAGE_COPY) < 0)
		again();
	p[3 * PAGE] = 3;
	look(p, 2, 1);
	while (page_map(0, p + 2 * PAGE, 0, p + PAGE, RW | PAGE_MOVE) < 0) {
		again();
		EQUAL(p[2 * PAGE], 2);
		EQUAL(p[PAGE], 1);
	}
	EQUAL(p[PAGE], 2);
	EQUAL(page_unmap(0, p), 0);
}

TEST(manage_refused, "refused: manage, page_alloc, page_map with and without a copy or a move")
{
	kernel_forks();
	CHECK(fail_each(manage_and_map, 0) >= 5);
}

static void exofork_once(void *arg)
{
	char *p = arg;
	unsigned left;
	pid_t pid;

	while ((pid = exofork()) < 0)
		again();
	CHECK(pid != 0);
	while (page_alloc(pid, p, RW) < 0)
		again();
	while (page_map(0, p, pid, p + PAGE, PROT_READ) < 0)
		again();
	EQUAL(p[0], 1);
	left = failalloc(0);
	kill_child(pid);
	failalloc(left);
}

TEST(exofork_refused, "refused: exofork, and pages into a child")
{
	char *p = pages(2);

	kernel_forks();
	p[0] = 1;
	CHECK(fail_each(exofork_once, p) >= 5);
}
