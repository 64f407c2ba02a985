/* SPDX-License-Identifier: MIT */
/*
 * tree.c: directories, and the way along a path.
 *
 * Entries of all directories lie in one table, hashed by directory and name,
 * and in their directory's list, by age: a reader goes on behind the serial
 * number it saw last, whatever came and went meanwhile.
 *
 * Invariant: a directory has one name at most.  While it has one, so has its
 * parent, up to the root; without, it is empty, and nothing can be made in it.
 * Lock: tree_lock, for a whole walk and what is done where it leads: so no
 * step needs a reference.
 */
#include "tmpfs.h"
#include "lib/string.h"

enum { BUCKETS = 512, BATCH = 8 };

struct lock tree_lock = LOCK(LOCK_FILES);
struct inode tree_root;
static struct entry *bucket[BUCKETS];
static struct pool entries = POOL(struct entry);

static inline struct entry **bucket_of(const struct inode *dir, word key)
{
	return &bucket[((uint32_t)(key ^ key >> 4 * sizeof key) * 0x9e3779b1u >> 16 ^ dir->number) % BUCKETS];
}

/* ---- the walk ---- */

static bool same(const char *a, const char *b, size_t n)
{
	while (n && *a == *b)
		a++, b++, n--;
	return !n;
}

/* Of a name no longer than a word the key says all. */
static inline struct entry *find(const struct inode *dir, const char *name, size_t len, word key)
{
	struct entry *e = *bucket_of(dir, key);

	while (e && !(e->key == key && e->dir == dir && e->len == len && (len <= sizeof key || same(e->name, name, len))))
		e = e->chain;
	return e;
}

static inline const char *skip(const char *path, word *slash)
{
	*slash = *path == '/';
	while (*path == '/')
		path++;
	return path;
}

/* How many dots it is, if . or ..; else 0. */
static inline size_t dots(const char *name, size_t len)
{
	return name[0] != '.' || len > 2 || (len == 2 && name[1] != '.') ? 0 : len;
}

/* The working directory; while the machine boots, the root. */
static struct inode *here(void)
{
	struct inode *i = cur() ? *dir_of(cur()) : NULL;

	return i ? i : &tree_root;
}

/* The end of a name, and its key: its bytes, rotated into a word. */
static inline const char *end_of(const char *name, word *key)
{
	unsigned char c;
	word k = 0;

	for (; (c = (unsigned char)*name) > '/' || (c && c != '/'); name++)
		k = (k << 8 | k >> 8 * (sizeof k - 1)) ^ c;
	*key = k;
	return name;
}

/* From a directory to what has this name there. */
static inline void step(struct at *a, struct inode *i, const char *name, size_t len, word key)
{
	size_t n = dots(name, len);

	a->entry = NULL;
	if (n) {
		a->dir = NULL;
		a->inode = n == 2 ? i->parent : i;
		return;
	}
	a->dir = i;
	a->name = name;
	a->len = len;
	a->key = key;
	a->entry = find(i, name, len, key);
	a->inode = a->entry ? a->entry->inode : NULL;
}

int tree_walk(const char *path, struct at *to)
{
	struct at a = { .inode = *path == '/' ? &tree_root : here() };	/* which stays in registers */
	const char *end;
	word key;

	if (!*path)
		return -ENOENT;
	for (path = skip(path, &a.slash); *path; path = skip(end, &a.slash)) {
		if (!a.inode)
			return -ENOENT;
		if (a.inode->type != FILE_DIR)
			return -ENOTDIR;
		end = end_of(path, &key);
		if (end - path >= FILE_NAME)
			return -ENAMETOOLONG;
		step(&a, a.inode, path, (size_t)(end - path), key);
	}
	*to = a;
	return a.slash && a.inode && a.inode->type != FILE_DIR ? -ENOTDIR : 0;
}

/* ---- entries.  => tree_lock ---- */

static void hook(struct entry *e, const struct at *a)
{
	struct entry **b = bucket_of(a->dir, a->key);

	e->dir = a->dir;
	e->key = a->key;
	e->len = (uint8_t)a->len;
	memcpy(e->name, a->name, a->len);
	e->name[a->len] = 0;
	e->chain = *b;
	*b = e;
	e->serial = a->dir->serial++;
	e->next = NULL;
	e->link = a->dir->last;
	*a->dir->last = e;
	a->dir->last = &e->next;
	if (e->inode->type == FILE_DIR)
		a->dir->subdirs++;
}

static void unhook(struct entry *e)
{
	struct entry **b = bucket_of(e->dir, e->key);

	while (*b != e)
		b = &(*b)->chain;
	*b = e->chain;
	if ((*e->link = e->next))
		e->next->link = e->link;
	else
		e->dir->last = e->link;
	if (e->inode->type == FILE_DIR)
		e->dir->subdirs--;
}

/* The caller's reference to i becomes this name's. */
static void name_it(struct entry *e, const struct at *a, struct inode *i)
{
	e->inode = i;
	hook(e, a);
	i->links++;
	i->name = e;
}

/* For a name there; nothing can be made in a directory that was removed.  Null: *err. */
static struct entry *new_entry(const struct at *a, int *err)
{
	struct entry *e = a->dir->links && !quota_full(&data_quota) ? pool_alloc(&entries) : NULL;

	*err = e ? 0 : a->dir->links ? -ENOSPC : -ENOENT;
	return e;
}

