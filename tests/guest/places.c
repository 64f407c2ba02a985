/* SPDX-License-Identifier: MIT */
/* places.c: see places.h.  One place exists at a time. */
#include <fcntl.h>
#include "places.h"

enum { RW = PROT_READ | PROT_WRITE };

const char *place_fill;
static char *area;			/* what make() mapped: two pages */
static char *heap;			/* or its part of the heap */
static int file = -1;			/* or the file that was mapped */
static char bytes[2 * PAGE];		/* and what it has to hold for ever */
static char *spot;			/* what make() gave, and n */
static size_t size;

/* Who shares the area, by fork: tells at the end what it sees there. */
static struct { pid_t pid; int go[2]; volatile unsigned *sum; unsigned before; bool shared; } other;

static unsigned sum(const char *p, size_t n)
{
	unsigned s = 1;

	while (n--)
		s = s * 31 + (unsigned char)*p++;
	return s;
}

/* Of n bytes astride two pages, those in the first: whole words. */
static size_t half(size_t n) { return (n / 2 + 3) / 4 * 4; }

static char *at(char *p, size_t n)
{
	size = n;
	return spot = p;
}

static void fill(char *p)
{
	if (place_fill)
		memcpy(p, place_fill, size);
	else
		memset(p, 'o', size);
}

static char *fresh(int flags)
{
	return area = pages_prot(2, RW, flags);
}

/* In the first page, or astride both; aligned for every structure. */
static char *within(size_t n, int flags) { return at(fresh(flags) + 64, n); }
static char *astride(size_t n, int flags) { return at(fresh(flags) + PAGE - half(n), n); }

/* From here on a child has it too, and looks at it when all is over. */
static char *inherited(char *p, bool shared)
{
	char c;

	other.shared = shared;
	other.before = sum(p, size);
	other.sum = (void *)pages_prot(1, RW, MAP_SHARED);
	CHECK(pipe(other.go) == 0);
	if ((other.pid = fork()) == 0) {
		close(other.go[1]);
		read(other.go[0], &c, 1);
		*other.sum = sum(p, size);
		_exit(0);
	}
	CHECK(other.pid > 0);
	close(other.go[0]);
	return p;
}

static char *present(size_t n)
{
	fill(within(n, MAP_PRIVATE));
	return spot;
}

static char *both_present(size_t n)
{
	fill(astride(n, MAP_PRIVATE));
	return spot;
}

/* Bytes that nobody has touched can only be zero: with something to fill in, it is no such place. */
static char *lazy(size_t n) { return place_fill ? present(n) : within(n, MAP_PRIVATE); }
static char *lazy_astride(size_t n) { return place_fill ? both_present(n) : astride(n, MAP_PRIVATE); }
static char *lazy_shared(size_t n) { return inherited(place_fill ? (fill(astride(n, MAP_SHARED)), spot) : astride(n, MAP_SHARED), true); }
static char *lazy_forked(size_t n) { lazy_astride(n); area[0] = 1; other.before = 0; return inherited(spot, false); }
static char *cow(size_t n) { return inherited(present(n), false); }
static char *cow_astride(size_t n) { return inherited(both_present(n), false); }

static char *cow_again(size_t n)
{
	inherited(both_present(n), false);
	CHECK(mprotect(area, 2 * PAGE, PROT_READ) == 0 && mprotect(area, 2 * PAGE, RW) == 0);
	return spot;
}

static char *two_regions(size_t n)
{
	both_present(n);
	CHECK(mprotect(area + PAGE, PAGE, RW | PROT_EXEC) == 0);
	return inherited(spot, false);
}

/* A private mapping of a file that holds the bytes; nobody has looked at it yet. */
static char *filed(size_t n)
{
	size_t off = PAGE - half(n);

	size = n;
	memset(bytes, 'f', sizeof bytes);
	fill(bytes + off);
	CHECK((file = open("/place", O_RDWR | O_CREAT | O_TRUNC)) >= 0);
	EQUAL(write(file, bytes, sizeof bytes), sizeof bytes);
	area = mmap(0, sizeof bytes, RW, MAP_PRIVATE, file, 0);
	CHECK(area != MAP_FAILED);
	return at(area + off, n);
}

static char *filed_seen(size_t n)
{
	filed(n);
	CHECK(memcmp(area, bytes, sizeof bytes) == 0);
	return spot;
}

static char *filed_cow(size_t n) { return inherited(filed_seen(n), false); }

static char *grown_heap(size_t n)
{
	uintptr_t end = (uintptr_t)sbrk(3 * PAGE), page = (end + PAGE - 1) / PAGE * PAGE;

	heap = (char *)end;
	at((char *)page + PAGE - half(n), n);
	if (place_fill)
		fill(spot);
	return spot;
}

/* The heap has been there, and is gone again. */
static char *shrunk_heap(size_t n)
{
	fill(grown_heap(n));
	CHECK(sbrk(-3 * PAGE) != (void *)-1);
	heap = NULL;
	spot = (char *)((uintptr_t)spot / PAGE * PAGE + 2 * PAGE);
	return spot;
}

/* Deep in the stack, where nothing was yet. */
static char *deep_stack(size_t n)
{
	uintptr_t sp = (uintptr_t)__builtin_frame_address(0) / PAGE * PAGE;
	static unsigned deeper;

	at((char *)sp - (20 + 3 * (deeper++ % 100)) * PAGE - half(n), n);
	if (place_fill)
		fill(spot);
	return spot;
}

