/* SPDX-License-Identifier: MIT */
/* ramfs.h: what a file in memory is, for ramfs.c and cpio.c. */
#pragma once
#include "file.h"

struct inode {
	struct inode *next;
	uint32_t hash;			/* of its name */
	unsigned ref, links;		/* its name and open files; 1 while it has the name */
	struct lock lock;
	struct object *obj;
	size_t size;
	char name[PATH_LEN];
};

/* A new file; its name is free and no longer than PATH_LEN with its end.  Null: no memory.  => names locked, or booting */
struct inode *ramfs_create(const char *name, size_t size, const void *image);
/* Leave the part of a path that names a file.  0, -ENOENT if it is empty, -EISDIR: "/" and "bin/" are directories at best. */
int ramfs_name(const char **path);
