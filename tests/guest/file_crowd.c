/* SPDX-License-Identifier: MIT */
/* file_crowd.c: several processes at the same names. */
#include <fcntl.h>
#include <sys/stat.h>
#include "meet.h"
#include "test.h"

enum { WORKERS = 4, ROUNDS = 150 };
static struct meet *begin;

static void churn(int me)
{
	static const char *const name[] = { "/race/a", "/race/b", "/race/c", "/race/d/a", "/race/d/b" };
	unsigned x = me * 7919 + 1;

	meet(begin, WORKERS, 1);
	for (int i = 0; i < ROUNDS; i++) {
		const char *a = name[(x = x * 1103515245 + 12345) >> 16 & 3], *b = name[x >> 20 & 3];
		char buf[8];
		int fd;

		switch (x >> 24 & 7) {
		case 0:
			link(a, b);
			break;
		case 1:
			rename(a, b);
			break;
		case 2:
			unlink(a);
			break;
		case 3:
			if (mkdir("/race/d", 0) == 0 || rmdir("/race/d") < 0)
				truncate(a, x >> 8 & 7);
			break;
		case 4:
			if (chdir("/race/d") == 0)
				rename("../a", "b");
			chdir("/");
			break;
		default:
			fd = open(a, O_RDWR | O_CREAT);
			write(fd, "12345678", 8);
			lseek(fd, 0, SEEK_SET);
			read(fd, buf, sizeof buf);
			close(fd);
		}
	}
	exit(0);
}

TEST(crowd, "file: processes make, name, move and remove the same files at once; the audit finds all counts right")
{
	static const char *const left[] = { "/race/a", "/race/b", "/race/c", "/race/d/a", "/race/d/b" };
	int w;

	begin = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(begin != MAP_FAILED && mkdir("/race", 0) == 0);
	for (int i = 0; i < WORKERS; i++)
		if (fork() == 0)
			churn(i);
	for (int i = 0; i < WORKERS; i++)
		CHECK(wait(&w) > 0 && w == 0);
	EQUAL(audit(), 0);
	for (int i = 0; i < 5; i++)
		unlink(left[i]);
	rmdir("/race/d");
	EQUAL(rmdir("/race"), 0);
}
