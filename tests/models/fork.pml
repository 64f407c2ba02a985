/* SPDX-License-Identifier: MIT */
/*
 * fork.pml: fork's downgrade, and the copy fault, against writers on other
 * CPUs that have TLBs.
 *
 * One page.  CPUs 0, 1 and 2 run threads of the parent, which load and store
 * whenever they like; CPU 0 also forks (cut 0).  CPU 3 runs the child, till
 * it exits, and the next one, without end.  A TLB keeps what it has until it
 * is told to forget; a CPU forgets when it serves a request, and says so.
 *
 * To hold: a store through a TLB is seen by the whole space, and by nobody
 * else (stored); and somebody can always go on (invalid end states).
 *
 * Bugs:
 *	BUG_NO_SWEEP	fork leaves W in the parent (H1)
 *	BUG_NO_FLUSH	fork flushes this CPU only (H6)
 *	BUG_FLUSH_FIRST	fork flushes, then sweeps (H6)
 *	BUG_CHILD_EARLY	the child runs before the flush (H6)
 *	BUG_MAKE_FIRST	the copy fault makes the new entry, then flushes (H5)
 *	BUG_DROP_FIRST	the copy fault drops the old page, then flushes (H5)
 *	BUG_COPY_STALE	a stale entry's fault copies, though nothing is missing (H29)
 *	BUG_DEAF	who spins for a lock serves no request (H34)
 */
#define THREADS	3			/* of the parent; the child's CPU is the next */
#define CPUS	4
#define PARENT	0
#define CHILD	1
#define FRAMES	5			/* 0 is none; each space has one, and may be making another */

typedef pte { byte page; bool w };	/* page 0: absent */

pte entry[2];				/* of each space, by hardware read at any time */
pte tlb[CPUS];				/* of each CPU */
bool asked[CPUS];			/* to forget */
bool held[2];				/* the spaces' locks */
byte ref[FRAMES];
bool runnable;				/* the child */

#define SPACE(cpu)	(cpu < THREADS -> PARENT : CHILD)

/* An interrupt, or a look amid a spin. */
inline serve() { atomic { asked[me]; tlb[me].page = 0; tlb[me].w = false; asked[me] = false } }

inline lock(s)
{
	do
	:: atomic { !held[s] -> held[s] = true; break }
#ifndef BUG_DEAF
	:: serve()
#endif
	od
}

inline unlock(s) { held[s] = false }

/* page.c */
inline pg_alloc(p)
{
	atomic {
		p = 1;
		do :: ref[p] > 0 -> p++ :: else -> break od;
		ref[p] = 1
	}
}

/* Every CPU that may hold entries of s forgets them, and has said so. */
inline mmu_inval(s)
{
	atomic {
		tlb[me].page = 0; tlb[me].w = false;
		if
		:: s == PARENT -> c = 0; do :: c < THREADS -> asked[c] = (c != me); c++ :: else -> break od
		:: else
		fi;
		c = 0
	}
	do
	:: atomic { s == CHILD || (!(me != 0 && asked[0]) && !(me != 1 && asked[1]) && !(me != 2 && asked[2])) -> break }
	:: serve()
	od
}

inline set_leaf(s, p)		/* and mmu_update */
{
	atomic { entry[s].page = p; entry[s].w = true }
	atomic { tlb[me].page = p; tlb[me].w = true }
}

/* fault.c, copy(): the old page and a new one. */
inline copy(s)
{
	assert(!entry[s].w);
	pg_alloc(new);
#ifdef BUG_MAKE_FIRST
	atomic { entry[s].page = new; entry[s].w = true }
#else
	atomic { entry[s].page = 0; entry[s].w = false }
#endif
#ifdef BUG_DROP_FIRST
	ref[old]--;
#endif
	mmu_inval(s);
	set_leaf(s, new);
#ifndef BUG_DROP_FIRST
	ref[old]--;
#endif
	new = 0
}

/* fault.c, vm_fault() of a store, resolve() and present() */
inline vm_fault(s)
{
	lock(s);
	old = entry[s].page;
	assert(old != 0);			/* break and make are under one lock */
	if
#ifdef BUG_COPY_STALE
	:: entry[s].w -> copy(s)
#else
	:: entry[s].w -> atomic { tlb[me].page = old; tlb[me].w = true }	/* spurious */
#endif
	:: !entry[s].w && ref[old] == 1 -> set_leaf(s, old)			/* upgrade */
	:: !entry[s].w && ref[old] != 1 -> copy(s)
	fi;
	old = 0;
	unlock(s)
}

/*
 * A store has hit this CPU's page: no other space reaches it, by its table or by a TLB, and who
 * has an entry of this space has this page.
 */
inline stored(s)
{
	assert(!runnable || tlb[me].page != entry[1 - s].page);	/* a child that does not run yet may see it */
	c = 0;
	do
	:: c < CPUS ->
		assert(tlb[c].page == 0 || ((SPACE(c) == s) == (tlb[c].page == tlb[me].page)));
		c++
	:: else -> break
	od;
	c = 0
}

/* One user instruction, or what comes of it. */
inline user(s)
{
	if
	:: serve()
	:: atomic { tlb[me].page == 0 && entry[s].page != 0 -> tlb[me].page = entry[s].page; tlb[me].w = entry[s].w }
	:: atomic { tlb[me].page != 0 && tlb[me].w -> stored(s) }
	:: atomic { tlb[me].page != 0 && !tlb[me].w -> skip }; vm_fault(s)
	:: atomic { tlb[me].page == 0 && entry[s].page == 0 -> skip }; vm_fault(s)
	fi
}

/* fork.c: share_run(), pt_share(), gather_done() */
inline vm_fork()
{
	lock(PARENT);
#ifdef BUG_FLUSH_FIRST
	mmu_inval(PARENT);
#endif
	old = entry[PARENT].page;
	ref[old]++;
#ifndef BUG_NO_SWEEP
	entry[PARENT].w = false;
#endif
	entry[CHILD].page = old;
	old = 0;
#ifdef BUG_CHILD_EARLY
	runnable = true;
#endif
#ifdef BUG_NO_FLUSH
	atomic { tlb[me].page = 0; tlb[me].w = false }
#endif
#if !defined BUG_FLUSH_FIRST && !defined BUG_NO_FLUSH
	mmu_inval(PARENT);
#endif
	unlock(PARENT);
#ifndef BUG_CHILD_EARLY
	runnable = true
#endif
}

proctype thread(byte me)
{
	byte old, new, c;

	do
	:: user(PARENT)
	:: atomic { me == 0 && !runnable -> skip }; vm_fork()
	od
}

proctype child(byte me)
{
	byte old, new, c;

	do
	:: runnable ->
		do
		:: user(CHILD)
		:: break
		od;
		atomic { tlb[me].page = 0; tlb[me].w = false }		/* exit: leave the space, */
		atomic { old = entry[CHILD].page; entry[CHILD].page = 0; entry[CHILD].w = false }
		ref[old]--;						/* space.c, drop_run() */
		old = 0;
		runnable = false
	od
}

init
{
	atomic {
		entry[PARENT].page = 1; entry[PARENT].w = true; ref[1] = 1;
		run thread(0); run thread(1); run thread(2); run child(3)
	}
}
