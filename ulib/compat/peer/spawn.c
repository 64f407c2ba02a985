/* SPDX-License-Identifier: MIT */
/*
 * spawn.c: a new environment with another program, built from outside, page by page, as the peers do it.
 *
 * A page is made at a place of our own, filled, and moved to the child.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include <exofork.h>
#include "lib/elf.h"
#include "peer.h"

enum { RUNS = 32, NAMES = 64 };

struct building {
	pid_t child;
	int fd;
	char *scratch;			/* where pages are made */
};

/* The child gets the scratch page at va. */
static int hand_over(const struct building *b, uintptr_t va, unsigned rights)
{
	return page_map(0, b->scratch, b->child, (void *)va, rights | PAGE_MOVE);
}

static int new_page(const struct building *b)
{
	return page_alloc(0, b->scratch, PROT_READ | PROT_WRITE);
}

/* Read n bytes at off, all of them. */
static int read_at(int fd, long off, void *to, size_t n)
{
	if (lseek(fd, off, SEEK_SET) == off && read(fd, to, n) == (ssize_t)n)
		return 0;
	errno = ENOEXEC;
	return -1;
}

/* A page of a segment: what of it lies in the file, and zeros. */
static int load_page(const struct building *b, const struct elf_segment *h, uintptr_t page)
{
	uintptr_t lo = page > h->vaddr ? page : h->vaddr, end = h->vaddr + h->filesz;

	if (end > page + PEER_PAGE)
		end = page + PEER_PAGE;
	if (new_page(b) < 0)
		return -1;
	if (lo < end && read_at(b->fd, h->offset + (lo - h->vaddr), b->scratch + (lo - page), end - lo) < 0)
		return -1;
	return hand_over(b, page, PEER_RIGHTS | (h->flags & ELF_W ? PROT_WRITE : 0));
}

static int load(const struct building *b, uintptr_t *entry)
{
	struct elf_header e;
	struct elf_segment h;

	if (read_at(b->fd, 0, &e, sizeof e) < 0)
		return -1;
	if (memcmp(e.ident, "\177ELF", 4) != 0 || e.machine != FR_ELF) {
		errno = ENOEXEC;
		return -1;
	}
	*entry = e.entry;
	for (unsigned i = 0; i < e.phnum; i++) {
		if (read_at(b->fd, e.phoff + i * sizeof h, &h, sizeof h) < 0)
			return -1;
		for (uintptr_t page = h.vaddr & -(uintptr_t)PEER_PAGE; h.type == ELF_LOAD && page < h.vaddr + h.memsz;
		     page += PEER_PAGE)
			if (load_page(b, &h, page) < 0)
				return -1;
	}
	return 0;
}

/*
 * The page that exec would make: argc, argv, 0, an empty environment, and above them the strings.  The program begins on it, below the
 * stack that it will make for itself.  Its stack pointer, 0: too long.
 */
static uintptr_t build_stack(const struct building *b, const char *const argv[])
{
	const uintptr_t there = peer_stack_top - (PEER_STACK_PAGES + 2) * PEER_PAGE;
	uintptr_t at[NAMES + 3] = { 0 }, top = PEER_PAGE - 64, argc = 0;

	if (new_page(b) < 0)
		return 0;
	for (; argv[argc]; argc++) {
		size_t n = strlen(argv[argc]) + 1;

		if (argc == NAMES || n + sizeof at >= top) {
			errno = E2BIG;
			return 0;
		}
		top -= n;
		memcpy(b->scratch + top, argv[argc], n);
		at[1 + argc] = there + top;
	}
	at[0] = argc;
	top = (top - (argc + 3) * sizeof *at) & ~(uintptr_t)15;
	memcpy(b->scratch + top, at, (argc + 3) * sizeof *at);
	return hand_over(b, there, PEER_RIGHTS | PROT_WRITE) < 0 ? 0 : there + top;
}

/* The pages that the two are to share. */
static int share_pages(const struct building *b)
{
	enum { SOFT = PAGE_S0 | PAGE_S1 };
	struct page_run runs[RUNS];
	uintptr_t lo = 0;
	int n;

	while (lo < peer_window && (n = query(0, (void *)lo, (void *)peer_window, runs, RUNS)) > 0) {
		for (int i = 0; i < n; i++)
			for (uintptr_t va = runs[i].lo; (runs[i].have & SOFT) == PAGE_S1 && va < runs[i].hi; va += PEER_PAGE)
				if (page_map(0, (void *)va, b->child, (void *)va, runs[i].have & ~PAGE_PRESENT) < 0)
					return -1;
		lo = runs[n - 1].hi;
	}
	return 0;
}

static int build(const struct building *b, const char *const argv[])
{
	struct regs r = { 0 };
	uintptr_t entry;

	if (share_pages(b) < 0 || load(b, &entry) < 0 || !(r.r[FR_SP] = build_stack(b, argv)))
		return -1;
	r.r[FR_PC] = entry;
	return set_frame(b->child, &r) < 0 ? -1 : set_status(b->child, STATUS_RUN);
}

/* Programs lie in /bin; MOS's have names that end in .b. */
static int open_program(const char *path)
{
	char in_bin[PATH_LEN] = "/bin/";
	size_t n = strlcpy(in_bin + 5, path + (*path == '/'), sizeof in_bin - 5) + 5;
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		fd = open(in_bin, O_RDONLY);
	if (fd < 0 && n < sizeof in_bin && strcmp(in_bin + n - 2, ".b") == 0) {
		in_bin[n - 2] = 0;
		fd = open(in_bin, O_RDONLY);
	}
	return fd;
}

pid_t peer_spawn(const char *path, const char *const argv[])
{
	static char scratch[PEER_PAGE] __attribute__((aligned(PEER_PAGE)));
	struct building b = { .fd = open_program(path), .scratch = scratch };
	int err;

	if (b.fd < 0)
		return -1;
	b.child = exofork_here();
	if (b.child > 0 && build(&b, argv) < 0) {
		err = errno;
		kill(b.child, SIGKILL);
		b.child = -err;
	}
	close(b.fd);
	if (b.child > 0)
		return b.child;
	errno = -b.child;
	return -1;
}
