/* SPDX-License-Identifier: MIT */
/*
 * tables.pml: a leaf table that several spaces share, unshared from two
 * sides at once.
 *
 * Space A forks (cut 1) into B, which exits, and the next one.  Each has its
 * own lock, and one thread that faults: so no lock is modelled, for tables,
 * pages and counts are shared under none.  A has a second CPU with a thread
 * that loads and stores what its TLB allows.  A CPU caches the
 * root's entry (a table) as well as the leaf, and walks on from what it has.
 * A table has one entry.  How a flush reaches another CPU is fork.pml's.
 *
 * To hold: a page that is stored to is reached by no other space, by its
 * tables or by what a CPU of it has cached (stored); a frame is freed once,
 * unreferenced; and when all have ended nobody holds anything.
 *
 * Bugs:
 *	BUG_TABLE_UNTESTED	a fault writes into a shared table (H38)
 *	BUG_DROP_THEN_RAISE	unsharing drops the table, then raises its pages' counts (H8)
 *	BUG_PAGE_FIRST	sole ownership is tested from the page up (H7)
 *	BUG_DROP_THEN_FLUSH	unsharing drops the table, then flushes (H5)
 *	BUG_FLUSH_LEAVES	the flush forgets leaves, and not the root's entry (H6)
 *	BUG_CLEAN_STAYS	a table that a fault has made writable is taken for swept (H1)
 *	BUG_LAST_OUT	who finds a table shared does not see that he is its last holder (H8)
 */
#define A	0
#define B	1
#define SPACES	2
#define CPUS	3			/* the last is A's second */
#define SPACE(cpu)	(cpu % SPACES)
#define FRAMES	5			/* tables, and pages; 0 is none; each space has one, and may be making another */

typedef pte { byte page; bool w };	/* page 0: absent */
typedef table { pte e; byte ref; bool used; bool clean };	/* used: not on the allocator's stacks */

table t[FRAMES];
byte ref[FRAMES];			/* of pages */
byte root[SPACES];			/* the table; 0: none */
bool exists[SPACES], live[SPACES];	/* live: runs */
byte walk[CPUS];			/* cached: the table, */
pte tlb[CPUS];				/* and the leaf */
bool alone;				/* A's second thread has left */

inline set(x, to, can) { atomic { t[x].e.page = to; t[x].e.w = can } }
inline cached(c, to, can) { atomic { tlb[c].page = to; tlb[c].w = can } }

inline pg_zalloc(x)			/* a table */
{
	atomic {
		x = 1;
		do :: t[x].used -> x++ :: else -> break od;
		assert(t[x].ref == 0 && t[x].e.page == 0);
		t[x].used = true; t[x].ref = 1; t[x].clean = false
	}
}

inline pg_zfree(x) { atomic { assert(t[x].used && t[x].ref == 0 && t[x].e.page == 0); t[x].used = false } }

inline pg_alloc(p)
{
	atomic {
		p = 1;
		do :: ref[p] > 0 -> p++ :: else -> break od;
		ref[p] = 1
	}
}

/* refs.pml looks closer. */
inline pg_unref(p) { atomic { assert(ref[p] > 0); ref[p]-- } }

/* Empty the table and give it back: nobody else reaches it.  pt.c, put_table(); space.c, empty(), drop_run() */
inline drop_all(x)
{
	old = t[x].e.page;
	set(x, 0, false);
	pg_unref(old);
	old = 0
}

/* pt.c, pt_put() */
inline pt_put(x)
{
	atomic { assert(t[x].ref > 0); t[x].ref--; last = (t[x].ref == 0) };
	if
	:: last -> drop_all(x); pg_zfree(x)
	:: else
	fi;
	last = false
}

/* Every CPU of s forgets what it has cached. */
inline mmu_inval(s)
{
#ifdef BUG_FLUSH_LEAVES
	cached(s, 0, false);
	if :: s == A -> cached(2, 0, false) :: else fi
#else
	atomic { walk[s] = 0; cached(s, 0, false) };
	if :: s == A -> atomic { walk[2] = 0; cached(2, 0, false) } :: else fi
#endif
}

/* pt.c, copy_table(): pt_share() of every entry */
inline copy_table(x, from)
{
	old = t[from].e.page;
#ifndef BUG_DROP_THEN_RAISE
	ref[old]++;
#endif
	set(x, old, false)
}

/* pt.c, unshare(), and gather_flush() */
inline unshare(s)
{
	pg_zalloc(new);
	copy_table(new, tab);
	root[s] = new;
#ifdef BUG_DROP_THEN_FLUSH
	pt_put(tab);
	mmu_inval(s);
#else
	mmu_inval(s);
	pt_put(tab);
#endif
#ifdef BUG_DROP_THEN_RAISE
	ref[t[new].e.page]++;
#endif
	tab = new; new = 0; old = 0
}

