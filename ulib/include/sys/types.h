/* SPDX-License-Identifier: MIT */
/* sys/types.h */
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef int pid_t;
typedef __PTRDIFF_TYPE__ ssize_t;
typedef __PTRDIFF_TYPE__ off_t;
typedef unsigned mode_t;
