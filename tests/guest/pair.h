/* SPDX-License-Identifier: MIT */
/* pair.h: a thread that writes, beside which somebody forks, and what the child looks at. */
#pragma once
#include "test.h"

struct pair { volatile long x, pad[600], y; volatile int stop; };	/* x and y on pages of their own */

static int count_up(void *arg)
{
	struct pair *p = arg;

	while (!p->stop) {
		p->x++;
		p->y++;
	}
	return 0;
}

/* x is stored before y: y is never ahead, and nothing here may move. */
static void look(void *arg)
{
	struct pair *p = arg;
	long x = p->x, y = p->y;

	CHECK(x >= y && x - y <= 1);
	msleep(20);
	EQUAL(p->x, x);
	EQUAL(p->y, y);
}
