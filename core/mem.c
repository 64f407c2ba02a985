/* SPDX-License-Identifier: MIT */
/*
 * mem.c: what programs ask of their memory.  Numbers are checked here,
 * ranges again by vm/.
 * Lock: the space's place, so that a hole found is still there when it is
 * mapped; under it the space's own, taken by vm/.
 */
#include "file.h"

/* [lo, lo + len) rounded up to pages, or false. */
static bool range(va_t lo, size_t len, va_t *hi)
{
	if (!len || lo & (PGSIZE - 1) || len > USERTOP || lo > USERTOP - len)
		return false;
	*hi = PG_UP(lo + len);
	return true;
}

/* => s->place locked */
static int move_heap(struct space *s, va_t new)
{
	int err = vm_resize(s, s->heap_lo, PG_UP(s->heap_hi), PG_UP(new));

	if (err)
		return err == -EEXIST ? -ENOMEM : err;
	s->heap_hi = new;
	return 0;
}

word sys_sbrk(word delta)
{
	struct space *s = cur()->space;
	va_t old, new;
	int err;

	lock(&s->place);
	old = s->heap_hi;
	new = old + delta;
	if ((intptr_t)delta < 0 && (new > old || new < s->heap_lo))
		err = -EINVAL;
	else if ((intptr_t)delta >= 0 && (new < old || new > MAP_TOP))
		err = -ENOMEM;
	else
		err = move_heap(s, new);
	unlock(&s->place);
	return err ? (word)err : old;
}

/*
 * A mapping of an open file: of its own pages, so that what is stored into a shared one is in the file at once.
 * Where the file is not open for writing W is refused, and mprotect does not give it later.  A private mapping lies
 * within the file's pages; a shared one may go on past them, for the file may grow.
 */
static __attribute__((noinline)) int back_by_file(struct region *r, size_t len, word fd, word off)
{
	struct file *f = fd_file(fd);
	bool good = f && file_reads(f), sealed = r->shared && f && !file_writes(f), denied = sealed && (r->prot & P_W);
	size_t size, most = (size_t)OBJ_MAX_PAGES;

	if (good && !denied && !(off & (PGSIZE - 1)))
		r->obj = file_object(f, &size, r->shared);
	fd_done(f);
	if (!good)
		return -EBADF;
	if (denied)
		return -EACCES;
	if (!r->obj)
		return -EINVAL;
	if (sealed)
		r->shared = REGION_SEALED;
	r->kind = R_OBJECT;
	r->off = off >> PGSHIFT;
	if (!r->shared)
		most = PG_UP(size) >> PGSHIFT;
	return r->off <= most && len >> PGSHIFT <= most - r->off ? 0 : -EINVAL;
}

static int back(struct region *r, size_t len, word flags, word fd, word off)
{
	if (!(flags & MAP_ANONYMOUS))
		return back_by_file(r, len, fd, off);
	r->kind = R_ZERO;
	if (!r->shared)
		return 0;
	if (len >> PGSHIFT > OBJ_MAX_PAGES)
		return -ENOMEM;
	r->kind = R_OBJECT;
	r->obj = obj_new(len >> PGSHIFT, NULL, 0);
	return r->obj ? 0 : -ENOMEM;
}

/* Where the program says, in place of what is there, or where there is room.  => s->place locked */
static int map(struct space *s, struct region *r, va_t addr, size_t len, word flags)
{
	if (!(flags & MAP_FIXED))
		return vm_map_below(s, r, len, MAP_TOP);
	r->lo = addr;
	r->hi = addr + len;
	return vm_replace(s, r);
}

static int check(va_t addr, word *len, word prot, word flags)
{
	word kind = flags & (MAP_SHARED | MAP_PRIVATE);
	va_t hi;

	if (prot & ~(word)P_RWX || flags & ~(word)(MAP_SHARED | MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS))
		return -EINVAL;
	if (kind != MAP_SHARED && kind != MAP_PRIVATE)
		return -EINVAL;
	if (!(flags & MAP_FIXED))
		addr = PGSIZE;
	if (addr < PGSIZE || !range(addr, *len, &hi))
		return -EINVAL;
	*len = PG_UP(*len);
	return 0;
}

