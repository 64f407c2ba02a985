/* SPDX-License-Identifier: MIT */
/* ps.c: the processes.  RSS: pages mapped; SHARED: those of them that somebody else holds too. */
#include <stdio.h>
#include <yoke.h>

int main(void)
{
	static const char *const states[] = { "free", "ready", "run", "sleep", "zombie" };
	struct proc_info p;

	puts("  PID  PPID STATE   FORK     RSS SHARED TABLES  NAME");
	for (unsigned i = 0; procinfo(i, &p) >= 0; i++)
		printf("%5d %5d %-7s %-5s %6u %6u %6u  %s\n", (int)p.pid, (int)p.ppid,
			p.state >= 0 && p.state <= PROC_ZOMBIE ? states[p.state] : "?",
			p.strategy >= 0 && p.strategy < FORK_N ? fork_names[p.strategy] : "?",
			(unsigned)p.resident, (unsigned)p.shared, (unsigned)p.tables, p.name);
	return 0;
}
