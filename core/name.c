/* SPDX-License-Identifier: MIT */
/*
 * name.c: the system calls that take a path.  Each walks and acts under
 * tree_lock; memory for what is to come is there before, or nothing changes.
 */
#include "tmpfs.h"
#include "lib/string.h"

/* ---- files by name ---- */

/* What to open there: a new file, if there is nothing and flags say so.  => tree_lock */
static int choose(struct at *a, int flags)
{
	if (!a->inode) {
		if (!(flags & O_CREAT))
			return -ENOENT;
		return a->slash ? -EISDIR : tree_create(a, FILE_REGULAR, &a->inode);
	}
	if (flags & O_CREAT && flags & O_EXCL)
		return -EEXIST;
	if (flags & O_DIRECTORY && a->inode->type != FILE_DIR)
		return -ENOTDIR;
	if (a->inode->type == FILE_DIR && ((flags & O_ACCMODE) != O_RDONLY || flags & (O_CREAT | O_TRUNC)))
		return -EISDIR;
	return 0;
}

/* Where path leads, which is to something.  => tree_lock */
static int look_up(const char *path, struct at *at)
{
	int err = tree_walk(path, at);

	return err ? err : at->inode ? 0 : -ENOENT;
}

static const struct file_ops *ops_of(const struct inode *i)
{
	return i->type == FILE_REGULAR ? &data_ops : i->type == FILE_DIR ? &tree_ops : device_ops(i->device);
}

static int open_inode(struct file *f, const char *path, int flags)
{
	struct at a;
	int err;

	if (flags & O_TRUNC && (flags & O_ACCMODE) == O_RDONLY)
		return -EINVAL;
	lock(&tree_lock);
	err = tree_walk(path, &a);
	if (!err)
		err = choose(&a, flags);
	if (!err)
		f->inode = inode_get(a.inode);
	unlock(&tree_lock);
	if (err)
		return err;
	if (!ops_of(a.inode))
		return -ENXIO;
	f->ops = ops_of(a.inode);
	return flags & O_TRUNC && f->ops == &data_ops ? data_truncate(f->inode, 0) : 0;
}

int file_open(const char *path, int flags, struct file **out)
{
	struct file *f = file_new(&data_ops, flags);
	int err;

	if (!f)
		return -ENOMEM;
	err = open_inode(f, path, flags);
	if (err)
		file_put(f);
	else
		*out = f;
	return err;
}

int path_object(const char *path, struct object **obj, size_t *size)
{
	struct at a;
	int err;

	lock(&tree_lock);
	err = look_up(path, &a);
	if (!err && a.inode->type != FILE_REGULAR)
		err = -EACCES;
	else if (!err) {
		*obj = a.inode->obj;
		*size = a.inode->size;		/* which may be growing */
		obj_get(*obj);
	}
	unlock(&tree_lock);
	return err;
}

/* ---- system calls ---- */

static int path_in(char path[PATH_LEN], va_t from)
{
	int n = vm_copystr(cur()->space, path, from, PATH_LEN);

	return n < 0 ? n : 0;
}

word sys_open(word from, word flags)
{
	char path[PATH_LEN];
	struct file *f;
	int err;

	enum { KNOWN = O_ACCMODE | O_CREAT | O_EXCL | O_TRUNC | O_APPEND | O_NONBLOCK | O_DIRECTORY | O_CLOEXEC };

	if (flags & ~(word)KNOWN || (flags & O_ACCMODE) == O_ACCMODE || (flags & O_CREAT && flags & O_DIRECTORY))
		return -EINVAL;
	err = path_in(path, from);
	if (!err)
		err = fd_room() ? file_open(path, (int)flags, &f) : -EMFILE;
	return err ? (word)err : (word)fd_add(f, (int)flags);
}

static int make_node(va_t from, int type, unsigned device)
{
	char path[PATH_LEN];
	int err = path_in(path, from);

	return err ? err : tree_make(path, type, device);
}

word sys_mkdir(word path)
{
	return make_node(path, FILE_DIR, 0);
}

word sys_mknod(word path, word device)
{
	return device > UINT16_MAX ? -EINVAL : make_node(path, FILE_DEVICE, (unsigned)device);
}

/* unlink takes any name but a directory's, rmdir an empty directory's only.  => tree_lock */
static int removable(const struct at *a, bool dir)
{
	if (!dir)
		return a->inode->type == FILE_DIR ? -EISDIR : 0;
	if (a->inode->type != FILE_DIR)
		return -ENOTDIR;
	if (a->inode == &tree_root)
		return -EBUSY;
	if (!a->entry)				/* . or .. */
		return -EINVAL;
	return a->inode->first ? -ENOTEMPTY : 0;
}

static int take_away(va_t from, bool dir)
{
	char path[PATH_LEN];
	struct inode *i = NULL;
	struct at a;
	int err = path_in(path, from);

	if (err)
		return err;
	lock(&tree_lock);
	err = look_up(path, &a);
	if (!err)
		err = removable(&a, dir);
	if (!err)
		i = tree_remove(a.entry);
	unlock(&tree_lock);
	inode_put(i);
	return err;
}

word sys_unlink(word path)
{
	return take_away(path, false);
}

word sys_rmdir(word path)
{
	return take_away(path, true);
}

static int add_link(const char *old, const char *new)
{
	struct at a, b;
	int err = look_up(old, &a);

	if (!err && a.inode->type == FILE_DIR)
		err = -EPERM;
	if (!err)
		err = tree_walk(new, &b);
	if (err)
		return err;
	if (b.inode)
		return -EEXIST;
	if (b.slash)
		return -ENOENT;
	return a.inode->links >= LINK_MAX ? -EMLINK : tree_add(&b, a.inode);
}

