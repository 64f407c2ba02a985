/* SPDX-License-Identifier: MIT */
/*
 * start.c: before a program's main.  xv6's programs lie in its only
 * directory, beside README, and have a stack of one page with nothing below,
 * out of the heap's way.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <yoke.h>
#include "xv6.h"

enum { PAGE = 4096, GUARD = PAGE, STACK = PAGE, ARGS = PAGE };

#if UINTPTR_MAX > UINT32_MAX
#define PLACE	((void *)(255ull << 30))	/* the heap may grow up to there: more than RAM and its tables can hold */
#define HOW	MAP_FIXED
#else
#define PLACE	NULL
#define HOW	0
#endif

/* The program's main, and what is called instead: --wrap=main. */
int __real_main(int argc, char **argv);
int __wrap_main(int argc, char **argv);

extern char data_start[], end[];	/* user.ld */

static int count;
static char **args;

/* The kernel keeps a page for what comes and goes from its first time on; programs count pages. */
static void warm(void)
{
	enum { MANY = 64 };
	char path[16];

	for (int i = 0; i < 2 * MANY; i++) {
		snprintf(path, sizeof path, "/tmp/%d", i % MANY);
		if (i < MANY)
			close(open(path, O_WRONLY | O_CREAT));
		else
			unlink(path);
	}
}

/* The first program to run makes xv6's root: all of /bin, too.  What is read now is no page lost later. */
static void make_root(void)
{
	static const char text[] = "The programs of xv6 find themselves in the root directory.\n";
	char path[PATH_LEN] = "/bin/", page[64];
	struct dir_entry e;
	int fd = open("/README", O_WRONLY | O_CREAT | O_EXCL), bin;

	if (fd < 0)
		return;
	write(fd, text, sizeof text - 1);
	close(fd);
	bin = open("/bin", O_RDONLY);
	while (dirinfo(bin, &e, 1) == 1) {
		strcpy(path + 5, e.name);
		if (e.type != FILE_REGULAR || link(path, path + 4) < 0)
			continue;
		fd = open(path, O_RDONLY);
		while (read(fd, page, sizeof page) > 0 && lseek(fd, PAGE - (int)sizeof page, SEEK_CUR) > 0)
			;
		close(fd);
	}
	close(bin);
	warm();
}

/* xv6's exec gives all of data and bss at once. */
static void touch_data(void)
{
	for (char *p = data_start; p < end; p += PAGE)
		*(volatile char *)p = *p;
}

/* argv and its strings, to a page; the kernel takes less. */
static char **copy_args(char *to, int argc, char **argv)
{
	char **list = (char **)to, *at = (char *)(list + argc + 1);

	for (int i = 0; i < argc; i++) {
		list[i] = strcpy(at, argv[i]);
		at += strlen(at) + 1;
	}
	list[argc] = NULL;
	return list;
}

/* On the new stack. */
static _Noreturn __attribute__((used)) void go(void)
{
	struct sys_info s;

	sysinfo(&s);
	munmap((void *)(uintptr_t)s.stack_low, s.stack_top - s.stack_low);
	_exit(__real_main(count, args));
}

static _Noreturn void on_stack(void *top, void (*fn)(void))
{
#if defined __i386__
	__asm__ volatile("mov %0, %%esp; call *%1" :: "r"(top), "r"(fn) : "memory");
#elif defined __riscv
	__asm__ volatile("mv sp, %0; jr %1" :: "r"(top), "r"(fn) : "memory");
#else
	__asm__ volatile(".set push; .set noreorder; addiu $29, %0, -16; jr %1; nop; .set pop" :: "r"(top), "r"(fn) : "memory");
#endif
	__builtin_unreachable();
}

int __wrap_main(int argc, char **argv)
{
	char *area = mmap(PLACE, GUARD + STACK + ARGS, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | HOW, -1, 0);

	if (area == MAP_FAILED || mprotect(area, GUARD, PROT_NONE) < 0) {
		fputs("no memory for a stack\n", stderr);
		return 1;
	}
	make_root();
	touch_data();
	environ = NULL;			/* xv6 has none; what was given lies in the stack that goes */
	count = argc;
	args = copy_args(area + GUARD + STACK, argc, argv);
	on_stack(area + GUARD + STACK, go);
}
