/* SPDX-License-Identifier: MIT */
/*
 * top.c: top [SECONDS [TIMES]]: the processes that run most, anew every so
 * many seconds, till ctrl-C.  CPU: per cent of one, since the last picture.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <yoke.h>

enum { MOST = 256, SHOWN = 20 };
static struct row { struct proc_info p; unsigned ran; } rows[MOST], old[MOST];
static int nrows, nold;

static unsigned ran_before(const struct proc_info *p)
{
	for (int i = 0; i < nold; i++)
		if (old[i].p.pid == p->pid && old[i].p.ran <= p->ran)
			return old[i].p.ran;
	return 0;
}

static int by_use(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return x->ran != y->ran ? (x->ran < y->ran) - (x->ran > y->ran) : x->p.pid - y->p.pid;
}

static void look(void)
{
	memcpy(old, rows, sizeof rows);
	nold = nrows;
	for (nrows = 0; nrows < MOST && procinfo((unsigned)nrows, &rows[nrows].p) == 0; nrows++)
		rows[nrows].ran = rows[nrows].p.ran - ran_before(&rows[nrows].p);
	qsort(rows, (size_t)nrows, sizeof *rows, by_use);
}

static void show(unsigned ticks, int clear)
{
	struct mem_info m;
	struct sys_info s;

	meminfo(&m);
	sysinfo(&s);
	if (clear)
		fputs("\033[H\033[J", stdout);
	printf("up %ld s, %u CPUs, %d processes; pages: %u, %u free, %u programs', %u tables, %u the kernel's\n",
		uptime() / 1000, (unsigned)s.cpus_running, nrows, (unsigned)m.total, (unsigned)m.free, (unsigned)m.user,
		(unsigned)m.tables, (unsigned)m.kernel);
	puts("  PID  CPU    RSS SHARED    COW TABLES REGIONS NAME");
	for (int i = 0; i < nrows && i < SHOWN; i++) {
		const struct proc_info *p = &rows[i].p;

		printf("%5d %3u%% %6u %6u %6u %6u %7u %s\n", (int)p->pid, ticks ? rows[i].ran * 100 / ticks : 0, (unsigned)p->resident,
			(unsigned)p->shared, (unsigned)p->cow, (unsigned)p->tables, (unsigned)p->regions, p->name);
	}
	fflush(stdout);
}

int main(int argc, char **argv)
{
	int seconds = argc > 1 ? atoi(argv[1]) : 2;
	long times = argc > 2 ? atol(argv[2]) : -1;
	struct sys_info s;

	if (seconds <= 0 || argc > 3 || sysinfo(&s) < 0) {
		fputs("usage: top [SECONDS [TIMES]]\n", stderr);
		return 2;
	}
	for (look(); times; times -= times > 0) {
		msleep((unsigned)seconds * 1000);
		look();
		show((unsigned)seconds * s.tick_hz, isatty(STDOUT_FILENO) && times < 0);
	}
	return 0;
}
