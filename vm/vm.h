/* SPDX-License-Identifier: MIT */
/*
 * vm.h: the portable virtual-memory core.  docs/vm.md explains it.
 *
 * The path rule: a private page may be mapped writable only while every
 * reference on the path from the root to it, tables and page alike, is the
 * only one.  There is no copy-on-write bit.
 *
 * Locks.  A space's lock covers its regions, tables and ASIDs, and is held
 * from an entry's unhooking to the end of gather_done.  Counts are atomic:
 * a decrement releases, a test for 1 acquires.  Functions that take a space
 * lock it themselves unless marked "=> space locked".
 *
 * Errors are negative codes of abi/errno.h; a null pointer is no memory.
 */
#pragma once
#include "port.h"
#include "lock.h"
#include "abi/upcall.h"

/* ---- page.c: frames and their reference counts ---- */

#ifdef PG_REF8				/* a test build: counts that soon are full */
typedef uint8_t ref_t;
enum { REF_MAX = 250 };
#else
typedef uint32_t ref_t;
enum { REF_MAX = 0x7fffffff };
#endif

struct page { _Atomic ref_t ref; };	/* holders: table entries, and slots of objects */

/* What a frame is used for; kept beside the counts for the audit and for tables' marks. */
enum page_use { PG_FREE, PG_KERNEL, PG_USER, PG_TABLE /* + level of the entry that refers to it */ };
enum { PG_CLEAN = 0x80 };		/* a table: no leaf below it is writable */

extern struct page *pg_array;		/* indexed by frame number, physical address >> PGSHIFT; biased by RAM_BASE */
extern uint8_t *pg_use;			/* enum page_use, and PG_CLEAN; same index */

static inline size_t pg_frame(const struct page *p) { return (size_t)(p - pg_array); }
static inline struct page *pg_of(pa_t pa) { return &pg_array[pa >> PGSHIFT]; }
static inline pa_t pg_pa(const struct page *p) { return (pa_t)pg_frame(p) << PGSHIFT; }
static inline void *pg_kva(const struct page *p) { return kva(pg_pa(p)); }

/* Take over the RAM that boot describes.  Panics if counts could wrap. */
void pg_init(const struct boot *);
/* A frame with one reference.  pg_alloc: contents undefined; pg_zalloc: all zero.  Null: no memory. */
struct page *pg_alloc(enum page_use);
struct page *pg_zalloc(enum page_use);
/* Give back a frame that has no reference; pg_zfree: its contents are all zero. */
void pg_free(struct page *);
void pg_zfree(struct page *);
/* Frames: all, and free.  Approximate while others allocate. */
size_t pg_total(void), pg_nfree(void), pg_nused(enum page_use);
/* The n-th allocation from now on fails (n >= 1), pages and pool objects alike; 0: never.  What was left. */
unsigned pg_fail(unsigned n);
bool pg_refuse(void);			/* is this the one?  For other allocators. */

static inline ref_t pg_ref(const struct page *p)
{
	return __c11_atomic_load(&p->ref, NCPU > 1 ? __ATOMIC_ACQUIRE : __ATOMIC_RELAXED);
}

/* One more holder, by one who already reaches the page.  False: the count is full (test builds only). */
static inline bool pg_get(struct page *p)
{
#ifdef PG_REF8
	if (p->ref >= REF_MAX)
		return false;
#endif
	count_add(&p->ref, 1, __ATOMIC_RELAXED);
	return true;
}

/* One holder fewer.  True: it was the last, and the caller frees the page. */
static inline bool pg_unref(struct page *p)
{
	return count_add(&p->ref, -1, __ATOMIC_ACQ_REL) == 1;
}
/* The same, many in a row: the caller has fenced, release before the first and acquire before it frees. */
static inline bool pg_unref_run(struct page *p)
{
	return count_add(&p->ref, -1, __ATOMIC_RELAXED) == 1;
}

/* ---- pool.c: objects of one size, smaller than a page ---- */

