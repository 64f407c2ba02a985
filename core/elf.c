/* SPDX-License-Identifier: MIT */
/*
 * elf.c: an executable's segments as regions over its file.  No byte is read
 * but the headers; the rest comes on demand.
 *
 * Invariant: nothing in the file is believed.  Segments come in order, share
 * no page, lie between the first page and MAP_TOP, and their bytes in the
 * file.  A copy of each header is checked and used, for the file may change.
 * Source: System V ABI, generic, chapters 4 and 5.
 */
#include "proc.h"
#include "lib/elf.h"

enum { SEGMENTS = 16 };

/* Bytes of the file.  0, -ENOEXEC past its end, -ENOMEM. */
static int read_at(struct object *o, size_t size, size_t at, void *to, size_t n)
{
	if (at > size || n > size - at)
		return -ENOEXEC;
	for (size_t k; n > 0; n -= k, at += k, to = (char *)to + k) {
		struct page *pg = obj_page(o, at >> PGSHIFT);
		size_t room = PGSIZE - (at & (PGSIZE - 1));

		if (!pg)
			return -ENOMEM;
		k = n < room ? n : room;
		memcpy(to, (char *)pg_kva(pg) + (at & (PGSIZE - 1)), k);
	}
	return 0;
}

static bool header_ok(const struct elf_header *h)
{
	const uint8_t ident[7] = {
		0x7f, 'E', 'L', 'F', sizeof(word) / 4, __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 2 : 1, 1 };

	return memcmp(h->ident, ident, sizeof ident) == 0 && h->type == ELF_EXEC && h->machine == FR_ELF
	    && h->entry % FR_INSN == 0
	    && h->version == 1 && h->ehsize == sizeof *h && h->phentsize == sizeof(struct elf_segment)
	    && h->phnum > 0 && h->phnum <= SEGMENTS;
}

/* low: the page where the segment before it ended. */
static bool segment_ok(const struct elf_segment *g, size_t size, va_t low)
{
	bool tail = g->filesz < g->memsz && g->filesz > 0;

	return g->filesz <= g->memsz && g->offset <= size && g->filesz <= size - g->offset
	    && PG_DOWN(g->vaddr) >= low && g->vaddr < MAP_TOP && g->memsz < MAP_TOP - g->vaddr
	    && !((g->vaddr - g->offset) & (PGSIZE - 1)) && !(g->align & (g->align - 1))
	    && !(g->flags & ~(uint32_t)(ELF_R | ELF_W | ELF_X))
	    && (!tail || g->flags & ELF_W);		/* its last page is zeroed by a store */
}

static unsigned rights(uint32_t flags)
{
	return (flags & ELF_R ? P_R : 0) | (flags & ELF_W ? P_W : 0) | (flags & ELF_X ? P_X : 0);
}

/* The part that is in the file, up to a page's end, and zeros behind its last byte. */
static int map_file(struct space *s, struct object *o, const struct elf_segment *g, va_t end)
{
	static const char zeros[PGSIZE];
	struct region r = {
		.lo = PG_DOWN(g->vaddr), .hi = end, .prot = rights(g->flags), .kind = R_OBJECT,
		.inherit = INHERIT_COPY, .obj = o, .off = g->offset >> PGSHIFT };
	va_t last = g->vaddr + g->filesz;
	int err;

	obj_get(o);
	err = vm_map(s, &r);
	if (err) {
		obj_put(o);
		return err;
	}
	return g->filesz < g->memsz ? vm_copyout(s, last, zeros, end - last) : 0;
}

/* *low: where the last segment's pages ended; moved on.  0, -ENOEXEC, -ENOMEM. */
static int load(struct space *s, struct object *o, size_t size, const struct elf_segment *g, va_t *low)
{
	struct region zero = { .prot = rights(g->flags), .kind = R_ZERO, .inherit = INHERIT_COPY };
	int err = 0;

	if (!segment_ok(g, size, *low))
		return -ENOEXEC;
	if (g->memsz == 0)
		return 0;
	zero.lo = g->filesz ? PG_UP(g->vaddr + g->filesz) : PG_DOWN(g->vaddr);
	zero.hi = PG_UP(g->vaddr + g->memsz);
	if (g->filesz)
		err = map_file(s, o, g, zero.lo);
	if (!err && zero.lo < zero.hi)
		err = vm_map(s, &zero);
	*low = zero.hi;
	return err;
}

static bool executable(struct space *s, va_t va)
{
	struct region *r;
	bool ok;

	lock(&s->lock);
	r = region_find(s, va);
	ok = r && r->prot & P_X;
	unlock(&s->lock);
	return ok;
}

int elf_load(struct space *s, struct object *o, size_t size, va_t *entry, va_t *end)
{
	struct elf_segment g;
	struct elf_header h;
	int err = read_at(o, size, 0, &h, sizeof h);

	if (err)
		return err;
	if (!header_ok(&h) || h.phoff > size)
		return -ENOEXEC;
	*end = PGSIZE;				/* address 0 stays unmapped */
	for (unsigned i = 0; i < h.phnum; i++) {
		err = read_at(o, size, h.phoff + i * sizeof g, &g, sizeof g);
		if (!err && (g.type == ELF_INTERP || g.type == ELF_DYNAMIC))
			err = -ENOEXEC;
		if (!err && g.type == ELF_LOAD)
			err = load(s, o, size, &g, end);
		if (err)
			return err;
	}
	*entry = h.entry;
	return executable(s, h.entry) ? 0 : -ENOEXEC;
}
