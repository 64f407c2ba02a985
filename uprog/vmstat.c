/* SPDX-License-Identifier: MIT */
/*
 * vmstat.c: vmstat: the machine's counters since it was started; vmstat
 * SECONDS [TIMES]: a line each so many seconds, of what came since the last.
 */
#include <stdio.h>
#include <stdlib.h>
#include <yoke.h>

static int all(void)
{
	struct counts c;

	if (counts(0, &c) < 0) {
		perror("vmstat");
		return 1;
	}
	for (int i = 0; i < C_N; i++)
		printf("%14llu %s\n", (unsigned long long)c.n[i], counter_names[i]);
	return 0;
}

static const enum counter shown[] = { C_FAULT, C_ZERO, C_COPY, C_REUSE, C_FILE, C_SHARE, C_TABLE_NEW, C_TABLE_SHARE,
	C_INVAL, C_SHOOT, C_UPCALL };
enum { SHOWN = sizeof shown / sizeof *shown, SCREEN = 20 };

static void head(void)
{
	printf("%8s", "free");
	for (int i = 0; i < SHOWN; i++)
		printf(" %8.8s", counter_names[shown[i]]);
	putchar('\n');
}

static int live(unsigned seconds, long times)
{
	struct counts before, now;
	struct mem_info m;

	counts(0, &before);
	for (long n = 0; times < 0 || n < times; n++) {
		if (n % SCREEN == 0)
			head();
		msleep(seconds * 1000);
		counts(0, &now);
		meminfo(&m);
		printf("%8u", (unsigned)m.free);
		for (int i = 0; i < SHOWN; i++)
			printf(" %8llu", (unsigned long long)(now.n[shown[i]] - before.n[shown[i]]));
		putchar('\n');
		before = now;
	}
	return 0;
}

int main(int argc, char **argv)
{
	int seconds = argc > 1 ? atoi(argv[1]) : 0;

	if (argc == 1)
		return all();
	if (seconds <= 0 || argc > 3) {
		fputs("usage: vmstat [SECONDS [TIMES]]\n", stderr);
		return 2;
	}
	return live(seconds, argc > 2 ? atol(argv[2]) : -1);
}