word sys_mmap(word addr, word len, word prot, word flags, word fd, word off)
{
	struct space *s = cur()->space;
	int err = check(addr, &len, prot, flags);
	struct region r;

	if (err)
		return err;
	r.prot = prot;
	r.shared = flags & MAP_SHARED ? REGION_SHARED : 0;
	r.inherit = r.shared ? INHERIT_SHARE : INHERIT_COPY;
	r.obj = NULL;
	r.off = 0;
	err = back(&r, len, flags, fd, off);
	lock(&s->place);
	if (!err)
		err = map(s, &r, addr, len, flags);
	unlock(&s->place);
	if (err && r.obj)
		obj_put(r.obj);
	return err ? (word)err : r.lo;
}

word sys_munmap(word addr, word len)
{
	va_t hi;

	return range(addr, len, &hi) ? vm_unmap(cur()->space, addr, hi) : -EINVAL;
}

word sys_mprotect(word addr, word len, word prot)
{
	va_t hi;

	if (prot & ~(word)P_RWX || !range(addr, len, &hi))
		return -EINVAL;
	return vm_protect(cur()->space, addr, hi, prot);
}

/* A longer range, in place or elsewhere.  => s->place locked */
static word extend(struct space *s, va_t addr, va_t hi, size_t len, bool may_move)
{
	int err = len <= USERTOP - addr ? vm_remap(s, addr, hi, addr, addr + len) : -EEXIST;
	va_t to;

	if (!err)
		return addr;
	if (err == -EEXIST && may_move && (to = vm_hole(s, len, MAP_TOP)) && !(err = vm_remap(s, addr, hi, to, to + len)))
		return to;
	return err == -EEXIST ? -ENOMEM : err;
}

word sys_mremap(word addr, word old, word len, word flags)
{
	struct space *s = cur()->space;
	word got;
	va_t hi;
	int err;

	if (flags & ~(word)MREMAP_MAYMOVE || !len || len > USERTOP || !range(addr, old, &hi))
		return -EINVAL;
	len = PG_UP(len);
	lock(&s->place);
	if (len > hi - addr) {
		got = extend(s, addr, hi, len, flags & MREMAP_MAYMOVE);
	} else {
		err = vm_remap(s, addr, hi, addr, hi);	/* may it be? */
		if (!err && len < hi - addr)
			err = vm_unmap(s, addr + len, hi);
		got = err ? (word)err : addr;
	}
	unlock(&s->place);
	return got;
}

/* A range that is not mapped all over is -ENOMEM, whatever the advice. */
word sys_madvise(word addr, word len, word advice)
{
	struct space *s = cur()->space;
	va_t hi;

	if (advice > MADV_DONTNEED || !range(addr, len, &hi))
		return -EINVAL;
	if (advice == MADV_DONTNEED)
		return vm_discard(s, addr, hi);
	return vm_covered(s, addr, hi) ? 0 : -ENOMEM;
}

/* There is nothing to write back: a shared mapping's pages are the file's. */
word sys_msync(word addr, word len, word flags)
{
	va_t hi;

	if (flags & ~(word)(MS_ASYNC | MS_INVALIDATE | MS_SYNC) || (flags & (MS_ASYNC | MS_SYNC)) == (MS_ASYNC | MS_SYNC)
	    || !range(addr, len, &hi))
		return -EINVAL;
	return vm_covered(cur()->space, addr, hi) ? 0 : -ENOMEM;
}

/* Page 0 stays out of reach, as with mmap: null is nobody's address. */
word sys_manage(word addr, word len)
{
	struct space *s = cur()->space;
	va_t hi;
	int err;

	if (addr < PGSIZE || !range(addr, len, &hi))
		return -EINVAL;
	lock(&s->place);
	err = vm_manage(s, addr, hi);
	unlock(&s->place);
	return err;
}

word sys_minherit(word addr, word len, word inherit)
{
	va_t hi;

	if (inherit > INHERIT_ZERO || !range(addr, len, &hi))
		return -EINVAL;
	return vm_inherit(cur()->space, addr, hi, inherit);
}
