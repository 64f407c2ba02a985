/* SPDX-License-Identifier: MIT */
/*
 * refs.pml: a page's count.  A write fault of one holder, which takes a page
 * that is its alone, against a fork, a fault and an exit of the others.
 *
 * Spaces A, B and C, each with one page and its own lock.  A has two threads,
 * one of which may fork it; the child is C, till it exits, and the next one.
 * What spaces share is nothing but pages and their counts.  No TLB here:
 * fork.pml has it.
 *
 * To hold: nobody else reaches a page that is stored to (also not to copy it);
 * a frame is freed once, and given out when nobody reaches it; and when all
 * spaces have ended nobody holds a page.
 *
 * Bugs:
 *	BUG_COUNT_TORN	a count is changed by a load and a store (H8)
 *	BUG_FREE_BY_TEST	who drops a page looks at the count again, and frees it if it is 0 (H8)
 *	BUG_TEST_UNLOCKED	the fault tests the count before it has the space's lock (H7)
 *	BUG_GET_LATE	fork raises the count when it has let go of the lock (H8)
 *	BUG_UNREF_EARLY	the copy fault drops the old page, then copies its bytes (H5)
 *	BUG_REUSE_TWO	two holders are taken for one (H1)
 */
#define A	0
#define B	1
#define C	2
#define SPACES	3
#define FRAMES	7			/* 0 is none; each space has one, and may be making another */

typedef pte { byte page; bool w };	/* page 0: absent */

pte entry[SPACES];
bool held[SPACES];			/* locks */
bool live[SPACES];
bool claimed;				/* C: by a fork, then by itself */
byte users = 2;				/* threads that are in A */
byte ref[FRAMES];
bool used[FRAMES];			/* not on the allocator's stacks */

inline lock(s) { atomic { !held[s] -> held[s] = true } }
inline unlock(s) { held[s] = false }

/* lock.h, count_add() */
inline count_add(p, n)
{
#ifdef BUG_COUNT_TORN
	was = ref[p];
	ref[p] = was + n
#else
	atomic { was = ref[p]; ref[p] = was + n }
#endif
}

/* page.c: take() */
inline pg_alloc(p)
{
	atomic {
		p = 1;
		do :: used[p] -> p++ :: else -> break od;
		assert(ref[p] == 0 && entry[A].page != p && entry[B].page != p && entry[C].page != p);
		used[p] = true; ref[p] = 1
	}
}

inline pg_free(p) { atomic { assert(used[p] && ref[p] == 0); used[p] = false } }

/* vm.h, pg_unref(), and what its callers do */
inline drop(p)
{
	count_add(p, -1);
#ifdef BUG_FREE_BY_TEST
	was = ref[p] + 1;
#endif
	if
	:: was == 1 -> pg_free(p)
	:: else
	fi;
	was = 0
}

inline set_leaf(s, p) { atomic { entry[s].page = p; entry[s].w = true } }

/* fault.c, copy_page() and copy() */
inline copy(s)
{
	pg_alloc(new);
#ifdef BUG_UNREF_EARLY
	drop(old);
#endif
	skip;				/* the bytes: a store to the old page amid them is seen by stored() */
	atomic { entry[s].page = 0; entry[s].w = false }
	set_leaf(s, new);
#ifndef BUG_UNREF_EARLY
	drop(old);
#endif
	new = 0
}

#ifdef BUG_REUSE_TWO
#define MINE(n)	(n <= 2)
#else
#define MINE(n)	(n == 1)
#endif

/* fault.c, vm_fault() of a store */
inline vm_fault(s)
{
#ifdef BUG_TEST_UNLOCKED
	mine = MINE(ref[entry[s].page]);
	lock(s);
	old = entry[s].page;
#else
	lock(s);
	old = entry[s].page;
	mine = MINE(ref[old]);
#endif
	if
	:: entry[s].w			/* spurious: the other thread was faster */
	:: else ->
		if
		:: mine -> set_leaf(s, old)	/* upgrade */
		:: else -> copy(s)
		fi
	fi;
	old = 0; mine = false;
	unlock(s)
}

/* fork.c: share_run(), pt_share() */
inline vm_fork(s)
{
	lock(s);
	old = entry[s].page;
#ifndef BUG_GET_LATE
	count_add(old, 1);
#endif
	entry[s].w = false;
	entry[C].page = old;
	unlock(s);
#ifdef BUG_GET_LATE
	count_add(old, 1);
#endif
	old = 0; was = 0
}

/* space.c, vm_destroy(), drop_run() */
inline vm_destroy(s)
{
	old = entry[s].page;
	atomic { entry[s].page = 0; entry[s].w = false }
	drop(old);
	old = 0
}

/* A store has hit this space's page: no other reaches it.  (A child that does not run yet may see it.) */
inline stored(s)
{
	assert(used[entry[s].page] && ref[entry[s].page] >= 1);
	assert(s == A || !live[A] || entry[A].page != entry[s].page);
	assert(s == B || !live[B] || entry[B].page != entry[s].page);
	assert(s == C || !live[C] || entry[C].page != entry[s].page)
}

/* One user instruction, or what comes of it. */
inline user(s)
{
	if
	:: atomic { entry[s].page != 0 && entry[s].w -> stored(s) }
	:: atomic { entry[s].page != 0 && !entry[s].w -> skip }; vm_fault(s)
	fi
}

proctype thread(byte s; bool forks)
{
	byte old, new, was;
	bool mine, last;

	do
	:: user(s)
	:: atomic { forks && !claimed -> claimed = true }; vm_fork(s); live[C] = true
	:: break
	od;
	atomic {
		if
		:: s == A -> users--; last = (users == 0)
		:: else -> last = true
		fi
	}
	if
	:: last -> vm_destroy(s); live[s] = false
	:: else
	fi
}

proctype child()
{
	byte old, new, was;
	bool mine;

end:	do
	:: live[C] ->
		do
		:: user(C)
		:: break
		od;
		vm_destroy(C);
		live[C] = false;
		claimed = false
	od
}

init
{
	byte i;

	atomic {
		entry[A].page = 1; entry[B].page = 1; ref[1] = 2; used[1] = true;
		live[A] = true; live[B] = true;
		run thread(A, false); run thread(A, true); run thread(B, false); run child()
	}
	atomic {
		!live[A] && !live[B] && !claimed ->
		do :: i < FRAMES -> assert(ref[i] == 0 && !used[i]); i++ :: else -> break od
	}
}
