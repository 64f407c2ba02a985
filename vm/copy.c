/* SPDX-License-Identifier: MIT */
/*
 * copy.c: bytes between the kernel and a space.
 *
 * Page by page: walk, fault if a right is missing, and copy through the
 * direct map.  The space's lock is held from the walk to the page's last
 * byte, so that no page can be taken away in between (H17), and nothing is
 * ever touched at the program's own address: no fault in the kernel, no
 * label to recover at, nothing for SMAP or SUM to lift.
 */
#include "fault.h"

static bool bad_range(va_t va, size_t n)
{
	return n > USERTOP || va > USERTOP - n;
}

/* One level down, to l. */
static inline pte_t down(pte_t e, va_t va, int l)
{
	return l < PT_TOP && pte_valid(e) ? pt_table(e)[pt_index(va, l)] : e;
}

/* The leaf entry for va, not valid if there is none: pt_walk for one who only looks.  Not a loop: it is too hot. */
static inline pte_t entry(struct space *s, va_t va)
{
	_Static_assert(PT_TOP <= 3, "a level more");
	return down(down(down(s->root[pt_index(va, PT_TOP)], va, 2), va, 1), va, 0);
}

static inline char *byte_of(pte_t e, va_t va)
{
	return (char *)kva(pte_pa(e)) + (va & (PGSIZE - 1));
}

/* Bytes were written at p, the address of va, whose page may be executed.  => space locked */
static __attribute__((cold, noinline)) void written(struct space *s, va_t va, void *p, size_t n)
{
	struct region *r = region_find(s, va);

	if (r->kind != R_USER || (region_have(r, entry(s, va)) & P_X))
		mmu_icache(p, n);
}

/* The direct map's address of va, usable for want (a constant); null, and *err, otherwise.  => space locked */
static inline __attribute__((always_inline)) void *reach(struct space *s, va_t va, unsigned want, int *err)
{
	pte_t e = entry(s, va);

	if (!pte_valid(e) || (want & ~pte_prot(e))) {
		if ((*err = fault(s, PG_DOWN(va), want)) < 0) {
			if (*err == -ERESTART)
				vm_miss[cpu_id()].va = va;	/* the byte, not its page */
			return 0;
		}
		e = entry(s, va);
	}
	return byte_of(e, va);
}

/* What vm_reach does where a right is missing. */
static __attribute__((noinline)) void *reach_late(struct space *s, va_t va, unsigned want, int *err)
{
	if (bad_range(va, 1)) {
		*err = -EFAULT;
		return 0;
	}
	return want & P_W ? reach(s, va, P_W | P_U, err) : reach(s, va, P_R | P_U, err);
}

/* Is the page there, and the program's to read or (W) to write? */
static inline bool allows(pte_t e, unsigned want)
{
	unsigned missing = want & P_W ? (P_W | P_U) & ~pte_prot(e) : (P_R | P_U) & ~pte_prot(e);

	return pte_valid(e) && !missing;
}

static inline __attribute__((always_inline)) void *there(struct space *s, va_t va, unsigned want)
{
	pte_t e;

	if (va >= USERTOP)
		return 0;
	e = entry(s, va);
	return allows(e, want) ? byte_of(e, va) : 0;
}

void *vm_there(struct space *s, va_t va, unsigned want)
{
	return there(s, va, want);
}

/* Into its callers, who say what they want by a constant: then the entry's rights are one test. */
__attribute__((always_inline)) void *vm_reach(struct space *s, va_t va, unsigned want, int *err)
{
	void *p = there(s, va, want);

	return p ? p : reach_late(s, va, want, err);
}

static size_t piece(va_t va, size_t n)
{
	size_t room = PGSIZE - (va & (PGSIZE - 1));

	return n < room ? n : room;
}

/* All in one page, as most are, and below USERTOP; not empty. */
static inline bool in_page(va_t va, size_t n)
{
	return va < USERTOP && n - 1 < PGSIZE - (va & (PGSIZE - 1));
}

