/* SPDX-License-Identifier: MIT */
/* fs.h: sizes that xv6's programs take from its file system.  Here a file is as large as memory allows. */
#pragma once

#define BSIZE	1024		/* bytes; programs size their buffers by it */
#define MAXFILE	268		/* blocks that a file of xv6's can have */
#define DIRSIZ	14
