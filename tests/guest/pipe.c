/* SPDX-License-Identifier: MIT */
/* pipe.c: pipes and files, as far as fork and copies need them. */
#include <fcntl.h>
#include "test.h"

TEST(pipe_order, "pipe: 100,000 bytes arrive in order, through a ring of a page")
{
	int fd[2], status;
	unsigned n = 0;
	char buf[777];
	ssize_t k;
	pid_t pid;

	CHECK(pipe(fd) == 0);
	if ((pid = fork()) == 0) {
		close(fd[0]);
		for (unsigned i = 0; i < 100000; i += 1000) {
			char out[1000];

			for (int j = 0; j < 1000; j++)
				out[j] = (i + j) % 251;
			CHECK(write(fd[1], out, 1000) == 1000);
		}
		exit(0);
	}
	close(fd[1]);
	while ((k = read(fd[0], buf, sizeof buf)) > 0)
		for (int j = 0; j < k; j++, n++)
			EQUAL((unsigned char)buf[j], n % 251);
	EQUAL(n, 100000);
	CHECK(waitpid(pid, &status, 0) == pid);
	EQUAL(WEXITSTATUS(status), 0);
}

TEST(pipe_ends, "pipe: end of file without writers, an error without readers")
{
	int fd[2];
	char c;

	CHECK(pipe(fd) == 0);
	CHECK(write(fd[1], "x", 1) == 1);
	close(fd[1]);
	EQUAL(read(fd[0], &c, 1), 1);
	EQUAL(read(fd[0], &c, 1), 0);
	close(fd[0]);
	CHECK(pipe(fd) == 0);
	close(fd[0]);
	EQUAL(write(fd[1], "x", 1), -1);
}

TEST(pipe_pages, "pipe: a buffer half in a mapping is a short count or an error, never a hang (H3)")
{
	int fd[2];
	char *p = pages(2);

	CHECK(pipe(fd) == 0);
	CHECK(munmap(p + PAGE, PAGE) == 0);
	memset(p, 'y', PAGE);
	CHECK(write(fd[1], p + PAGE - 10, 20) <= 10);
	CHECK(write(fd[1], "zzzzzzzzzzzzzzzzzzzz", 20) == 20);
	CHECK(read(fd[0], p + PAGE - 5, 20) <= 5);
}

TEST(pipe_limit, "pipe: descriptors run out with an error")
{
	int fd[2], n = 0;

	while (pipe(fd) == 0)
		n++;
	CHECK(n >= 4 && n < FD_N);
	while (n < 2 * FD_N && dup(0) >= 0)
		n++;
	CHECK(n < FD_N);
	EQUAL(dup(0), -1);
	EQUAL(pipe(fd), -1);
}

TEST(file_rw, "file: create, write, read back, append, truncate, unlink")
{
	char buf[64];
	int fd = open("/t", O_RDWR | O_CREAT | O_TRUNC);

	CHECK(fd >= 0);
	CHECK(write(fd, "hello", 5) == 5);
	EQUAL(lseek(fd, 0, SEEK_SET), 0);
	EQUAL(read(fd, buf, sizeof buf), 5);
	CHECK(memcmp(buf, "hello", 5) == 0);
	close(fd);
	CHECK((fd = open("/t", O_WRONLY | O_APPEND)) >= 0);
	CHECK(write(fd, "world", 5) == 5);
	close(fd);
	CHECK((fd = open("/t", O_RDONLY)) >= 0);
	EQUAL(read(fd, buf, sizeof buf), 10);
	EQUAL(write(fd, "x", 1), -1);
	CHECK(unlink("/t") == 0);
	EQUAL(lseek(fd, 0, SEEK_SET), 0);
	EQUAL(read(fd, buf, sizeof buf), 10);
	close(fd);
	EQUAL(open("/t", O_RDONLY), -1);
	EQUAL(unlink("/t"), -1);
}

static void read_file(void *arg)
{
	char *p = arg;
	int fd = open("/bin/true", O_RDONLY);

	CHECK(fd >= 0);
	CHECK(read(fd, p + PAGE - 2, 4) == 4);
	CHECK(p[PAGE - 2] == 0x7f && p[PAGE - 1] == 'E' && p[PAGE] == 'L' && p[PAGE + 1] == 'F');
}

TEST(file_into_cow, "file: read() of a file into a COW buffer astride two pages, by every strategy (H3)")
{
	char *p = pages(2);

	memset(p, 7, 2 * PAGE);
	for (int s = 0; each_strategy(&s); s++) {
		child_passes(s, read_file, p);
		for (int i = 0; i < 2 * PAGE; i++)
			EQUAL(p[i], 7);
	}
}

TEST(offset_shared, "file: a forked child shares the offset of an open file")
{
	int fd = open("/bin/true", O_RDONLY);
	char c;
	pid_t pid;

	CHECK(fd >= 0);
	if ((pid = fork()) == 0) {
		CHECK(read(fd, &c, 1) == 1);
		exit(0);
	}
	CHECK(waitpid(pid, 0, 0) == pid);
	EQUAL(lseek(fd, 0, SEEK_CUR), 1);
}
