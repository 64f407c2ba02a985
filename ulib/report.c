/* SPDX-License-Identifier: MIT */
/* report.c: how a process ended, in words. */
#include <stdio.h>
#include <yoke.h>

static void report_fault(const struct wait_info *w)
{
	static const char *const names[] = FAULT_NAMES;

	fprintf(stderr, "%s at %#llx", w->code >= 0 && w->code < FAULT_KINDS ? names[w->code] : "fault",
		(unsigned long long)w->va);
	if (w->code == FAULT_PAGE)
		fprintf(stderr, " (%s)", w->want & PROT_EXEC ? "fetch" : w->want & PROT_WRITE ? "write" : "read");
	fprintf(stderr, ", pc %#llx\n", (unsigned long long)w->pc);
}

void wait_report(const char *name, const struct wait_info *w)
{
	if (w->how == END_EXIT)
		return;
	fprintf(stderr, "%s[%d]: ", name, (int)w->pid);
	if (w->how == END_FAULT)
		report_fault(w);
	else if (w->how == END_KILLED)
		fprintf(stderr, "killed (%d)\n", (int)w->code);
	else
		fprintf(stderr, "out of memory at %#llx\n", (unsigned long long)w->va);
}
