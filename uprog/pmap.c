/* SPDX-License-Identifier: MIT */
/*
 * pmap.c: pmap PID: what a process has mapped, and what backs it.  Pages: RSS
 * that are there, SHARED of those that somebody else holds too, COW of those
 * that a store would copy.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yoke.h>

static void line(const struct map_info *m)
{
	static const char *const of[] = { "zero", "stack", "", "shared memory", "the program itself" };
	static const char *const inherit[] = { "share", "copy", "none", "zero" };

	printf("%10llx-%-10llx %c%c%c%c %-5s %8llu %6u %6u %6u  ", (unsigned long long)m->lo, (unsigned long long)m->hi,
		m->prot & PROT_READ ? 'r' : '-', m->prot & PROT_WRITE ? 'w' : '-', m->prot & PROT_EXEC ? 'x' : '-',
		m->shared ? 's' : 'p', inherit[m->inherit & 3], (unsigned long long)(m->hi - m->lo) / 4096,
		(unsigned)m->resident, (unsigned)m->held, (unsigned)m->cow);
	if (m->of == MAP_OF_FILE)
		printf("%s at %#llx\n", m->name, (unsigned long long)m->offset);
	else
		puts(m->of >= 0 && m->of <= MAP_OF_PROGRAM ? of[m->of] : "?");
}

int main(int argc, char **argv)
{
	struct map_info m;
	char *end = "";
	long pid = argc == 2 ? strtol(argv[1], &end, 10) : argc == 1 ? 0 : -1;
	uint64_t pages = 0, resident = 0, held = 0, cow = 0;

	if (pid < 0 || *end) {
		fputs("usage: pmap [PID]\n", stderr);
		return 2;
	}
	puts("   ADDRESSES           RIGHTS FORK     PAGES    RSS SHARED    COW  BACKED BY");
	for (uintptr_t at = 0; mapinfo((pid_t)pid, at, &m) == 0; at = (uintptr_t)m.hi) {
		line(&m);
		pages += (m.hi - m.lo) / 4096;
		resident += m.resident;
		held += m.held;
		cow += m.cow;
	}
	if (errno != ENOENT) {
		fprintf(stderr, "pmap: %ld: %s\n", pid, strerror(errno));
		return 1;
	}
	printf("%38s %8llu %6llu %6llu %6llu\n", "together", (unsigned long long)pages, (unsigned long long)resident,
		(unsigned long long)held, (unsigned long long)cow);
	return 0;
}
