/* SPDX-License-Identifier: MIT */
/* limits.h: the compiler's, and POSIX's. */
#pragma once
#include_next <limits.h>
#include "abi/yoke.h"

#define SSIZE_MAX	LONG_MAX
#define PATH_MAX	PATH_LEN	/* with the end */
#define ARG_MAX		ARG_BYTES
#define OPEN_MAX	FD_N
#define PIPE_BUF	512
#define NAME_MAX	(FILE_NAME - 1)
