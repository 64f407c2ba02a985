/* SPDX-License-Identifier: MIT */
/*
 * ps.c: the processes.  RSS: pages mapped; SHARED: those of them that
 * somebody else holds too; COW: those of them that a store would copy.
 */
#include <stdio.h>
#include <yoke.h>

int main(void)
{
	static const char *const states[] = { "free", "ready", "run", "sleep", "zombie", "stopped" };
	struct proc_info p;

	puts("  PID  PPID   JOB STATE   FORK     RSS SHARED    COW TABLES  TICKS NAME");
	for (unsigned i = 0; procinfo(i, &p) >= 0; i++)
		printf("%5d %5d %5d %-7s %-6s %5u %6u %6u %6u %6u %s\n", (int)p.pid, (int)p.ppid, (int)p.job,
			p.state >= 0 && p.state <= PROC_STOPPED ? states[p.state] : "?",
			p.strategy >= 0 && p.strategy < FORK_N ? fork_names[p.strategy] : "?",
			(unsigned)p.resident, (unsigned)p.shared, (unsigned)p.cow, (unsigned)p.tables, (unsigned)p.ran, p.name);
	return 0;
}