/* Within a page.  0 or an error. */
static inline __attribute__((always_inline)) int copyin(struct space *s, void *to, va_t from, size_t n)
{
	int err = 0;
	void *p;

	lock(&s->lock);
	if ((p = vm_reach(s, from, P_R, &err)))
		memcpy(to, p, n);
	unlock(&s->lock);
	return err;
}

static inline __attribute__((always_inline)) int copyout(struct space *s, va_t to, const void *from, size_t n)
{
	int err = 0;
	void *p;

	lock(&s->lock);
	if ((p = vm_reach(s, to, P_W, &err))) {
		memcpy(p, from, n);
		if (region_find(s, to)->prot & (P_X | R_MANAGED))
			written(s, to, p, n);
	}
	unlock(&s->lock);
	return err;
}

static __attribute__((noinline)) int copyin_pages(struct space *s, void *to, va_t from, size_t n)
{
	int err = bad_range(from, n) ? -EFAULT : 0;

	for (size_t k; n > 0 && !err; n -= k, from += k, to = (char *)to + k) {
		k = piece(from, n);
		err = copyin(s, to, from, k);
	}
	return err;
}

static __attribute__((noinline)) int copyout_pages(struct space *s, va_t to, const void *from, size_t n)
{
	int err = bad_range(to, n) ? -EFAULT : 0;

	for (size_t k; n > 0 && !err; n -= k, to += k, from = (const char *)from + k) {
		k = piece(to, n);
		err = copyout(s, to, from, k);
	}
	return err;
}

int vm_copyin(struct space *s, void *to, va_t from, size_t n)
{
	return in_page(from, n) ? copyin(s, to, from, n) : copyin_pages(s, to, from, n);
}

int vm_copyout(struct space *s, va_t to, const void *from, size_t n)
{
	return in_page(to, n) ? copyout(s, to, from, n) : copyout_pages(s, to, from, n);
}

/* Do n bytes from either address on lie in one page?  More than none. */
static inline bool in_pages(va_t a, va_t b, size_t n)
{
	return ((a ^ (a + n - 1)) | (b ^ (b + n - 1))) < PGSIZE && a < USERTOP && b < USERTOP;
}

/* => both locked */
static inline bool pass(struct space *from, va_t at, struct space *to, va_t dest, size_t n)
{
	const struct region *r = to->last;
	const char *src;
	pte_t e, f;
	char *dst;

	if (!r || dest - r->lo >= r->hi - r->lo || r->prot & (P_X | R_MANAGED)
	    || !allows(e = entry(from, at), P_R) || !allows(f = entry(to, dest), P_W))
		return false;
	src = byte_of(e, at);
	dst = byte_of(f, dest);
	do
		*dst++ = *src++;
	while (--n);
	return true;
}

bool vm_pass(struct space *from, va_t at, struct space *to, va_t dest, size_t n)
{
	enum { FEW = 16 };
	bool passed = false;

	if (n > FEW || !in_pages(at, dest, n) || !lock_try(&from->lock))
		return false;
	if (lock_try(&to->lock)) {
		passed = pass(from, at, to, dest, n);
		unlock(&to->lock);
	}
	unlock(&from->lock);
	return passed;
}

int vm_copystr(struct space *s, char *to, va_t from, size_t n)
{
	enum { RUN = 32 };			/* most strings are short, and the buffers large */
	size_t len = 0;

	while (len < n) {
		size_t k = piece(from + len, n - len < RUN ? n - len : RUN);
		const char *end;
		int rc;

		if (from + len >= USERTOP || from + len < from)
			return -EFAULT;
		if ((rc = vm_copyin(s, to + len, from + len, k)) < 0)
			return rc;
		if ((end = memchr(to + len, 0, k)))
			return (int)(end - to);
		len += k;
	}
	return -ENAMETOOLONG;
}
