/* SPDX-License-Identifier: MIT */
/* inc/x86.h: what of it any machine can do. */
#pragma once
#include <inc/types.h>

void breakpoint(void);		/* JOS drops into its monitor; here the environment says so and ends */
