/* SPDX-License-Identifier: MIT */
/* fs.h: what xv6's programs take from its file system.  Here a file is as large as memory allows. */
#pragma once

#define ROOTINO	1
#define BSIZE	1024		/* bytes; programs size their buffers by it */
#define MAXFILE	1024		/* blocks; usertests fills a disk with 79 files of as many */
#define FSSIZE	2000		/* blocks of xv6's disk; there is none here */
#define DIRSIZ	14		/* longer names are cut off */

struct dirent {			/* what a directory reads as */
	ushort inum;
	char name[DIRSIZ];
};
