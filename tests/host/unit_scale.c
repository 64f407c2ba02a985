/* SPDX-License-Identifier: MIT */
/*
 * unit_scale.c: what several CPUs share.  They take turns, one fault each, so
 * that a lock which two of them take moves at every turn.
 */
#include "unit.h"

enum { PAGES = 200 };			/* more than a CPU's own frames */

/* Everything but what `but` has was left alone by all CPUs, or taken by one alone. */
static bool only_shared(unsigned but, const struct lock_counts *before)
{
	struct lock_counts n;
	bool good = true;

	lock_counts(&n, LOCKS_ALL);
	for (unsigned c = 0; c < LOCK_N; c++)
		good = good && (but >> c & 1 || (n.of[c].shared == before->of[c].shared && n.of[c].moved == before->of[c].moved));
	return good;
}

static struct object *file(void)
{
	static const char image[PAGES];
	struct object *o = obj_new(PAGES, image, sizeof image);

	for (int i = 0; i < PAGES; i++)
		assert(obj_page(o, (size_t)i));
	return o;
}

/* Spaces of a CPU each, with pages yet to be filled, pages of a file, and pages shared with a fork. */
static void make_spaces(struct space *s[NCPU], struct object *o)
{
	for (unsigned c = 0; c < NCPU; c++) {
		s[c] = new_space();
		on(c, s[c]);
		assert(map(s[c], 0, 2 * PAGES, P_R | P_W) == 0);
		assert(map_object(s[c], 2 * PAGES, PAGES, P_R | P_W, false, o, 0) == 0);
		for (int i = 0; i < PAGES; i++)
			assert(poke(at(i), 1) == 0);
		assert(fork_space(s[c], CUT_PAGE));
	}
}

static bool spaces_share_no_lock(void)
{
	struct object *o = file();
	struct lock_counts before;
	struct space *s[NCPU];
	bool good = true;

	make_spaces(s, o);
	lock_counts(&before, LOCKS_FORGET);
	for (int i = 0; i < PAGES; i++)
		for (unsigned c = 0; c < NCPU; c++) {
			on(c, s[c]);
			good = good && poke(at(i), 2) == 0 && poke(at(PAGES + i), 2) == 0;
			good = good && peek(at(2 * PAGES + i)) == 0 && poke(at(2 * PAGES + i), 2) == 0;
		}
	good = good && only_shared(1 << LOCK_DEPOT, &before);
	obj_put(o);
	return good;
}

/* And from the common stacks frames come by the batch. */
static bool the_depot_is_seldom_asked(void)
{
	struct lock_counts before, after;
	struct space *s = new_space();
	bool good;

	on(1, s);
	good = map(s, 0, PAGES, P_R | P_W) == 0;
	lock_counts(&before, LOCKS_HERE);
	for (int i = 0; i < PAGES; i++)
		good = good && poke(at(i), 1) == 0;
	lock_counts(&after, LOCKS_HERE);
	return good && after.of[LOCK_DEPOT].taken - before.of[LOCK_DEPOT].taken <= PAGES / 32;
}

static bool threads_share_their_space_alone(void)
{
	struct lock_counts before, after;
	struct space *s = new_space();
	bool good = true;

	for (unsigned c = 0; c < NCPU; c++)
		on(c, s);
	good = map(s, 0, NCPU * PAGES, P_R | P_W) == 0 && poke(at(0), 1) == 0;
	lock_counts(&before, LOCKS_FORGET);
	for (int i = 1; i < PAGES; i++)
		for (unsigned c = 0; c < NCPU; c++) {
			sim_self = c;
			good = good && poke(at(i * (int)NCPU + (int)c), 1) == 0;
		}
	good = good && only_shared(1 << LOCK_SPACE | 1 << LOCK_DEPOT, &before);
	lock_counts(&after, LOCKS_ALL);
	return good && after.of[LOCK_SPACE].moved - before.of[LOCK_SPACE].moved >= (PAGES - 2) * NCPU;
}

static uint64_t acks;

/* Since this was last called: did so many gathers ask `cpus` CPUs, each once, and did each answer? */
static bool asked(struct space *s, word gathers, word cpus)
{
	bool good = s->count[C_SHOOT] == gathers && s->count[C_IPI] == gathers * cpus
		&& vm_past(C_ACK) - acks == gathers * cpus;

	s->count[C_SHOOT] = s->count[C_IPI] = 0;
	acks = vm_past(C_ACK);
	return good;
}

static bool each_is_asked_once_a_gather(void)
{
	enum { MANY = 60 };			/* one gather holds them */
	struct space *s = new_space(), *child;
	bool good = true;

	acks = vm_past(C_ACK);
	for (unsigned c = 0; c < NCPU; c++)
		on(c, s);
	good = map(s, 0, MANY, P_R | P_W) == 0;
	for (int i = 0; i < MANY; i++)
		good = good && poke(at(i), 1) == 0;
	good = good && asked(s, 0, 0);		/* what was absent, nobody holds */
	child = fork_space(s, CUT_PAGE);
	good = good && asked(s, 1, NCPU - 1);
	for (int i = 0; i < 8; i++)
		good = good && poke(at(i), 2) == 0;
	good = good && asked(s, 8, NCPU - 1);
	end_space(child);
	good = good && poke(at(9), 2) == 0 && asked(s, 0, 0);		/* its last holder: no other page comes there */
	on(0, 0);
	sim_self = 1;
	good = good && vm_protect(s, at(0), at(MANY), P_R) == 0 && asked(s, 1, NCPU - 1);
	good = good && vm_unmap(s, at(0), at(MANY)) == 0 && asked(s, 1, NCPU - 2);	/* CPU 0 has left, and was told once */
	return good;
}

void test_scale(void)
{
	test("faults of different spaces take no lock that another CPU takes, but for frames", spaces_share_no_lock);
	test("frames come from the common stacks by the batch", the_depot_is_seldom_asked);
	test("faults in one space share that space's lock alone", threads_share_their_space_alone);
	test("a gather asks each CPU once, and no CPU that holds nothing", each_is_asked_once_a_gather);
}
