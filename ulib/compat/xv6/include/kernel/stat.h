/* SPDX-License-Identifier: MIT */
/* stat.h: what xv6's stat and fstat tell. */
#pragma once

#define T_DIR		1
#define T_FILE		2
#define T_DEVICE	3

struct stat {
	int dev;
	uint ino;
	short type;
	short nlink;			/* a directory's: 2 and its subdirectories */
	uint64 size;			/* bytes; 0 of a directory */
};