int tree_add(const struct at *a, struct inode *i)
{
	int err;
	struct entry *e = new_entry(a, &err);

	if (e)
		name_it(e, a, inode_get(i));
	return err;
}

int tree_create(const struct at *a, int type, struct inode **out)
{
	int err;
	struct entry *e = new_entry(a, &err);
	struct inode *i = e ? inode_new(type) : NULL;

	if (!i) {
		if (e)
			pool_free(&entries, e);
		return e ? -ENOSPC : err;
	}
	if (type == FILE_DIR)
		i->parent = inode_get(a->dir);
	name_it(e, a, i);
	*out = i;
	return 0;
}

struct inode *tree_remove(struct entry *e)
{
	struct inode *i = e->inode;

	unhook(e);
	i->links--;
	if (i->name == e)
		i->name = NULL;
	pool_free(&entries, e);
	return i;
}

void tree_move(struct entry *e, const struct at *to)
{
	struct inode *i = e->inode, *from = e->dir;

	unhook(e);
	hook(e, to);
	if (i->type != FILE_DIR)
		return;
	i->parent = inode_get(to->dir);
	count_add(&from->ref, -1, __ATOMIC_RELAXED);	/* it has another: an entry was in it, so it has a name */
}

int tree_check(void)
{
	size_t table = 0, lists = 0;
	int broken = 0;

	for (int b = 0; b < BUCKETS; b++)
		for (struct entry *e = bucket[b]; e; e = e->chain, table++)
			if (bucket_of(e->dir, e->key) != &bucket[b])
				broken++, audit_print("the entry %s is in the wrong bucket", e->name);
	for (struct inode *i = inode_all; i; i = i->next)
		for (struct entry *e = i->type == FILE_DIR ? i->first : NULL; e; e = e->next)
			lists++;
	if (table != lists)
		broken++, audit_print("directories have %zu entries, the table has %zu", lists, table);
	return broken;
}

int tree_make(const char *path, int type, unsigned device)
{
	struct inode *i;
	struct at a;
	int err;

	lock(&tree_lock);
	err = tree_walk(path, &a);
	if (!err && a.inode)
		err = -EEXIST;
	else if (!err && a.slash && type != FILE_DIR)
		err = -ENOENT;
	if (!err)
		err = tree_create(&a, type, &i);
	if (!err)
		i->device = (uint16_t)device;
	unlock(&tree_lock);
	return err;
}

/* ---- reading a directory ---- */

static void show(struct dir_entry *to, const struct inode *i, const char *name)
{
	*to = (struct dir_entry){ .number = i->number, .type = i->type };
	if (i->type == FILE_DEVICE && i->device == DEV_CONSOLE)
		to->type = FILE_CONSOLE;
	strcpy(to->name, name);
}

/* At most n that come at position *pos or later, which moves behind the last.  How many.  => tree_lock */
static size_t gather(const struct inode *dir, size_t *pos, struct dir_entry *to, size_t n)
{
	const struct entry *e = dir->first;
	size_t got = 0;

	if (*pos == 0 && got < n)
		show(&to[got++], dir, "."), *pos = 1;
	if (*pos == 1 && got < n)
		show(&to[got++], dir->parent, ".."), *pos = 2;
	while (e && e->serial < *pos)
		e = e->next;
	for (; e && got < n; e = e->next) {
		show(&to[got++], e->inode, e->name);
		*pos = (size_t)e->serial + 1;
	}
	return got;
}

static intptr_t read_entries(struct file *f, va_t to, size_t n)
{
	struct dir_entry some[BATCH];
	size_t done = 0, got, pos;
	int err = 0;

	lock(&f->inode->lock);
	while (!err && done < n) {
		pos = f->pos;
		lock(&tree_lock);
		got = gather(f->inode, &pos, some, n - done < BATCH ? n - done : BATCH);
		unlock(&tree_lock);
		if (!got)
			break;
		err = vm_copyout(cur()->space, to + done * sizeof *some, some, got * sizeof *some);
		if (err)
			break;
		f->pos = pos;
		done += got;
	}
	unlock(&f->inode->lock);
	return done ? (intptr_t)done : err;
}

word sys_readdir(word fd, word to, word n)
{
	struct file *f = fd_file(fd);
	intptr_t r = -EBADF;

	if (f)
		r = f->ops == &tree_ops ? read_entries(f, to, n) : -ENOTDIR;
	fd_done(f);
	return r;
}

/* To where it has been: 0, or what SEEK_CUR told. */
intptr_t tree_seek(struct file *f, intptr_t off, word whence)
{
	intptr_t pos = -EINVAL;

	lock(&f->inode->lock);
	if (whence == SEEK_CUR && !off)
		pos = (intptr_t)f->pos;
	else if (whence == SEEK_SET && off >= 0)
		f->pos = (size_t)(pos = off);
	unlock(&f->inode->lock);
	return pos;
}

static intptr_t tree_read(struct file *f, va_t to, size_t n)
{
	(void)f, (void)to, (void)n;
	return -EISDIR;
}

static void tree_stat(struct file *f, struct file_info *info)
{
	inode_stat(f->inode, info);
}

static void tree_close(struct file *f) { (void)f; }

const struct file_ops tree_ops = { FILE_DIR, tree_read, NULL, tree_stat, tree_close };
