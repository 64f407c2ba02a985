/* SPDX-License-Identifier: MIT */
/* mapped.c: shared mappings of files. */
#include <errno.h>
#include <fcntl.h>
#include "code.h"
#include "test.h"

enum { RW = PROT_READ | PROT_WRITE };

/* A file of n pages, each byte of page i 'a' + i; its name goes at once, so that nothing stays behind. */
static int file(int n, int mode)
{
	static char page[PAGE];
	int fd = open("/mapped", O_RDWR | O_CREAT | O_TRUNC), got;

	CHECK(fd >= 0);
	for (int i = 0; i < n; i++) {
		memset(page, 'a' + i, PAGE);
		EQUAL(write(fd, page, PAGE), PAGE);
	}
	got = open("/mapped", mode);
	CHECK(got >= 0 && unlink("/mapped") == 0 && close(fd) == 0);
	return got;
}

static char *map(int fd, int n, int prot, int flags, off_t off)
{
	char *p = mmap(NULL, n * PAGE, prot, flags, fd, off);

	CHECK(p != MAP_FAILED);
	return p;
}

/* The file's byte at an offset, by read(). */
static int byte(int fd, off_t at)
{
	char c;

	CHECK(lseek(fd, at, SEEK_SET) == at && read(fd, &c, 1) == 1);
	return c;
}

static void put_byte(int fd, off_t at, char c)
{
	CHECK(lseek(fd, at, SEEK_SET) == at && write(fd, &c, 1) == 1);
}

TEST(mapped_shared, "mapped: stores are in the file at once, in other mappings, in parent and child, by every strategy")
{
	for (int s = 0; each_strategy(&s); s++) {
		int fd = file(4, O_RDWR), status;
		char *p = map(fd, 4, RW, MAP_SHARED, 0), *q = map(fd, 2, PROT_READ, MAP_SHARED, PAGE);
		char *own = map(fd, 4, RW, MAP_PRIVATE, 0);
		pid_t pid;

		own[PAGE] = 'o';
		p[PAGE + 5] = 'p';
		EQUAL(byte(fd, PAGE + 5), 'p');
		EQUAL(q[5], 'p');
		EQUAL(own[PAGE + 5], 'b');
		put_byte(fd, 2 * PAGE, 'w');
		EQUAL(p[2 * PAGE], 'w');
		if ((pid = rfork(s)) == 0) {
			p[0] = p[2 * PAGE + 1] = 'c';
			p[3 * PAGE] = 'c';
			_exit(!(q[5] == 'p'));
		}
		CHECK(waitpid(pid, &status, 0) == pid && status == 0);
		EQUAL(p[0] + p[2 * PAGE + 1] + p[3 * PAGE], 3 * 'c');
		EQUAL(q[PAGE + 1], 'c');
		CHECK(munmap(p, 4 * PAGE) == 0);
		EQUAL(byte(fd, 3 * PAGE), 'c');
		CHECK(munmap(q, 2 * PAGE) == 0 && munmap(own, 4 * PAGE) == 0 && close(fd) == 0);
	}
}

static void store(void *p) { *(volatile char *)p = 'x'; }
static void load(void *p) { (void)*(volatile char *)p; }

TEST(mapped_sealed, "mapped: a file open for reading only is never written through a mapping, whatever mprotect is asked")
{
	int fd = file(3, O_RDONLY), out;
	char *p, *q = pages(3);

	CHECK(mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0) == MAP_FAILED && errno == EACCES);
	p = map(fd, 3, PROT_READ, MAP_SHARED, 0);
	CHECK(mprotect(p + PAGE, PAGE, RW) < 0 && errno == EACCES);
	CHECK(mprotect(p, PAGE, PROT_NONE) == 0 && mprotect(p, PAGE, PROT_READ) == 0);
	CHECK(mprotect(p, 3 * PAGE, PROT_WRITE) < 0 && errno == EACCES);
	EQUAL(p[2 * PAGE], 'c');
	child_faults(store, p + PAGE, (uintptr_t)p + PAGE, PROT_WRITE);
	for (int s = 0; each_strategy(&s); s++)
		CHECK(in_child(s, store, p).how == END_FAULT);
	CHECK(mmap(q, PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0) == q);
	CHECK(mprotect(q, 3 * PAGE, PROT_READ) == 0 && mprotect(q, 3 * PAGE, RW) < 0 && errno == EACCES);
	child_faults(store, q + PAGE, (uintptr_t)q + PAGE, PROT_WRITE);	/* refused as a whole */
	EQUAL(p[0] + p[PAGE], 'a' + 'b');
	CHECK(munmap(p, 3 * PAGE) == 0 && close(fd) == 0);
	out = file(1, O_WRONLY);
	CHECK(mmap(NULL, PAGE, PROT_WRITE, MAP_SHARED, out, 0) == MAP_FAILED && errno == EBADF);
	close(out);
}

