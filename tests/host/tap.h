/* SPDX-License-Identifier: MIT */
/* tap.h: results in the Test Anything Protocol, for tests that run on the host. */
#pragma once
#include "types.h"
#include <stdio.h>	/* after types.h: SEEK_SET is a macro here, a constant there */

static int tap_n, tap_failed;

static bool ok(bool pass, const char *what)
{
	printf("%sok %d - %s\n", pass ? "" : "not ", ++tap_n, what);
	tap_failed += !pass;
	return pass;
}

static int tap_end(void)
{
	printf("1..%d\n", tap_n);
	return tap_failed > 0;
}
