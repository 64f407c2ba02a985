/* SPDX-License-Identifier: MIT */
/* bad.c: what a program may throw at the kernel: an error code, or the end of that program alone. */
#include <fcntl.h>
#include <sys/stat.h>
#include "test.h"

/* Addresses that are never the program's, and some that wrap with a length. */
static uintptr_t wild[12];
enum { WILD = sizeof wild / sizeof *wild };

static void fill_wild(void)
{
	uintptr_t a[WILD] = {
		0, 1, 0x1000, (uintptr_t)-1, (uintptr_t)-4096, (uintptr_t)1 << (8 * sizeof(uintptr_t) - 1),
		(uintptr_t)sys.user_top, (uintptr_t)sys.user_top - 1, (uintptr_t)sys.user_top + 1,
		(uintptr_t)0xc0000000, (uintptr_t)0x80000000, (uintptr_t)0x80200000,
	};

	memcpy(wild, a, sizeof a);
}

TEST(bad_pointers, "bad: wild pointers to every call that takes one")
{
	int fd[2], dir = open("/bin", O_RDONLY);
	struct wait_info w;
	struct file_info info;
	char *argv[] = { "true", NULL };

	fill_wild();
	CHECK(pipe(fd) == 0 && dir >= 0);
	CHECK(write(fd[1], "0123456789", 10) == 10);
	for (int i = 0; i < WILD; i++) {
		void *p = (void *)wild[i];

		CHECK(write(fd[1], p, 64) <= 1);	/* the last byte below user_top may be the stack's */
		CHECK(read(fd[0], p, 64) <= 1);
		EQUAL(pipe(p), -1);
		EQUAL(open(p, O_RDONLY), -1);
		EQUAL(unlink(p), -1);
		EQUAL(execv(p, p), -1);
		EQUAL(execv("/bin/true", p), -1);
		EQUAL(spawn(p, p, 0), -1);
		if (i) {				/* 0: no environment */
			EQUAL(execve("/bin/true", argv, p), -1);
			EQUAL(spawnve("/bin/true", argv, NULL, p), -1);
		}
		EQUAL(execve("/bin/true", argv, (char *[]){ "A=1", p ? p : (void *)8, NULL }), -1);
		EQUAL(counts(0, p), -1);
		EQUAL(meminfo(p), -1);
		EQUAL(procinfo(0, p), -1);
		EQUAL(sysinfo(p), -1);
		EQUAL(fileinfo(fd[0], p), -1);
		EQUAL(dirinfo(dir, p, 1), -1);
		EQUAL(pathinfo("/bin", p), -1);
		EQUAL(pathinfo(p, &info), -1);
		EQUAL(mkdir(p, 0), -1);
		EQUAL(rmdir(p), -1);
		EQUAL(link("/bin/true", p), -1);
		EQUAL(link(p, "/true"), -1);
		EQUAL(rename("/bin/true", p), -1);
		EQUAL(chdir(p), -1);
		EQUAL(makenode(p, 1), -1);
		EQUAL(cwdpath(p, 64), -1);
	}
	if (fork() == 0)
		exit(4);
	for (int i = 1; i < WILD; i++)			/* 0: no report wanted */
		EQUAL(waitinfo(-1, (void *)wild[i], 0), -1);
	CHECK(waitinfo(-1, &w, 0) > 0);			/* the bad calls did not lose the child */
	EQUAL(w.code, 4);
}