struct pool { struct lock lock; size_t size; struct pool_page *partial, *empty; };
#define POOL(type)	{ .lock = LOCK(LOCK_POOL), .size = sizeof(type) }
void *pool_alloc(struct pool *);	/* not cleared; null: no memory */
void pool_free(struct pool *, void *);
size_t pool_spare(void);		/* pages that pools keep though empty: count them as free */

/* ---- object.c: page arrays, behind shared memory and files ---- */

struct object {
	struct lock lock;		/* slots */
	_Atomic unsigned ref;		/* regions and files that use it */
	size_t npages;			/* size, in pages */
	const void *image;		/* where fresh pages' bytes come from (the ramdisk), or null: zero */
	size_t image_len;		/* bytes; zero from there on */
	pa_t *dir;			/* a page of directories of frames; null until a page is needed */
	struct quota *quota;		/* what its pages count against, or null; set before it has any */
	size_t filled;			/* how many count */
	bool stored;			/* there is or was a shared mapping: programs store into its pages */
	struct object *next, **link;	/* in the list of all, for the audit */
};
struct quota { _Atomic size_t used; size_t most; };	/* pages; about: CPUs may pass it together, by one each */
static inline bool quota_full(const struct quota *q) { return __c11_atomic_load(&q->used, __ATOMIC_RELAXED) >= q->most; }
struct object *obj_new(size_t npages, const void *image, size_t image_len);	/* one reference; null: no memory */
void obj_get(struct object *);
void obj_each(void (*visit)(struct object *));	/* for the audit, and under the list's lock */
void obj_put(struct object *);
/* The page at an index, made present; the slot stays its holder.  Null: no memory, or past the end. */
struct page *obj_page(struct object *, size_t index);
struct page *obj_page_in(struct object *, size_t index);	/* the same, of an index that is not past the end */
/* Its size; it may be growing. */
static inline size_t obj_npages(const struct object *o) { return __atomic_load_n(&o->npages, __ATOMIC_RELAXED); }
/*
 * A new object with the first bytes of another, more than none: whole pages that are there are both's, of the last one's
 * part it has a copy.  One reference; null: no memory.
 */
struct object *obj_cut(struct object *, size_t bytes);
/* The page becomes the object's, too, at an index where none is.  Nobody else knows the object.  False: no memory. */
bool obj_give(struct object *, size_t index, struct page *);
void obj_zero(struct object *, size_t from, size_t to);	/* bytes [from, to), where pages are there, become zero */
/* A shared mapping is about to be made: from now on nobody takes the pages for unchanged. */
static inline void obj_shared(struct object *o) { __atomic_store_n(&o->stored, true, __ATOMIC_RELAXED); }
static inline bool obj_stored(const struct object *o) { return __atomic_load_n(&o->stored, __ATOMIC_RELAXED); }
/* Grow to hold npages (never shrinks).  0 or -EFBIG. */
int obj_grow(struct object *, size_t npages);
/* Pages that objects with an image hold, their directories too: a cache that grows by use. */
size_t obj_cached(void);
enum { OBJ_MAX_PAGES = (PGSIZE / sizeof(pa_t)) * (PGSIZE / sizeof(pa_t)) };

/* ---- region.c: what should be there ---- */

/* Zero-fill; an object's pages; zero-fill that grows down; managed by the program, whose faults become upcalls. */
enum region_kind { R_ZERO, R_OBJECT, R_STACK, R_USER };

/* shared.  Sealed: over a file that is open for reading only, so that W is never given. */
enum { REGION_SHARED = 1, REGION_SEALED };

struct region {
	va_t lo, hi;			/* [lo, hi), page aligned */
	struct object *obj;
	size_t off;			/* pages into obj at lo */
	uint8_t prot;			/* P_R | P_W | P_X; of R_USER see region.h */
	uint8_t kind;
	uint8_t inherit;		/* INHERIT_*: what fork does */
	uint8_t shared;			/* REGION_*: stores are seen by every space that maps the object; or 0 */
	uint8_t height;			/* from here on it is a node of an AVL tree, ordered by lo: region.c */
	struct region *left, *right;
	va_t gap, room;			/* bytes that are free below it; the most of its subtree, or not known */
};