/* fault.c, set_leaf() */
inline set_leaf(s, to)
{
	set(tab, to, true);
#ifndef BUG_CLEAN_STAYS
	t[tab].clean = false;			/* pt_soil() */
#endif
	atomic { walk[s] = tab; cached(s, to, true) }
}

/* fault.c, present(), upgrade() and copy() */
inline present(s)
{
	old = t[tab].e.page;
#ifndef BUG_PAGE_FIRST
	mine = (ref[old] == 1);
#endif
	if
	:: mine -> set_leaf(s, old)
	:: else ->
		pg_alloc(new);
		set(tab, 0, false);
		mmu_inval(s);
		set_leaf(s, new);
		pg_unref(old)
	fi;
	old = 0; new = 0; mine = false
}

/* fault.c, resolve() of a store, own(); pt.c, pt_walk(), pt_own() */
inline vm_fault(s)
{
	tab = root[s];
#ifdef BUG_PAGE_FIRST
	mine = (ref[t[tab].e.page] == 1);
#endif
#ifndef BUG_TABLE_UNTESTED
	if
	:: t[tab].ref > 1 ->
		unshare(s)
#ifdef BUG_PAGE_FIRST
		; mine = (ref[t[tab].e.page] == 1)
#endif
	:: else
	fi;
#endif
	present(s);
	tab = 0
}

/* fork.c, share_table() and sweep(); gather_done() */
inline vm_fork(s)
{
	tab = root[s];
	if
	:: t[tab].ref > 1 || t[tab].clean
	:: else ->
		t[tab].e.w = false;
		t[tab].clean = true
	fi;
	atomic { t[tab].ref++ };
	root[B] = tab;
	mmu_inval(s);
	tab = 0
}

/* space.c, vm_destroy() and empty(), when the space is loaded nowhere */
inline vm_destroy(s)
{
	tab = root[s];
	root[s] = 0;
	if
	:: t[tab].ref == 1 -> drop_all(tab); t[tab].ref--; pg_zfree(tab)
#ifdef BUG_LAST_OUT
	:: else -> t[tab].ref--
#else
	:: else -> pt_put(tab)
#endif
	fi;
	tab = 0
}

inline not_reached(o)
{
	assert(SPACE(cpu) == o || !live[o] || t[root[o]].e.page != tlb[cpu].page);
	assert(SPACE(cpu) == o || tlb[o].page != tlb[cpu].page)
}

/* A store has hit the page in this CPU's TLB. */
inline stored()
{
	not_reached(A);
	not_reached(B);
	assert(SPACE(cpu) == A || tlb[2].page != tlb[cpu].page)
}

inline not_written(o)
{
	assert(SPACE(cpu) == o || t[root[o]].e.page != tlb[cpu].page || !t[root[o]].e.w)
}

/* What the hardware does for a user's load or store, but for the fault. */
inline hardware()
{
	if
	:: atomic { walk[cpu] == 0 && root[SPACE(cpu)] != 0 -> walk[cpu] = root[SPACE(cpu)] }
	:: atomic { walk[cpu] != 0 && tlb[cpu].page == 0 && t[walk[cpu]].e.page != 0 ->
		tlb[cpu].page = t[walk[cpu]].e.page; tlb[cpu].w = t[walk[cpu]].e.w;
		not_written(A);
		not_written(B)
	}
	:: atomic { tlb[cpu].w -> stored() }
	fi
}

inline leave() { atomic { walk[cpu] = 0; cached(cpu, 0, false) } }

#define FAULTS	(tlb[cpu].page != 0 && !tlb[cpu].w)

proctype second()
{
	byte cpu = 2;

	do
	:: hardware()
	:: break
	od;
	leave();
	alone = true
}

proctype space(byte cpu)
{
	byte tab, old, new;
	bool mine, last;

end:	do
	:: live[cpu] ->
		do
		:: hardware()
		:: atomic { FAULTS -> skip }; vm_fault(cpu)
		:: atomic { cpu == A && !exists[B] -> exists[B] = true }; vm_fork(cpu); live[B] = true
		:: atomic { cpu != A || alone -> break }
		od;
		leave();
		live[cpu] = false;
		vm_destroy(cpu);
		exists[cpu] = false
	od
}

init
{
	byte i;

	atomic {
		t[1].e.page = 1; t[1].ref = 1; t[1].used = true; ref[1] = 1;
		root[A] = 1; exists[A] = true; live[A] = true;
		run space(A); run space(B); run second()
	}
	atomic {
		!exists[A] && !exists[B] ->
		i = 1;
		do :: i < FRAMES -> assert(!t[i].used && ref[i] == 0); i++ :: else -> break od
	}
}
