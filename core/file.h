/* SPDX-License-Identifier: MIT */
/*
 * file.h: open files, and what the kinds of file give one another.
 *
 * A struct file is counted: one reference for each descriptor that names it,
 * in any process.  The table of descriptors belongs to its process alone and
 * needs no lock.  A file's kind looks after its own state:
 *
 * Locks.  inode, pipe or console input -> space -> object -> wait queue;
 * tree_lock (tmpfs.h) comes after an inode's.  All but that one are held
 * while user memory is copied (which never sleeps), and the VM core calls
 * nothing here.  console output is the last of all.
 */
#pragma once
#include "proc.h"

struct file_ops {
	int kind;			/* FILE_* */
	/* User buffers.  Bytes moved, 0 at the end, or -errno if none was. */
	intptr_t (*read)(struct file *, va_t to, size_t n);
	intptr_t (*write)(struct file *, va_t from, size_t n);
	void (*stat)(struct file *, struct file_info *);	/* info is zero but for the type */
	void (*close)(struct file *);
};

struct file {
	_Atomic unsigned ref;
	_Atomic int flags;		/* O_*, as opened; F_SETFL's may change: file_flags() */
	bool reads, writes;		/* as they say */
	const struct file_ops *ops;
	struct inode *inode;		/* what was opened by a name, with a reference; else null */
	struct pipe *pipe;
	size_t pos;			/* => inode locked */
	unsigned seen;			/* fsck.c's */
};

enum { IO_MAX = 1 << 30 };		/* bytes one call moves at most: a count never looks like an error */

/* ---- file.c ---- */

struct file *file_new(const struct file_ops *, int flags);	/* one reference; null: no memory */
struct file *fd_file(word fd);		/* the running process's; null: not open.  Let go by fd_done */
void fd_done(struct file *);		/* null: nothing */
bool fd_room(void);			/* is a descriptor free? */
intptr_t fd_add(struct file *, int flags);	/* the lowest free descriptor, O_CLOEXEC or not, takes over the reference; -EMFILE: it is put */
static inline bool file_reads(const struct file *f) { return f->reads; }
static inline bool file_writes(const struct file *f) { return f->writes; }
static inline int file_flags(const struct file *f) { return __c11_atomic_load(&f->flags, __ATOMIC_RELAXED); }

/* At most n bytes from a user address on that lie in one page: they are copied wholly or not at all. */
static inline size_t user_run(va_t a, size_t n)
{
	size_t left = PGSIZE - (a & (PGSIZE - 1));

	return n < left ? n : left;
}

/* ---- tmpfs.h tells more of these ---- */

int file_open(const char *path, int flags, struct file **);	/* O_*; 0 or an error, and then nothing is new */
struct object *file_object(struct file *, size_t *size, bool shared);	/* a reference, for mmap; null: not a regular file */

/* ---- pipe.c ---- */

extern const struct file_ops pipe_ops;
void pipe_flags(struct file *);		/* its flags have changed.  => nothing locked */

/* ---- console.c ---- */

extern const struct file_ops console_ops;
/* Speak without interruption; a program's unfinished line is ended before the kernel speaks, and the reverse. */
void console_begin(bool kernel);
void console_put(int c, void *);	/* NL gives CR NL; the second argument is for format() */
void console_end(void);
