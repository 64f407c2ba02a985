/* SPDX-License-Identifier: MIT */
/*
 * map.c: what a process has mapped, region by region, for pmap.  Each call
 * looks anew: a space that changes meanwhile shows what it is then.
 * Lock: proc_lock while the space is looked at, so that it stays; then
 * tree_lock, for the name of a file.
 */
#include "tmpfs.h"
#include "lib/string.h"

/* A file whose pages these are: one of its names.  False: it is no file's. */
static bool name_of(const struct object *o, char *name)
{
	struct inode *i;

	lock(&tree_lock);
	for (i = inode_all; i; i = i->next)
		if (i->type == FILE_REGULAR && i->obj == o) {
			strlcpy(name, i->name ? i->name->name : "(deleted)", FILE_NAME);
			break;
		}
	unlock(&tree_lock);
	return i;
}

static int what(const struct vm_area *a, char *name)
{
	switch (a->kind) {
	case R_STACK:
		return MAP_OF_STACK;
	case R_USER:
		return MAP_OF_PROGRAM;
	case R_OBJECT:
		return name_of(a->obj, name) ? MAP_OF_FILE : MAP_OF_SHARED;
	default:
		return MAP_OF_ZERO;
	}
}

/* Of a living process.  0, -ESRCH, -ENOENT.  => nothing locked */
static int show(int pid, va_t above, struct vm_area *a)
{
	struct proc *p;
	int err;

	lock(&proc_lock);
	p = pid ? proc_find(pid) : cur();
	err = !p || !p->space ? -ESRCH : vm_show(p->space, above, a) ? 0 : -ENOENT;
	unlock(&proc_lock);
	return err;
}

word sys_mapinfo(word pid, word above, word to)
{
	struct map_info i = { 0 };
	struct vm_area a;
	int err = (int)pid < 0 ? -ESRCH : show((int)pid, above, &a);

	if (err)
		return err;
	i.lo = a.lo;
	i.hi = a.hi;
	i.offset = (uint64_t)a.off << PGSHIFT;
	i.prot = a.prot;
	i.shared = a.shared;
	i.inherit = a.inherit;
	i.resident = (uint32_t)a.resident;
	i.held = (uint32_t)a.held;
	i.cow = (uint32_t)a.cow;
	i.of = what(&a, i.name);
	if (a.obj)
		obj_put(a.obj);
	return vm_copyout(cur()->space, to, &i, sizeof i);
}
