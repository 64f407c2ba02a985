/* SPDX-License-Identifier: MIT */
/* inc/fd.h: descriptors are the kernel's; there is no struct Fd behind them. */
#pragma once
#include <inc/fs.h>
#include <inc/types.h>

struct Dev;
struct Stat {
	char st_name[MAXNAMELEN];
	off_t st_size;
	int st_isdir;
	struct Dev *st_dev;
};
