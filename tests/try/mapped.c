/* SPDX-License-Identifier: MIT */
/* mapped.c: xv6's mmap lab: files in memory, private and shared, over fork and after close. */
#include "kernel/types.h"
#include "kernel/stat.h"
#include "kernel/fcntl.h"
#include "kernel/riscv.h"
#include "user/user.h"

static char text[2 * PGSIZE];

static void check(char *what, int good)
{
	if (!good) {
		printf("%s failed\n", what);
		exit(3);
	}
}

static int make(void)
{
	int fd = open("mapped", O_CREATE | O_RDWR | O_TRUNC);

	memset(text, 'a', sizeof text);
	check("write", fd >= 0 && write(fd, text, PGSIZE + 100) == PGSIZE + 100);
	return fd;
}

static char first_byte(void)
{
	char c = 0;
	int fd = open("mapped", O_RDONLY);

	read(fd, &c, 1);
	close(fd);
	return c;
}

static int dies(char *p, int to)
{
	int status = 0;

	if (fork() == 0) {
		if (to)
			*(volatile char *)p = to;
		exit(*(volatile char *)p == 0);
	}
	wait(&status);
	return status == -1;
}

int main(void)
{
	int fd = make(), only = open("mapped", O_RDONLY);
	char *p = mmap(0, 2 * PGSIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE, only, 0);
	char *q = mmap(0, 2 * PGSIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	check("maps", p != (char *)-1 && q != (char *)-1 && p != q);
	check("refuses", mmap(0, PGSIZE, PROT_READ | PROT_WRITE, MAP_SHARED, only, 0) == (void *)-1);
	check("closes", close(fd) == 0 && close(only) == 0);
	check("reads", p[0] == 'a' && q[PGSIZE + 99] == 'a' && q[PGSIZE + 100] == 0);
	p[0] = 'p';
	check("private", q[0] == 'a' && first_byte() == 'a');
	if (fork() == 0) {
		q[0] = 'q';
		exit(munmap(p, PGSIZE));
	}
	wait(0);
	check("shared", p[0] == 'p' && q[0] == 'q');
	check("a page of two", munmap(q, PGSIZE) == 0 && q[PGSIZE] == 'a' && first_byte() == 'q');
	check("gone", dies(q, 0) && !dies(q + PGSIZE, 'x') && munmap(q + PGSIZE, PGSIZE) == 0);
	fd = open("mapped", O_RDWR);
	q = mmap(0, PGSIZE, PROT_READ, MAP_SHARED, fd, 0);
	check("read only", unlink("mapped") == 0 && q[0] == 'q' && dies(q, 'x'));
	exit(0);
}