struct space {
	struct lock lock;
	pte_t *root;
	struct region *tree, *last;	/* last: the region found last */
	va_t hole_lo, hole_hi;		/* in [lo, hi) there is none, as was found last; empty: not known */
	va_t full_lo, full_limit;	/* no full_len free bytes lie between these; limit 0: not known */
	size_t full_len;
	unsigned nregions;
	_Atomic uint32_t cpus;		/* mask of CPUs that may hold this space's entries */
	uint64_t asid[ASID_BITS ? NCPU : 1];	/* asid.c */
	va_t stack_lo;			/* a growing stack may reach down to here */
	_Atomic unsigned users;		/* core's: processes that run in it */
	struct lock place;		/* core's: sbrk and mmap choose a place and take it; before lock */
	va_t heap_lo, heap_hi;		/* core's: sbrk, in bytes */
	word count[C_SPACE_N];
};

struct region *region_search(struct space *, va_t);	/* region_find's, when the last one found is another */
struct region *region_above(struct space *, va_t);	/* the first with hi > va, or null.  => space locked */

/* The region that holds va, or null.  => space locked */
static inline struct region *region_find(struct space *s, va_t va)
{
	struct region *r = s->last;

	return r && va - r->lo < r->hi - r->lo ? r : region_search(s, va);
}

/* ---- asid.c ---- */

extern uint64_t asid_last[NCPU];	/* the count that each CPU gave out last */
/* Has it a number on this CPU?  Then it has been loaded here since its entries were worthless.  *count: the number's count. */
static inline bool asid_current(const struct space *s, uint64_t *count)
{
	unsigned c = cpu_id();

	*count = s->asid[ASID_BITS ? c : 0];
	return ASID_BITS && __builtin_expect((*count ^ asid_last[c]) >> ASID_BITS == 0, 1);
}
/* This space's ASID on this CPU, a new one if its generation is over.  => space locked, or switching to it */
unsigned asid_use(struct space *);
/* Its entries on this CPU are worthless from now on: the next asid_use gives a new number. */
void asid_drop(struct space *);

/* ---- shoot.c ---- */

/* Every CPU that may hold the space's entries forgets [lo, hi).  => space locked, to the end */
void shoot(struct space *, va_t lo, va_t hi);
/* Do what other CPUs have asked of this one.  From ipi(), and by whoever spins (H34). */
void shoot_serve(void);

/* ---- space.c, fault.c, fork.c, copy.c: what the kernel calls ---- */

int  vm_init(struct space *);		/* an empty space; 0 or -ENOMEM */
void vm_destroy(struct space *);	/* frees all; loaded on no CPU; needs no memory */

/*
 * May a CPU other than this one hold entries of the space that were unhooked before?  The fence is vm_load's
 * counterpart: a CPU that sets its bit only now walks what is there now.  => space locked
 */
static inline bool vm_elsewhere(struct space *s)
{
	if (NCPU == 1)
		return false;
	__c11_atomic_thread_fence(__ATOMIC_SEQ_CST);
	return __c11_atomic_load(&s->cpus, __ATOMIC_RELAXED) & ~((uint32_t)1 << cpu_id());
}
/* Load the space on this CPU; null: none, the kernel's own mapping.  No lock: the scheduler's. */
void vm_load(struct space *);

