/* SPDX-License-Identifier: MIT */
/* pages.h: n pages from p on, whose first bytes count up from a value: written, and looked for. */
#pragma once
#include "test.h"

static void fill(char *p, int n, char value)
{
	for (int i = 0; i < n; i++)
		p[i * PAGE] = (char)(value + i);
}

static void holds(const char *p, int n, char value)
{
	for (int i = 0; i < n; i++)
		EQUAL(p[i * PAGE], (char)(value + i));
}