TEST(mapped_past, "mapped: an access past the file's end ends that program; the file grows, and it is there")
{
	int fd = file(1, O_RDWR);
	char *p = map(fd, 4, RW, MAP_SHARED, 0);

	child_faults(load, p + PAGE, (uintptr_t)p + PAGE, PROT_READ);
	child_faults(store, p + 3 * PAGE, (uintptr_t)p + 3 * PAGE, PROT_WRITE);
	CHECK(lseek(fd, 0, SEEK_SET) == 0 && write(fd, p + PAGE, 1) < 0 && errno == EFAULT);
	put_byte(fd, 2 * PAGE + 7, 'z');
	EQUAL(p[2 * PAGE + 7], 'z');
	p[PAGE] = 'y';
	EQUAL(byte(fd, PAGE), 'y');
	child_faults(load, p + 3 * PAGE, (uintptr_t)p + 3 * PAGE, PROT_READ);
	CHECK(munmap(p, 4 * PAGE) == 0 && close(fd) == 0);
}

TEST(mapped_cut, "mapped: a file that is cut is shared still up to its end; what was stored past that is zero when it grows (H41)")
{
	int fd = file(3, O_RDWR);
	char *p = map(fd, 3, RW, MAP_SHARED, 0);

	p[PAGE + 20] = 'q';			/* page 0 is not touched yet */
	EQUAL(ftruncate(fd, PAGE + 10), 0);
	p[0] = 'm';
	p[PAGE + 9] = 'n';
	EQUAL(byte(fd, 0), 'm');
	EQUAL(byte(fd, PAGE + 9), 'n');
	EQUAL(p[PAGE + 20], 0);
	p[PAGE + 10] = p[PAGE + 30] = 's';	/* past the end: nobody's */
	p[2 * PAGE] = 't';
	put_byte(fd, PAGE + 12, 'w');
	EQUAL(byte(fd, PAGE + 10), 0);
	EQUAL(ftruncate(fd, 3 * PAGE), 0);
	EQUAL(byte(fd, PAGE + 12), 'w');
	EQUAL(byte(fd, PAGE + 30), 0);
	EQUAL(byte(fd, 2 * PAGE), 0);
	EQUAL(ftruncate(fd, 0), 0);
	CHECK(munmap(p, 3 * PAGE) == 0 && close(fd) == 0);
}

TEST(mapped_code, "mapped: code that is stored through one mapping runs in another (H31)")
{
	int fd = file(2, O_RDWR);
	char *p = map(fd, 2, RW, MAP_SHARED, 0), *x;

	memcpy(p + PAGE, code, sizeof code);
	x = map(fd, 1, PROT_READ | PROT_EXEC, MAP_SHARED, PAGE);
	EQUAL(((int (*)(void))x)(), 42);
	CHECK(munmap(x, PAGE) == 0);
	memcpy(p, code, sizeof code);
	x = map(fd, 2, PROT_READ | PROT_EXEC, MAP_PRIVATE, 0);
	EQUAL(((int (*)(void))x)(), 42);
	CHECK(munmap(x, 2 * PAGE) == 0 && munmap(p, 2 * PAGE) == 0 && close(fd) == 0);
}

TEST(mapped_msync, "mapped: msync checks its range")
{
	int fd = file(2, O_RDWR);
	char *p = map(fd, 2, RW, MAP_SHARED, 0);

	p[1] = 'm';
	CHECK(msync(p, 2 * PAGE, MS_SYNC) == 0 && msync(p, 1, MS_ASYNC | MS_INVALIDATE) == 0);
	EQUAL(byte(fd, 1), 'm');
	CHECK(msync(p, PAGE, MS_SYNC | MS_ASYNC) < 0 && errno == EINVAL);
	CHECK(msync(p, PAGE, 0x100) < 0 && errno == EINVAL);
	CHECK(msync(p + 1, PAGE, MS_SYNC) < 0 && errno == EINVAL);
	CHECK(munmap(p + PAGE, PAGE) == 0 && msync(p, 2 * PAGE, MS_SYNC) < 0 && errno == ENOMEM);
	CHECK(munmap(p, PAGE) == 0 && close(fd) == 0);
}

static void cut(void *arg)
{
	int fd = *(int *)arg;
	char *p = mmap(NULL, 4 * PAGE, RW, MAP_SHARED, fd, 0);

	if (p == MAP_FAILED) {
		EQUAL(errno, ENOMEM);
		return;
	}
	if (ftruncate(fd, 2 * PAGE + 1) < 0) {
		EQUAL(errno, ENOMEM);
		EQUAL(lseek(fd, 0, SEEK_END), 4 * PAGE);
	}
	CHECK(ftruncate(fd, 4 * PAGE) == 0 || errno == ENOMEM);
}

TEST(mapped_oom, "mapped: a mapped file is cut, or is not, whichever allocation is refused")
{
	int fd;

	kernel_forks();
	fd = open("/mapped", O_RDWR | O_CREAT | O_TRUNC);
	CHECK(fd >= 0 && unlink("/mapped") == 0 && ftruncate(fd, 4 * PAGE) == 0);
	CHECK(fail_each(cut, &fd) >= 3);
	close(fd);
}
