/* SPDX-License-Identifier: MIT */
/* errno.h: the kernel's, and those that the standards have beside: what programs of other systems ask for. */
#pragma once
#include "abi/errno.h"

#define EDEADLK		35
#define EDOM		33
#define EILSEQ		84
#define ELOOP		40
#define ENOLCK		37
#define ENOTSUP		EOPNOTSUPP
#define EOVERFLOW	75
#define ETXTBSY		26
#define EWOULDBLOCK	EAGAIN

int *__errno(void);			/* each thread's own */
#define errno (*__errno())
