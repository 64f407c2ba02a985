/* SPDX-License-Identifier: MIT */
/*
 * fdt.c: reading a flattened device tree.  No state, no lock.
 * Nothing outside [blob, blob + its size) is read, however bad it is.
 */
#include "fdt.h"

enum { MAGIC = 0xd00dfeed, SIZE_LIMIT = 2 << 20, HEADER = 40, DEPTH = 16 };
enum { BEGIN_NODE = 1, END_NODE, PROP, NOP };
enum { H_SIZE = 4, H_STRUCT = 8, H_STRINGS = 12, H_RESERVE = 16, H_STRINGS_LEN = 32, H_STRUCT_LEN = 36 };	/* offsets in the header */

struct block { const uint8_t *p, *end; };

struct walk {
	struct block tree, strings;
	int depth;			/* of the node we are in; 0: none */
	struct { const char *name; uint32_t address_cells, size_cells; } node[DEPTH];
};

uint32_t fdt_u32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

uint32_t fdt_size(const void *blob)
{
	uint32_t size = fdt_u32((const uint8_t *)blob + H_SIZE);

	return fdt_u32(blob) == MAGIC && size >= HEADER && size <= SIZE_LIMIT ? size : 0;
}

static size_t left(const struct block *b)
{
	return (size_t)(b->end - b->p);
}

static bool take_u32(struct block *b, uint32_t *v)
{
	if (left(b) < 4)
		return false;
	*v = fdt_u32(b->p);
	b->p += 4;
	return true;
}

/* n bytes, and what fills up the last cell. */
static const uint8_t *take(struct block *b, size_t n)
{
	const uint8_t *p = b->p;

	if (left(b) < ((n + 3) & ~(size_t)3))
		return 0;
	b->p += (n + 3) & ~(size_t)3;
	return p;
}

static size_t string_len(const struct block *b)
{
	size_t n = 0;

	while (n < left(b) && b->p[n])
		n++;
	return n;
}

static bool begin_node(struct walk *w)
{
	size_t n = string_len(&w->tree) + 1;
	const char *name = (const char *)take(&w->tree, n);

	if (!name || ++w->depth >= DEPTH)
		return false;
	w->node[w->depth].name = name;
	w->node[w->depth].address_cells = 2;
	w->node[w->depth].size_cells = 1;
	return true;
}

static bool property(struct walk *w, void (*fn)(const struct fdt_prop *))
{
	uint32_t len, name;
	struct fdt_prop p;
	struct block s;

	if (w->depth == 0 || !take_u32(&w->tree, &len) || !take_u32(&w->tree, &name))
		return false;
	p.data = take(&w->tree, len);
	if (!p.data || name >= left(&w->strings))
		return false;
	s = (struct block){ w->strings.p + name, w->strings.end };
	if (string_len(&s) == left(&s))
		return false;
	p.name = (const char *)s.p;
	p.len = len;
	p.node = w->node[w->depth].name;
	p.parent = w->node[w->depth - 1].name;
	p.address_cells = w->node[w->depth - 1].address_cells;
	p.size_cells = w->node[w->depth - 1].size_cells;
	if (len == 4 && fdt_is(p.name, "#address-cells"))
		w->node[w->depth].address_cells = fdt_u32(p.data);
	if (len == 4 && fdt_is(p.name, "#size-cells"))
		w->node[w->depth].size_cells = fdt_u32(p.data);
	fn(&p);
	return true;
}

static bool block_at(struct block *b, const uint8_t *blob, size_t off, size_t len)
{
	uint32_t size = fdt_size(blob), lo = fdt_u32(blob + off), n = fdt_u32(blob + len);

	*b = (struct block){ blob + lo, blob + lo + n };
	return lo <= size && n <= size - lo;
}

bool fdt_each(const void *blob, void (*fn)(const struct fdt_prop *))
{
	struct walk w = { .node[0] = { "", 2, 1 } };
	uint32_t token;

	if (!fdt_size(blob) || !block_at(&w.tree, blob, H_STRUCT, H_STRUCT_LEN)
	    || !block_at(&w.strings, blob, H_STRINGS, H_STRINGS_LEN))
		return false;
	while (take_u32(&w.tree, &token)) {
		if (token == BEGIN_NODE ? !begin_node(&w) : token == PROP ? !property(&w, fn) : false)
			return false;
		if (token == END_NODE && --w.depth <= 0)
			return w.depth == 0;
		if (token == 0 || token > NOP)
			return false;
	}
	return false;
}

static uint64_t cells(const uint8_t *p, uint32_t n)
{
	uint64_t v = 0;

	while (n-- > 0) {
		v = v << 32 | fdt_u32(p);
		p += 4;
	}
	return v;
}

bool fdt_reg(const struct fdt_prop *p, unsigned i, uint64_t *addr, uint64_t *size)
{
	uint32_t a = p->address_cells, s = p->size_cells, pair = (a + s) * 4;

	if (a > 2 || s > 2 || pair == 0 || i >= p->len / pair)
		return false;
	*addr = cells(p->data + i * pair, a);
	*size = cells(p->data + i * pair + a * 4, s);
	return true;
}

bool fdt_reserve(const void *blob, unsigned i, uint64_t *addr, uint64_t *size)
{
	const uint8_t *b = blob;
	uint32_t all = fdt_size(blob), off = fdt_u32(b + H_RESERVE);

	if (off > all || (all - off) / 16 <= i)
		return false;
	*addr = cells(b + off + (size_t)i * 16, 2);
	*size = cells(b + off + (size_t)i * 16 + 8, 2);
	return *addr || *size;				/* the last is all zero */
}

bool fdt_is(const char *name, const char *what)
{
	while (*what && *name == *what)
		name++, what++;
	return !*what && (!*name || *name == '@');
}