/* Add a region; the range must be free and page aligned below USERTOP.  Takes over a reference to obj on success. */
int  vm_map(struct space *, const struct region *);	/* 0, -EINVAL, -EEXIST, -ENOMEM */
/* The same in the highest free range of len bytes below limit, whole pages: r's bounds.  0, -EINVAL, -ENOMEM: no memory, or no such range. */
int  vm_map_below(struct space *, struct region *r, size_t len, va_t limit);
/* vm_map where something may be: that goes, and no fault finds nothing there in between.  All or nothing.  0, -EINVAL, -ENOMEM. */
int  vm_replace(struct space *, const struct region *);
/* All or nothing.  0, -EINVAL, -ENOMEM. */
int  vm_unmap(struct space *, va_t lo, va_t hi);
/* What is there now is forgotten: zeros, or the object's pages, are there at the next access.  All or nothing.  -ENOMEM as vm_protect. */
int  vm_discard(struct space *, va_t lo, va_t hi);
bool vm_covered(struct space *, va_t lo, va_t hi);	/* is all of it mapped? */
int  vm_protect(struct space *, va_t lo, va_t hi, unsigned prot);	/* -ENOMEM too if part of it is no region; -EACCES: W, of what is sealed */
/*
 * INHERIT_SHARE turns private memory into shared memory (not a stack, nor what the program manages); shared memory is
 * inherited as such or not at all.  All or nothing.  0, -EINVAL, -ENOMEM as vm_protect.
 */
int  vm_inherit(struct space *, va_t lo, va_t hi, unsigned inherit);
/* A free range of len bytes below limit, highest first; 0: none. */
va_t vm_hole(struct space *, size_t len, va_t limit);
/* Move the end of a zero-filled, writable stretch [lo, hi) to new_hi: sbrk.  0, -EINVAL, -EEXIST, -ENOMEM. */
int  vm_resize(struct space *, va_t lo, va_t hi, va_t new_hi);

/*
 * What is in [lo, hi), any regions but stacks' and managed ones, goes to [to, to_hi), which is free and not shorter; the
 * last of it goes on to to_hi.  to == lo: it goes on where it is.  No page is copied.  All or nothing.
 * 0, -EINVAL, -EFAULT (part of it is no region), -EEXIST, -ENOMEM.
 */
int  vm_remap(struct space *, va_t lo, va_t hi, va_t to, va_t to_hi);

/* Make va usable for want (P_R, P_W or P_X).  0, -EFAULT, -ENOMEM, -ERESTART.  The trap and the copies below call it. */
int  vm_fault(struct space *, va_t va, unsigned want);

/*
 * Copy between the kernel and a space that need not be loaded.  0, -EFAULT, -ENOMEM, -ERESTART; what
 * was copied before the error stays.  A range that wraps or leaves user space is -EFAULT.
 */
int  vm_copyin(struct space *, void *to, va_t from, size_t n);
int  vm_copyout(struct space *, va_t to, const void *from, size_t n);
/*
 * A few bytes from one space to another, without a call: if there is nothing else to be done for it, nor any lock to
 * be waited for.  False: nothing was copied; then vm_copyin and vm_copyout do it, or tell what is wrong.
 */
bool vm_pass(struct space *from, va_t at, struct space *to, va_t dest, size_t n);
/*
 * Where va lies in the direct map, usable for want, P_R or P_W, to the end of its page and while the lock is held.
 * Null: *err is as above.  => space locked
 */
void *vm_reach(struct space *, va_t va, unsigned want, int *err);
/* The same, if nothing is missing; null otherwise, and nothing was done.  => space locked */
void *vm_there(struct space *, va_t va, unsigned want);
/* A string with its end, n bytes at most.  Its length, -ENAMETOOLONG, -EFAULT, -ENOMEM, -ERESTART. */
int  vm_copystr(struct space *, char *to, va_t from, size_t n);

/*
 * ---- user.c: memory that the program manages ----
 *
 * In an R_USER region the kernel fills nothing and copies nothing: a fault there, or a copy by the kernel
 * that finds a right missing, is -ERESTART, and vm_miss says of what.  Its entries have the rights that
 * the program gave them, writable or not, however many hold the page; its tables are this space's alone.
 * rights: PROT_*, PAGE_S0, PAGE_S1 of abi/upcall.h; a pid's checks are core's.
 */
/* The entry's rights (PAGE_*), its page's holders and the region's, for the head of an upcall. */
struct vm_look { unsigned have, region, holders; };
void vm_look(struct space *, va_t va, struct vm_look *);
/* Of this CPU's last -ERESTART, and vm_fault's last -EFAULT: the address (of a copy, the first byte), what was wanted (0: core/sleep.c's), what there is. */
extern struct vm_miss { va_t va; unsigned want; struct vm_look look; } vm_miss[NCPU];
/*
 * The program manages [lo, hi) from now on: regions keep their pages and rights, holes become regions.  Before a
 * region loses its object, the pages that are not there yet are brought in.  0, -EINVAL, -ENOMEM.
 */
