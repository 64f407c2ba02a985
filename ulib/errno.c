/* SPDX-License-Identifier: MIT */
/* errno.c: set by the stubs of ulib/<port>/syscall.S. */
#include <errno.h>

int errno;