static bool is_below(const struct inode *i, const struct inode *dir)
{
	while (i != dir && i != &tree_root)
		i = i->parent;
	return i == dir;
}

/* May a's take the place of what is at b?  => tree_lock */
static int replaceable(const struct at *a, const struct at *b)
{
	bool dir = a->inode->type == FILE_DIR;

	if (!b->inode)
		return !b->dir->links ? -ENOENT : b->slash && !dir ? -ENOTDIR : 0;
	if (b->inode->type != FILE_DIR)
		return dir ? -ENOTDIR : 0;
	return !dir ? -EISDIR : b->inode->first ? -ENOTEMPTY : 0;
}

/* *gone: what the caller has to put.  No memory is needed. */
static int move(const char *old, const char *new, struct inode **gone)
{
	struct at a, b;
	int err = look_up(old, &a);

	if (!err)
		err = tree_walk(new, &b);
	if (err)
		return err;
	if (!a.entry || (b.inode && !b.entry))	/* / . .. */
		return -EBUSY;
	if (a.inode == b.inode)
		return 0;
	if (a.inode->type == FILE_DIR && is_below(b.dir, a.inode))
		return -EINVAL;
	err = replaceable(&a, &b);
	if (err)
		return err;
	if (b.entry)
		*gone = tree_remove(b.entry);
	tree_move(a.entry, &b);
	return 0;
}

/* Both paths, from user memory. */
static int paths_in(char *from, word old, char *to, word new)
{
	int err = path_in(from, old);

	return err ? err : path_in(to, new);
}

word sys_link(word old, word new)
{
	char from[PATH_LEN], to[PATH_LEN];
	int err = paths_in(from, old, to, new);

	if (err)
		return err;
	lock(&tree_lock);
	err = add_link(from, to);
	unlock(&tree_lock);
	return err;
}

word sys_rename(word old, word new)
{
	char from[PATH_LEN], to[PATH_LEN];
	struct inode *gone = NULL;
	int err = paths_in(from, old, to, new);

	if (err)
		return err;
	lock(&tree_lock);
	err = move(from, to, &gone);
	unlock(&tree_lock);
	inode_put(gone);
	return err;
}

word sys_stat(word from, word to)
{
	struct file_info info = { 0 };
	char path[PATH_LEN];
	struct inode *i = NULL;
	struct at a;
	int err = path_in(path, from);

	if (err)
		return err;
	lock(&tree_lock);
	err = look_up(path, &a);
	if (!err)
		i = inode_get(a.inode);
	unlock(&tree_lock);
	if (err)
		return err;
	inode_stat(i, &info);
	inode_put(i);
	return vm_copyout(cur()->space, to, &info, sizeof info);
}

/* ---- the working directory ---- */

word sys_chdir(word from)
{
	char path[PATH_LEN];
	struct inode *old = NULL;
	struct at a;
	int err = path_in(path, from);

	if (err)
		return err;
	lock(&tree_lock);
	err = look_up(path, &a);
	if (!err && a.inode->type != FILE_DIR)
		err = -ENOTDIR;
	else if (!err) {
		old = *dir_of(cur());
		*dir_of(cur()) = a.inode == &tree_root ? NULL : inode_get(a.inode);
	}
	unlock(&tree_lock);
	inode_put(old);
	return err;
}

/* The path of *at's end on, with its names before it.  Null: one has no name any more, or there is no room.  => tree_lock */
static char *path_of(const struct inode *i, char *start, char *at, int *err)
{
	for (; i != &tree_root; i = i->parent) {
		const struct entry *e = i->name;

		*err = !e ? -ENOENT : at - start <= e->len ? -ENAMETOOLONG : 0;
		if (*err)
			return NULL;
		at -= e->len;
		memcpy(at, e->name, e->len);
		*--at = '/';
	}
	return at;
}

word sys_getcwd(word to, word n)
{
	char path[PATH_LEN], *end = path + sizeof path - 1, *at;
	struct inode *dir;
	int err = 0;

	*end = 0;
	lock(&tree_lock);
	dir = *dir_of(cur());
	at = dir ? path_of(dir, path, end, &err) : end;
	unlock(&tree_lock);
	if (err)
		return err;
	if (at == end)
		*--at = '/';
	n = n < (word)(end + 1 - at) ? 0 : (word)(end + 1 - at);
	err = n ? vm_copyout(cur()->space, to, at, n) : -ERANGE;
	return err ? (word)err : n;
}

__attribute__((noinline)) struct inode *dir_get(const struct proc *p)
{
	struct inode *i;

	lock(&tree_lock);			/* another activation may change it */
	i = p->group ? *group_dir(p) : p->dir;
	if (i)
		inode_get(i);
	unlock(&tree_lock);
	return i;
}

/* ---- at boot ---- */

void files_init(void)
{
	tree_init();
	if (tree_make("/dev", FILE_DIR, 0) || tree_make("/tmp", FILE_DIR, 0) ||
	    tree_make("/dev/console", FILE_DEVICE, DEV_CONSOLE) || tree_make("/dev/null", FILE_DEVICE, DEV_NULL) ||
	    tree_make("/dev/zero", FILE_DEVICE, DEV_ZERO))
		kprintf("no memory for /dev\n");
	ramdisk_load();
	data_quota.most = pg_total() / 2;
}
