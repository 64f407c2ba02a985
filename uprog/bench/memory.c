/* SPDX-License-Identifier: MIT */
/* memory.c: what it costs to ask for memory, to change it and to give it back. */
#include "bench.h"
#include <fcntl.h>
#include <sys/mman.h>

enum { PAGES = 1024, MIB = 1 << 20, MAPS = 32 };

/*
 * So many mappings of 1 MiB, none like its neighbour, so that each is a region of its own.  They are made and
 * unmapped one by one; nothing in them was touched.
 */
static void map_all(struct sample *s, char *at[MAPS])
{
	measure_start(s, MAPS);
	for (int i = 0; i < MAPS; i++)
		at[i] = mmap(NULL, MIB, i % 2 ? PROT_READ : PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	measure_stop(s);
	for (int i = 0; i < MAPS; i++)
		if (at[i] == MAP_FAILED)
			die("mmap");
}

static void unmap_all(struct sample *s, char *at[MAPS])
{
	measure_start(s, MAPS);
	for (int i = 0; i < MAPS; i++)
		munmap(at[i], MIB);
	measure_stop(s);
}

void mmap_call(int strategy)
{
	struct sample up = { .mib = -1 }, down = { .mib = -1 };
	char *at[MAPS];

	for (int i = 0; i < 2; i++) {
		map_all(&up, at);
		unmap_all(&down, at);
	}
	row("mmap", strategy, &up);
	row("munmap", strategy, &down);
}

/* A touched page's part of unmapping many. */
void munmap_page(int strategy)
{
	struct sample s = { .mib = -1 };

	for (int i = 0; i < 2; i++) {
		char *p = map(PAGES);

		touch(p, PAGES);
		measure_start(&s, PAGES);
		munmap(p, PAGES * PAGE);
		measure_stop(&s);
	}
	row("munmap-page", strategy, &s);
}

/* One page amid many loses W, and gets it back: a region becomes three, and one again.  Each call counts. */
void mprotect_page(int strategy)
{
	struct sample s = { .mib = -1 };
	char *p = map(PAGES);

	touch(p, PAGES);
	for (int i = 0; i < 2; i++) {
		measure_start(&s, PAGES - 2);
		for (char *at = p + PAGE; at < p + (PAGES / 2) * PAGE; at += PAGE) {
			mprotect(at, PAGE, PROT_READ);
			mprotect(at, PAGE, PROT_READ | PROT_WRITE);
		}
		measure_stop(&s);
	}
	munmap(p, PAGES * PAGE);
	row("mprotect", strategy, &s);
}

void sbrk_call(int strategy)
{
	struct sample s = { .mib = -1 };

	for (int i = 0; i < 2; i++) {
		measure_start(&s, 2 * MAPS);
		for (int k = 0; k < MAPS; k++)
			sbrk(MIB);
		for (int k = 0; k < MAPS; k++)
			sbrk(-MIB);
		measure_stop(&s);
	}
	row("sbrk", strategy, &s);
}

/* First reads of a file's pages, which are in memory already. */
void file_fault(int strategy)
{
	struct sample s = { .mib = -1 };
	unsigned n = 0;

	for (int i = 0; i < 2; i++) {
		int fd = open("/bin/bench", O_RDONLY);
		off_t size = lseek(fd, 0, SEEK_END);
		volatile char *p = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);

		if (fd < 0 || p == MAP_FAILED)
			die("/bin/bench");
		close(fd);
		n = size / PAGE;
		p[n * PAGE];				/* what tables it needs are there */
		measure_start(&s, n);
		for (unsigned k = 0; k < n; k++)
			p[k * PAGE];
		measure_stop(&s);
		munmap((void *)p, size);
	}
	row("file-fault", strategy, &s);
}