static char *half_hole(size_t n)
{
	both_present(n);
	CHECK(munmap(area + PAGE, PAGE) == 0);
	return spot;
}

static char *half_readonly(size_t n)
{
	both_present(n);
	CHECK(mprotect(area + PAGE, PAGE, PROT_READ) == 0);
	return spot;
}

static char *half_none(size_t n)
{
	both_present(n);
	CHECK(mprotect(area + PAGE, PAGE, PROT_NONE) == 0);
	return spot;
}

static char *readonly(size_t n)
{
	both_present(n);
	CHECK(mprotect(area, 2 * PAGE, PROT_READ) == 0);
	return inherited(spot, false);
}

static char *none(size_t n)
{
	both_present(n);
	CHECK(mprotect(area, 2 * PAGE, PROT_NONE) == 0);
	return spot;
}

static char *hole(size_t n)
{
	both_present(n);
	CHECK(munmap(area, 2 * PAGE) == 0);
	return spot;
}

/* The file has no bytes any more, and no name: who mapped it keeps them (H41). */
static char *filed_cut(size_t n)
{
	int cut;

	filed(n);
	CHECK((cut = open("/place", O_RDWR | O_TRUNC)) >= 0);
	EQUAL(lseek(file, 0, SEEK_END), 0);
	CHECK(close(cut) == 0 && close(file) == 0 && unlink("/place") == 0);
	file = -1;
	return inherited(spot, false);
}

/* Where the stack ends there, its last bytes, which are the arguments of long ago, and the environment. */
static char *top(size_t n)
{
	at((char *)(uintptr_t)sys.user_top - half(n), n);
	environ = NULL;
	if (place_fill && sys.stack_top == sys.user_top)
		memcpy(spot, place_fill, half(n));
	return spot;
}

static char *kernels(size_t n) { return at((char *)(uintptr_t)sys.user_top + 4 * PAGE, n); }
static char *wrapping(size_t n) { return at((char *)-(uintptr_t)half(n), n); }
static char *null(size_t n) { return at((char *)(uintptr_t)64, n); }	/* 0 itself means something to some calls */
static char *guard(size_t n) { return at((char *)(uintptr_t)sys.stack_low - 4 * PAGE, n); }

const struct place places[] = {
	{ "present", present, ALL, ALL },
	{ "lazy", lazy, ALL, ALL },
	{ "lazy, astride two pages", lazy_astride, ALL, ALL },
	{ "lazy, shared with a child", lazy_shared, ALL, ALL },
	{ "lazy at a fork", lazy_forked, ALL, ALL },
	{ "copy-on-write", cow, ALL, ALL },
	{ "copy-on-write, astride two pages", cow_astride, ALL, ALL },
	{ "copy-on-write, read-only and back", cow_again, ALL, ALL },
	{ "astride two regions, copy-on-write", two_regions, ALL, ALL },
	{ "a file's, private, not seen yet", filed, ALL, ALL },
	{ "a file's, private, read before", filed_seen, ALL, ALL },
	{ "a file's, private, inherited", filed_cow, ALL, ALL },
	{ "a file's that was cut and removed", filed_cut, ALL, ALL },
	{ "heap not used yet", grown_heap, ALL, ALL },
	{ "stack not used yet", deep_stack, ALL, ALL },
	{ "half in a hole", half_hole, HALF, HALF },
	{ "half read-only", half_readonly, HALF, ALL },
	{ "half PROT_NONE", half_none, HALF, HALF },
	{ "read-only, inherited", readonly, NONE, ALL },
	{ "PROT_NONE", none, NONE, NONE },
	{ "in a hole", hole, NONE, NONE },
	{ "heap that was given back", shrunk_heap, NONE, NONE },
	{ "below the stack's limit", guard, NONE, NONE },
	{ "astride the end of user space", top, HALF, HALF },
	{ "the kernel's", kernels, NONE, NONE },
	{ "wrapping", wrapping, NONE, NONE },
	{ "at address 64", null, NONE, NONE },
};
const unsigned place_count = sizeof places / sizeof *places;

/* The child sees what it had at the fork, or if it is shared what we see. */
static void ask_other(void)
{
	int status;

	if (other.pid <= 0)
		return;
	close(other.go[1]);
	CHECK(waitpid(other.pid, &status, 0) == other.pid);
	EQUAL(status, 0);
	EQUAL(*other.sum, other.shared ? sum(spot, size) : other.before);
	CHECK(munmap((void *)other.sum, PAGE) == 0);
	other.pid = 0;
}

void place_done(const struct place *p)
{
	static char now[sizeof bytes];

	(void)p;
	ask_other();
	if (file >= 0) {
		EQUAL(lseek(file, 0, SEEK_SET), 0);
		EQUAL(read(file, now, sizeof now), sizeof now);
		CHECK(memcmp(now, bytes, sizeof now) == 0);	/* no store to a private mapping reaches the file */
		CHECK(close(file) == 0 && unlink("/place") == 0);
		file = -1;
	}
	if (area)
		CHECK(munmap(area, 2 * PAGE) == 0);
	if (heap)
		CHECK(sbrk(-3 * PAGE) != (void *)-1);
	area = heap = NULL;
}
