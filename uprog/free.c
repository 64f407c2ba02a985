/* SPDX-License-Identifier: MIT */
/* free.c: the machine's memory. */
#include <stdio.h>
#include <yoke.h>

static void row(const char *name, const struct mem_info *m, uint32_t pages)
{
	printf("%-7s %8u %10u\n", name, (unsigned)pages, (unsigned)((uint64_t)pages * m->page_size >> 10));
}

int main(void)
{
	struct mem_info m;

	if (meminfo(&m) < 0) {
		perror("free");
		return 1;
	}
	puts("           PAGES        KIB");
	row("total", &m, m.total);
	row("free", &m, m.free);
	row("user", &m, m.user);
	row("tables", &m, m.tables);
	row("kernel", &m, m.kernel);
	return 0;
}
