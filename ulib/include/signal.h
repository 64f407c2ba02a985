/* SPDX-License-Identifier: MIT */
/* signal.h: numbers, for wait's status and for kill; nobody can catch one. */
#pragma once
#include <sys/types.h>
#include "abi/yoke.h"		/* SIGKILL */

enum { SIGILL = 4, SIGTRAP = 5, SIGABRT = 6, SIGBUS = 7, SIGFPE = 8, SIGSEGV = 11 };

int kill(pid_t, int sig);
