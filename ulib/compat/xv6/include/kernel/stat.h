/* SPDX-License-Identifier: MIT */
/* stat.h: what xv6's stat and fstat tell.  There are no directories; files have no numbers, dev and ino are 0. */
#pragma once

enum { T_DIR = 1, T_FILE, T_DEVICE };

struct stat {
	int dev;
	uint ino;
	short type;
	short nlink;
	uint64 size;			/* bytes */
};
