/* SPDX-License-Identifier: MIT */
/*
 * ramfs.c: files in memory, under flat names ("bin/ls"; a leading slash
 * means nothing).  Their bytes are an object's pages, which mappings share:
 * reading, writing and running a file all meet in the same pages.
 *
 * Invariant: an inode is in the list while it has a name or is open; its
 * object holds at least `size` bytes, and those past it were never written.
 * Truncation gives it a new object, and whoever maps the old one keeps that.
 * Locks: `names` for the list, names and reference counts; an inode's own for
 * size, object and the positions of its open files.  Never both.
 */
#include "ramfs.h"
#include "lib/string.h"

enum { FILE_MAX = 1 << 28 };		/* bytes: a position never looks like an error */

static struct lock names = LOCK(LOCK_FILES);
static struct inode *first, **last = &first;
static struct pool inodes = POOL(struct inode);

static size_t pages(size_t bytes) { return (bytes + PGSIZE - 1) >> PGSHIFT; }

static uint32_t hash(const char *s)	/* FNV-1a */
{
	uint32_t h = 2166136261u;

	while (*s)
		h = (h ^ (unsigned char)*s++) * 16777619u;
	return h;
}

/* The file of this name, or null.  => names locked */
static struct inode *find(const char *name)
{
	uint32_t h = hash(name);
	struct inode *i = first;

	while (i && !(i->hash == h && i->links && !strcmp(i->name, name)))
		i = i->next;
	return i;
}

struct inode *ramfs_create(const char *name, size_t size, const void *image)
{
	struct inode *i = pool_alloc(&inodes);
	struct object *obj = i ? obj_new(pages(size), image, size) : NULL;

	if (!obj) {
		if (i)
			pool_free(&inodes, i);
		return NULL;
	}
	*i = (struct inode){ .lock = LOCK(LOCK_FILE), .hash = hash(name), .ref = 1, .links = 1, .obj = obj, .size = size };
	strcpy(i->name, name);
	*last = i;
	last = &i->next;
	return i;
}

/* Let go of a reference, with the last one of the inode.  => names locked; => unlocked */
static void drop(struct inode *i)
{
	struct inode **link = &first;

	if (--i->ref) {
		unlock(&names);
		return;
	}
	while (*link != i)
		link = &(*link)->next;
	*link = i->next;
	if (last == &i->next)
		last = link;
	unlock(&names);
	obj_put(i->obj);
	pool_free(&inodes, i);
}

int ramfs_name(const char **path)
{
	size_t n = strlen(*path);

	if (!n)
		return -ENOENT;
	if ((*path)[n - 1] == '/')
		return -EISDIR;
	while (**path == '/')
		++*path;
	return 0;
}

/* ---- open files ---- */

static intptr_t ramfs_read(struct file *f, va_t to, size_t n)
{
	struct inode *i = f->inode;
	size_t done = 0;
	int err = 0;

	lock(&i->lock);
	if (f->pos >= i->size)
		n = 0;
	else if (n > i->size - f->pos)
		n = i->size - f->pos;
	while (done < n) {
		struct page *pg = obj_page(i->obj, f->pos >> PGSHIFT);
		size_t len = user_run(to + done, user_run(f->pos, n - done));

		err = pg ? vm_copyout(cur()->space, to + done, (char *)pg_kva(pg) + f->pos % PGSIZE, len) : -ENOMEM;
		if (err)
			break;
		f->pos += len;
		done += len;
	}
	unlock(&i->lock);
	return done ? (intptr_t)done : err;
}

/* One run of bytes, within a page of the file and of the user's.  => inode locked */
static int put(struct inode *i, size_t pos, va_t from, size_t len)
{
	struct page *pg = obj_page(i->obj, pos >> PGSHIFT);
	char *to;
	int err;

	if (!pg)
		return -ENOSPC;
	to = (char *)pg_kva(pg) + pos % PGSIZE;
	err = vm_copyin(cur()->space, to, from, len);
	if (!err)
		mmu_icache(to, len);	/* somebody may run it */
	return err;
}

static intptr_t ramfs_write(struct file *f, va_t from, size_t n)
{
	struct inode *i = f->inode;
	size_t done = 0;
	int err;

	lock(&i->lock);
	if (f->flags & O_APPEND)
		f->pos = i->size;
	if (n > FILE_MAX - f->pos)
		n = FILE_MAX - f->pos;
	err = n ? obj_grow(i->obj, pages(f->pos + n)) : -EFBIG;
	while (!err && done < n) {
		size_t len = user_run(from + done, user_run(f->pos, n - done));

		err = put(i, f->pos, from + done, len);
		if (err)
			break;
		f->pos += len;
		done += len;
		if (i->size < f->pos)
			i->size = f->pos;
	}
	unlock(&i->lock);
	return done ? (intptr_t)done : err;
}

