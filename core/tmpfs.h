/* SPDX-License-Identifier: MIT */
/*
 * tmpfs.h: files in memory, what its parts know of each other.
 *
 *	inode.c   inodes: their numbers, and their end
 *	tree.c    directories and paths
 *	name.c    the system calls that take a path
 *	data.c    the bytes of a file
 *	device.c  what a device's node leads to
 *	fsck.c    all of it counted again
 *
 * Locks.  An inode's own covers its size, its object and the positions of
 * its open files; tree_lock all names, links and directories.  inode ->
 * tree_lock -> pool.  Nobody sleeps while holding one.
 */
#pragma once
#include "file.h"

enum {
	FILE_MAX = 1 << 28,		/* bytes: a position never looks like an error */
	LINK_MAX = 32767,		/* names of one inode */
	INODES = 32768			/* numbers 1 to INODES - 1 */
};

struct entry;

/*
 * References: names, open files, working directories, a directory's children (their ".."), running calls.  One can
 * be added without a lock by who has one.  All but the first line is tree_lock's, if not said otherwise.
 */
struct inode {
	struct lock lock;
	_Atomic unsigned ref;
	uint8_t type;			/* FILE_REGULAR, FILE_DIR, FILE_DEVICE; for good, as device and number */
	uint16_t device;
	uint32_t number;
	unsigned links;			/* names; the root has one more, which nobody can take */
	struct entry *name;		/* one of them, or null; a directory's only one */
	struct inode *next, **link;	/* in the list of all */
	unsigned seen, named;		/* fsck.c's */
	union {
		struct {		/* a regular file: its own lock; to change obj takes both */
			struct object *obj;
			size_t size;
		};
		struct {		/* a directory */
			struct inode *parent;		/* the root's is itself */
			struct entry *first, **last;	/* in the order in which they came */
			unsigned subdirs;
			uint32_t serial;		/* of the next entry */
		};
	};
};

/* A name in a directory. */
struct entry {
	struct entry *chain;		/* in its bucket */
	struct entry *next, **link;	/* in its directory */
	struct inode *dir, *inode;
	word key;
	uint32_t serial;
	uint8_t len;
	char name[FILE_NAME];
};

extern struct lock tree_lock;
extern struct inode tree_root, *inode_all;

/* ---- inode.c ---- */

struct inode *inode_new(int type);	/* one reference.  Null: no memory or no number.  => tree_lock */
static inline struct inode *inode_get(struct inode *i) { count_add(&i->ref, 1, __ATOMIC_RELAXED); return i; }
void inode_stat(struct inode *, struct file_info *);	/* all but the type of an open file.  => nothing of these locked */

/* ---- tree.c ---- */

/* Where a path leads. */
struct at {
	struct inode *inode;		/* what is there, or null */
	struct inode *dir;		/* where the last name is or would be; null: it is / or ends in . or .. */
	struct entry *entry;		/* that name, if there and no such */
	const char *name;		/* in the path */
	size_t len;
	word key;			/* tree.c's */
	word slash;			/* slashes come after it: it has to be a directory */
};
void tree_init(void);
/* Its working directory; null in it: the root.  => tree_lock */
static inline struct inode **dir_of(struct proc *p) { return p->group ? group_dir(p) : &p->dir; }
int  tree_check(void);			/* the table against the lists; broken ones, each printed.  => nothing else runs */
/* 0, also if nothing is there; -ENOENT, -ENOTDIR, -ENAMETOOLONG: not even its directory.  => tree_lock */
int  tree_walk(const char *path, struct at *);
/* A new inode there, where nothing is; *out has no reference but the name's.  -ENOENT, -ENOSPC.  => tree_lock */
int  tree_create(const struct at *, int type, struct inode **out);
int  tree_add(const struct at *, struct inode *);	/* one name more for it.  -ENOENT, -ENOSPC.  => tree_lock */
struct inode *tree_remove(struct entry *);	/* the caller takes over its reference to the inode.  => tree_lock */
void tree_move(struct entry *, const struct at *to);	/* where nothing is; a directory's parent changes.  => tree_lock */
int  tree_make(const char *path, int type, unsigned device);	/* mkdir, mknod.  => nothing locked */
extern const struct file_ops tree_ops;		/* an open directory */
intptr_t tree_seek(struct file *, intptr_t off, word whence);

/* ---- data.c ---- */

extern const struct file_ops data_ops;		/* an open regular file */
intptr_t data_seek(struct file *, intptr_t off, word whence);
intptr_t data_move(struct file *, va_t, size_t n, size_t at, bool out);	/* read or write there */
int  data_truncate(struct inode *, size_t);	/* 0, -EFBIG, -ENOMEM: nothing has changed */
/* A new file that reads as this image, for the ramdisk's.  0 or as open.  => booting */
int  data_image(const char *path, const void *image, size_t size);

/* ---- cpio.c ---- */

void ramdisk_load(void);			/* => booting */

/* What files may take of memory: half of it, so that programs can always run.  Set when the machine has booted. */
extern struct quota data_quota;

/* ---- device.c ---- */

enum { DEV_CONSOLE = 1, DEV_NULL, DEV_ZERO };	/* xv6's programs know the first by its number */
const struct file_ops *device_ops(unsigned device);	/* null: there is none of this number */