TEST(bad_lengths, "bad: lengths that wrap or leave user space")
{
	int fd = open("/bad-lengths", O_RDWR | O_CREAT);	/* a pipe would wait for its reader */
	char *p = pages(1);
	size_t len[] = { (size_t)-1, (size_t)-(uintptr_t)p, (size_t)sys.user_top, (size_t)1 << (8 * sizeof(size_t) - 1) };

	CHECK(fd >= 0);
	for (unsigned i = 0; i < 4; i++) {
		CHECK(write(fd, p, len[i]) <= 4096);
		CHECK(mmap(p, len[i], PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED);
		EQUAL(munmap(p, len[i]), -1);
		EQUAL(mprotect(p, len[i], PROT_READ), -1);
		EQUAL(minherit(p, len[i], INHERIT_NONE), -1);
	}
	EQUAL(p[0], 0);
	EQUAL(unlink("/bad-lengths"), 0);
}

TEST(bad_numbers, "bad: system call numbers and descriptors out of range")
{
	char c;
	int bad[] = { -1, -1000, 3000, FD_N, FD_N + 1, 0x7fffffff };

	CHECK(syscall(-1) < 0);
	CHECK(syscall(100000) < 0);
	CHECK(syscall((long)(~0UL >> 1)) < 0);
	for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
		EQUAL(read(bad[i], &c, 1), -1);
		EQUAL(write(bad[i], &c, 1), -1);
		EQUAL(close(bad[i]), -1);
		EQUAL(dup(bad[i]), -1);
		EQUAL(dup2(0, bad[i]), -1);
		EQUAL(lseek(bad[i], 0, SEEK_SET), -1);
	}
	EQUAL(rfork(FORK_N), -1);
	EQUAL(rfork(-7), -1);
	EQUAL(forkmode(1000), -1);
	EQUAL(poweroff(0), -1);				/* init's alone */
}

/* The least each machine needs to jump with a wild stack pointer. */
static void wild_stack(void *arg)
{
	uintptr_t sp = (uintptr_t)arg;

#if defined __i386__
	__asm__ volatile("mov %0, %%esp; push %%eax; int $0x80" :: "r"(sp));
#elif defined __riscv
	__asm__ volatile("mv sp, %0; li a7, 0; ecall; sd zero, -8(sp)" :: "r"(sp));
#else
	__asm__ volatile(".set push; .set noreorder; move $29, %0; li $2, 0; syscall; sw $0, -4($29); .set pop" :: "r"(sp));
#endif
	exit(9);
}

TEST(bad_stack, "bad: a wild stack pointer ends that program only")
{
	fill_wild();
	for (int i = 0; i < WILD; i++) {
		struct wait_info w;

		if (!sys.has_isolation && wild[i] >= sys.user_top)
			continue;
		if (wild[i] == sys.user_top || wild[i] == sys.user_top - 1)
			continue;		/* the first stack may end there, and takes the store */
		w = in_child(FORK_DEFAULT, wild_stack, (void *)wild[i]);
		EQUAL(w.how, END_FAULT);
	}
}

static void jump(void *arg)
{
	((void (*)(void))arg)();
	exit(9);
}

TEST(bad_jump, "bad: a jump to nowhere is a page fault there")
{
	struct wait_info w = in_child(FORK_DEFAULT, jump, (void *)0x10000000);

	EQUAL(w.how, END_FAULT);
	EQUAL(w.code, FAULT_PAGE);
	EQUAL(w.va, 0x10000000);
}

TEST(fuzz_calls, "bad: 20,000 calls with random numbers and arguments")
{
	/* Not pipe: who reads an empty one of its own waits for ever. */
	static const unsigned char harmless[] = {
		0, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 25, 26, 27, 29, 30, 31, 32, 37
	};
	struct wait_info w;
	uint32_t x = 12345;

	fill_wild();
	for (int round = 0; round < 20; round++) {
		pid_t pid = fork();

		if (pid == 0) {
			for (int fd = 0; fd < FD_N; fd++)
				close(fd);
			for (int i = 0; i < 1000; i++) {
				long a[6];

				for (int k = 0; k < 6; k++) {
					x = x * 1664525 + 1013904223;
					a[k] = x & 0x10000 ? (long)wild[(x >> 20) % WILD] : (long)(x >> (x & 31));
				}
				x = x * 1664525 + 1013904223;
				syscall(harmless[(x >> 8) % sizeof harmless], a[0], a[1], a[2], a[3], a[4], a[5]);
			}
			_exit(0);
		}
		x += round;
		CHECK(pid > 0 && waitinfo(pid, &w, 0) == pid);
		CHECK(w.how == END_EXIT || w.how == END_FAULT || w.how == END_NOMEM);
	}
}
