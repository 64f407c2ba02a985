/* SPDX-License-Identifier: MIT */
/* echo.c: xv6's interface; and a program whose name another one on the ramdisk has. */
#include "kernel/types.h"
#include "kernel/stat.h"
#include "kernel/fcntl.h"
#include "kernel/riscv.h"
#include "user/user.h"

static void check(char *what, int good)
{
	printf("%s ", what);
	if (!good) {
		fprintf(2, "%s failed\n", what);
		exit(3);
	}
}

static int child(void (*run)(void), int *status)
{
	int pid = fork();

	if (pid == 0) {
		run();
		exit(5);
	}
	return pid > 0 && wait(status) == pid;
}

static void fault(void)
{
	*(volatile char *)MAXVA = 1;
}

static void nothing(void)
{
}

static void run_true(void)
{
	char *argv[] = { "true", 0 };

	exec("true", argv);
}

static void files(void)
{
	char text[8];
	struct stat st;
	int fd = open("new", O_CREATE | O_RDWR), ends[2];

	check("open", fd >= 0 && write(fd, "hello", 5) == 5 && close(fd) == 0);
	check("stat", stat("new", &st) == 0 && st.type == T_FILE && st.size == 5 && stat("old", &st) < 0);
	check("unlink", unlink("new") == 0 && open("new", O_RDONLY) < 0);
	check("pipe", pipe(ends) == 0 && write(ends[1], "hello", 5) == 5 && read(ends[0], text, sizeof text) == 5);
	check("strings", memcmp(text, "hello", 5) == 0 && strchr("ab", 'b') && !strchr("ab", 0) && atoi("12") == 12);
}

static void memory(void)
{
	char *old = sbrk(0), *p;

	check("sbrk", sbrk(3 * PGSIZE) == old && sbrk(0) == old + 3 * PGSIZE && sbrk(-PGSIZE) == old + 3 * PGSIZE);
	check("zero", old[0] == 0 && old[2 * PGSIZE - 1] == 0);
	p = malloc(100000);
	check("malloc", p && (memset(p, 1, 100000), p[99999] == 1));
	free(p);
	check("much", sbrk(0x40000000) != SBRK_ERROR && sbrk(-0x40000000) != SBRK_ERROR);
	check("the program's own", sbrk(-(int)(sbrk(0) - (char *)0)) == SBRK_ERROR);
	check("too little", sbrk(-0x7fffffff) == sbrk(0));
}

int main(int argc, char *argv[])
{
	int status, ticks = uptime();

	check("args", argc == 2 && strcmp(argv[1], "x") == 0 && strlen(argv[0]) == 4);
	check("wait", child(nothing, &status) && status == 5);
	check("fault", child(fault, &status) && status == -1);
	check("exec", child(run_true, &status) && status == 0);
	check("nobody", wait(0) == -1 && kill(9999) == -1);
	files();
	memory();
	check("pause", pause(2) == 0 && uptime() >= ticks + 2);
	printf("%d %x %s%c\n", -1, 255, "done", '.');
	exit(0);
}
