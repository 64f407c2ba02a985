/* SPDX-License-Identifier: MIT */
/*
 * fsck.c: files counted again, for the audit.
 *
 * Every holder of an inode is visited: names, open files, working
 * directories, children.  Then each inode's counts must be what was found,
 * and so each open file's.  Where a group is, a sleeping call of one member
 * may hold what another one has closed: there may be more than is found.
 *
 * Lock: none; nothing else may run meanwhile.
 */
#include "tmpfs.h"

static int broken;
static bool exact;

#define check(ok, ...)	do { if (!(ok)) broken++, audit_print(__VA_ARGS__); } while (0)
#define same(is, found)	((is) == (found) || (!exact && (is) > (found)))

/* Has no process before it this table? */
static bool first_with_files(const struct proc *p)
{
	struct proc *q = proc_next(NULL);

	while (q->files != p->files)
		q = proc_next(q);
	return q == p;
}

static void each_file(void (*visit)(struct file *))
{
	for (struct proc *p = proc_next(NULL); p; p = proc_next(p))
		for (int fd = 0; fd < FD_N && p->space && first_with_files(p); fd++)
			if (p->files->fd[fd])
				visit(p->files->fd[fd]);
}

/* Exec would close none of them. */
static void check_shut(const struct files *t)
{
	for (int fd = 0; t->shut >> fd; fd++)
		check(!(t->shut >> fd & 1) || (fd < FD_N && t->fd[fd]), "descriptor %d is not open, and exec would close it", fd);
}

static void forget(struct file *f)
{
	f->seen = 0;
}

static void see(struct file *f)
{
	if (f->seen++ == 0 && f->inode)
		f->inode->seen++;
}

static void check_file(struct file *f)
{
	check(same(f->ref, f->seen), "an open file of kind %d counts %u holders and has %u", f->ops->kind, f->ref, f->seen);
	f->seen = f->ref;		/* it is told once */
}

/* A directory's list leads to itself and back, in the order of serials; what it names is counted. */
static void check_dir(struct inode *d)
{
	struct entry **link = &d->first;
	unsigned subdirs = 0;
	uint32_t serial = 0;

	for (struct entry *e; (e = *link); link = &e->next) {
		check(e->link == link && e->dir == d, "directory %u: the list is broken at %s", d->number, e->name);
		check(e->serial > serial && e->serial < d->serial, "directory %u: %s is out of order", d->number, e->name);
		check(e->len < FILE_NAME && !e->name[e->len], "directory %u: a name has no end", d->number);
		check(e->inode->type != FILE_DIR || (e->inode->parent == d && e->inode->name == e), "directory %u is %s in %u, and does not know",
			e->inode->number, e->name, d->number);
		serial = e->serial;
		subdirs += e->inode->type == FILE_DIR;
		e->inode->named++;
		e->inode->seen++;
	}
	check(d->last == link, "directory %u: its last entry is another", d->number);
	check(d->subdirs == subdirs, "directory %u counts %u below and has %u", d->number, d->subdirs, subdirs);
	check(d->links || !d->first, "directory %u has no name and yet entries", d->number);
	if (d != &tree_root)
		d->parent->seen++;
}

static void check_inode(struct inode *i)
{
	check(i->links == i->named, "inode %u counts %u names and has %u", i->number, i->links, i->named);
	check(same(i->ref, i->seen), "inode %u counts %u holders and has %u", i->number, i->ref, i->seen);
	check(i->type != FILE_DIR || i->links <= 1, "directory %u has several names", i->number);
	check(i->type != FILE_REGULAR || obj_npages(i->obj) << PGSHIFT >= i->size, "inode %u is larger than its object", i->number);
	check(!lock_held(&i->lock), "inode %u is locked", i->number);
}

static size_t charged;

static void add_charged(struct object *o)
{
	charged += o->quota == &data_quota ? o->filled : 0;
}

int files_audit(void)
{
	broken = 0;
	exact = true;
	for (struct proc *p = proc_next(NULL); p; p = proc_next(p))
		exact &= !p->group;
	each_file(forget);
	for (struct inode *i = inode_all; i; i = i->next)
		i->seen = i->named = i == &tree_root;
	each_file(see);
	each_file(check_file);
	for (struct proc *p = proc_next(NULL); p; p = proc_next(p))
		if (p->space && first_with_files(p)) {
			check_shut(p->files);
			if (*dir_of(p))
				(*dir_of(p))->seen++;
		}
	for (struct inode *i = inode_all; i; i = i->next)
		if (i->type == FILE_DIR)
			check_dir(i);
	broken += tree_check();
	for (struct inode *i = inode_all; i; i = i->next)
		check_inode(i);
	charged = 0;
	obj_each(add_charged);
	check(charged == data_quota.used, "files count %zu pages and have %zu", (size_t)data_quota.used, charged);
	check(!lock_held(&tree_lock), "the tree is locked");
	return broken;
}
