/* SPDX-License-Identifier: MIT */
/* fdt.h: reading a flattened device tree (Devicetree Specification 0.3, chapter 5). */
#pragma once
#include "types.h"

/* One property, as it is met.  cells: those of the parent node, which say how to read a reg. */
struct fdt_prop {
	const char *parent, *node, *name;	/* of the root node: "" */
	const uint8_t *data;
	uint32_t len;
	uint32_t address_cells, size_cells;
};

/* Call fn for every property, in order.  False: malformed; what came before has been seen. */
bool fdt_each(const void *blob, void (*fn)(const struct fdt_prop *));
uint32_t fdt_size(const void *blob);	/* bytes; 0: not a device tree */
/* The i-th range of the memory reservation block.  False: there are not so many. */
bool fdt_reserve(const void *blob, unsigned i, uint64_t *addr, uint64_t *size);
/* The i-th (address, size) of a reg property.  False: there are not so many. */
bool fdt_reg(const struct fdt_prop *, unsigned i, uint64_t *addr, uint64_t *size);
uint32_t fdt_u32(const uint8_t *);
bool fdt_is(const char *name, const char *what);	/* what, or what@... */
