/* SPDX-License-Identifier: MIT */
/* unit_frames.c: the frame allocator, to the last frame. */
#include "unit.h"

static struct page *got[SIM_FRAMES];

/* Each frame once, none that was reserved or is not there, and all of them back. */
static bool every_frame_once(void)
{
	size_t n = 0, before = pg_nfree();
	bool good = true;
	struct page *p;

	for (sim_self = 0; sim_self < NCPU; sim_self++)
		while ((p = n % 2 ? pg_alloc(PG_USER) : pg_zalloc(PG_USER)))
			got[n++] = p;
	sim_self = 0;
	good = good && n == before && pg_nfree() == 0 && pg_nused(PG_USER) == n;
	for (size_t i = 0; i < n; i++) {
		size_t f = (pg_pa(got[i]) - RAM_BASE) >> PGSHIFT;
		good = good && pg_ref(got[i]) == 1;
		good = good && f >= 3 && !(f >= 990 && f < 1020) && f != 2000 && f < SIM_FRAMES;	/* as sim_boot reserves */
		good = good && pg_unref(got[i]);
		pg_free(got[i]);
	}
	return good && pg_nfree() == before && pg_nused(PG_USER) == 0 && before <= pg_total();
}

static bool zero_frames_are_zero(void)
{
	bool good = true;

	for (int round = 0; round < 400; round++) {
		struct page *p = round % 3 ? pg_zalloc(PG_USER) : pg_alloc(PG_USER);
		unsigned char *b = pg_kva(p);

		for (int i = 0; round % 3 && i < PGSIZE; i++)
			good = good && b[i] == 0;
		if (round % 5)
			memset(b, 0xee, PGSIZE);
		good = good && pg_unref(p);
		if (round % 5 || round % 3 == 0)
			pg_free(p);
		else
			pg_zfree(p);
	}
	return good;
}

/* Objects of pools: distinct, as large as asked, and their frames come back but for a spare. */
static bool pools_give_and_take(void)
{
	enum { N = 500 };
	static struct pool pool = { .size = 52 };
	static unsigned char *o[N];
	size_t before = pg_nfree() + pool_spare();
	bool good = true;

	for (int i = 0; i < N; i++) {
		o[i] = pool_alloc(&pool);
		memset(o[i], i, pool.size);
	}
	for (int i = 0; i < N; i++)
		for (size_t k = 0; k < pool.size; k++)
			good = good && o[i][k] == (unsigned char)i;
	for (int i = 0; i < N; i++)
		pool_free(&pool, o[i * 7 % N]);
	return good && pg_nfree() + pool_spare() == before;
}

/* A frame that has some taken is filled before one that is kept empty. */
static bool pools_fill_first(void)
{
	enum { N = 500 };
	static struct pool pool = { .size = 52 };
	static char *o[N];
	char *again;
	bool good;
	int next = 1;

	for (int i = 0; i < N; i++)
		o[i] = pool_alloc(&pool);
	while (PG_DOWN((va_t)o[next]) == PG_DOWN((va_t)o[0]))
		next++;
	pool_free(&pool, o[0]);
	for (int i = next; i < N; i++)		/* all the other frames */
		pool_free(&pool, o[i]);
	again = pool_alloc(&pool);
	good = again == o[0];
	for (int i = 1; i < next; i++)
		pool_free(&pool, o[i]);
	pool_free(&pool, again);
	return good;
}

void test_frames(void)
{
	test("every frame once, none that is reserved", every_frame_once);
	test("zero frames are zero", zero_frames_are_zero);
	test("pools give distinct objects, and frames back", pools_give_and_take);
	test("pools fill a frame before they begin another", pools_fill_first);
}