int  vm_manage(struct space *, va_t lo, va_t hi);
/* A zeroed page at va, of an R_USER region, in place of what was there.  0, -EINVAL, -ENOMEM. */
int  vm_page_alloc(struct space *, va_t va, unsigned rights);
/*
 * to's entry for to_va, of an R_USER region, refers to the page at from_va.  W is given only of a page that is
 * writable there, or has no other holder (-EACCES).  A private region's page is shared as fork does it: faulted in,
 * W swept and flushed; W asked is -EACCES.  PAGE_MOVE: the source, of an R_USER region, loses it.  PAGE_COPY: the
 * entry refers to a fresh page with the source's bytes, with any rights; the source is only read, and may be the very
 * same address: a copy-on-write break in one call (entry absent and flushed before the copy: H5).  Not both.
 * 0, -EINVAL, -EFAULT (no page there), -EACCES, -ENOMEM.
 */
int  vm_page_map(struct space *from, va_t from_va, struct space *to, va_t to_va, unsigned rights);
int  vm_page_unmap(struct space *, va_t va);		/* 0, absent or not; -EINVAL: no R_USER region */
/* What lies in [lo, hi): runs, at most n; how many there are.  Go on at the last one's hi.  Costs by what is mapped. */
int  vm_query(struct space *, va_t lo, va_t hi, struct page_run *, unsigned n);
/*
 * to, fresh from vm_init: from's regions but those of INHERIT_NONE, managed by the program, and no page; shared
 * objects' stay the kernel's.  0 or -ENOMEM, as vm_fork.
 */
int  vm_exofork(struct space *to, struct space *from);

/* Fork: cut -1 copies pages, 0 shares pages, 1 shares leaf tables, 2 directories (no more than PT_CUTMAX). */
enum { CUT_EAGER = -1, CUT_PAGE, CUT_TABLE, CUT_DIR };
/* to: fresh from vm_init.  0 or -ENOMEM; then to is empty again but for vm_destroy, and from is as before. */
int  vm_fork(struct space *to, struct space *from, int cut);

struct vm_usage { size_t resident, shared, tables; };	/* pages */
void vm_usage(struct space *, struct vm_usage *);

/* ---- show.c ---- */

struct vm_area {
	va_t lo, hi;
	unsigned prot, kind, inherit;	/* P_RWX as the program knows them, R_*, INHERIT_* */
	bool shared;
	struct object *obj;		/* a reference, or null */
	size_t off;			/* pages into it */
	size_t resident, held, cow;	/* pages: there; of those, with another holder; of those, private and writable */
};
/* The first region that ends above this address.  False: there is none.  => nothing locked; obj is to be put */
bool vm_show(struct space *, va_t above, struct vm_area *);
size_t vm_cow(struct space *);		/* of all its regions.  => nothing locked */

/* ---- audit.c: recount everything.  Nothing else may run meanwhile. ---- */

void audit_begin(void);
void audit_space(struct space *);	/* counts, path rule, entries outside regions, regions in order */
int  audit_end(void);			/* the number of broken invariants; each was printed */
void audit_print(const char *fmt, ...) __attribute__((format(printf, 1, 2)));	/* given by core/ or the test */

/* ---- count.c ---- */

static inline void vm_count(struct space *s, enum counter c, word n) { s->count[c] += n; }	/* => space locked */
void vm_count_here(enum counter, word n);	/* one of the machine's only.  No lock: from anywhere */
void vm_count_fold(struct space *);	/* add the space's to those of spaces that are gone: it goes */
uint64_t vm_past(enum counter);		/* of spaces that are gone, and of no space */
int  lock_counts(struct lock_counts *, unsigned what);	/* what: LOCKS_*.  0, or -ENOSYS: not in this build */
