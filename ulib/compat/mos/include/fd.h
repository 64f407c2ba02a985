/* SPDX-License-Identifier: MIT */
/* fd.h: descriptors are the kernel's; there is no struct Fd behind them. */
#pragma once
#include "fs.h"
#include "types.h"

struct Dev;
struct Stat {
	char st_name[MAXNAMELEN];
	u_int st_size;
	u_int st_isdir;
	struct Dev *st_dev;
};
