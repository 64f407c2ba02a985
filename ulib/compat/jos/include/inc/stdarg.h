/* SPDX-License-Identifier: MIT */
/* inc/stdarg.h: the compiler's. */
#pragma once
#include <stdarg.h>