static void stat(const struct inode *i, struct file_info *info)
{
	strcpy(info->name, i->name);
	info->size = i->size;
	info->links = i->links;
}

static void ramfs_stat(struct file *f, struct file_info *info)
{
	stat(f->inode, info);
}

static void ramfs_close(struct file *f)
{
	if (!f->inode)			/* it never came to be opened */
		return;
	lock(&names);
	drop(f->inode);
}

static const struct file_ops ramfs_ops = { FILE_REGULAR, ramfs_read, ramfs_write, ramfs_stat, ramfs_close };

/* Find or create; the inode with a reference more.  0, -ENOENT, -EEXIST, -ENOSPC. */
static int look_up(const char *name, int flags, struct inode **out)
{
	struct inode *i;
	int err = 0;

	lock(&names);
	i = find(name);
	if (i && flags & O_CREAT && flags & O_EXCL)
		err = -EEXIST;
	else if (!i && !(flags & O_CREAT))
		err = -ENOENT;
	else if (!i && !(i = ramfs_create(name, 0, NULL)))
		err = -ENOSPC;
	else {
		i->ref++;
		*out = i;
	}
	unlock(&names);
	return err;
}

static int truncate(struct inode *i)
{
	struct object *old, *new = obj_new(0, NULL, 0);

	if (!new)
		return -ENOMEM;
	lock(&i->lock);
	old = i->obj;
	i->obj = new;
	i->size = 0;
	unlock(&i->lock);
	obj_put(old);
	return 0;
}

intptr_t ramfs_open(const char *path, int flags, struct file **out)
{
	int err = ramfs_name(&path);
	struct file *f;

	if (err)
		return err;
	f = file_new(&ramfs_ops, flags);
	if (!f)
		return -ENOMEM;
	err = look_up(path, flags, &f->inode);
	if (!err && flags & O_TRUNC)
		err = file_writes(f) ? truncate(f->inode) : -EINVAL;
	if (err)
		file_put(f);
	else
		*out = f;
	return err;
}

intptr_t ramfs_seek(struct file *f, intptr_t off, word whence)
{
	struct inode *i = f->inode;
	intptr_t pos = -EINVAL;

	lock(&i->lock);
	if (whence <= SEEK_END && off >= -FILE_MAX && off <= FILE_MAX) {
		pos = off + (whence == SEEK_CUR ? f->pos : whence == SEEK_END ? i->size : 0);
		if (pos < 0 || pos > FILE_MAX)
			pos = -EINVAL;
		else
			f->pos = pos;
	}
	unlock(&i->lock);
	return pos;
}

/* ---- objects, for exec and mmap ---- */

static struct object *object(struct inode *i, size_t *size)
{
	struct object *obj;

	lock(&i->lock);
	obj = i->obj;
	obj_get(obj);
	*size = i->size;
	unlock(&i->lock);
	return obj;
}

struct object *file_object(struct file *f, size_t *size)
{
	return f->ops == &ramfs_ops ? object(f->inode, size) : NULL;
}

struct object *ramfs_object(const char *path, size_t *size)
{
	struct object *obj;
	struct inode *i;

	if (ramfs_name(&path) || look_up(path, O_RDONLY, &i))
		return NULL;
	obj = object(i, size);
	lock(&names);
	drop(i);
	return obj;
}

/* ---- names ---- */

word sys_unlink(word path)
{
	char buf[PATH_LEN];
	const char *name = buf;
	struct inode *i;
	int err = vm_copystr(cur()->space, buf, path, sizeof(buf));

	if (err >= 0)
		err = ramfs_name(&name);
	if (err)
		return err;
	lock(&names);
	i = find(name);
	if (!i) {
		unlock(&names);
		return -ENOENT;
	}
	i->links = 0;
	drop(i);
	return 0;
}

word sys_readdir(word index, word to)
{
	struct file_info info = { .type = FILE_REGULAR };
	struct inode *i;

	lock(&names);
	for (i = first; i; i = i->next)
		if (i->links && !index--)
			break;
	if (i)
		stat(i, &info);
	unlock(&names);
	return i ? vm_copyout(cur()->space, to, &info, sizeof(info)) : -ENOENT;
}
