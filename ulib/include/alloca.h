/* SPDX-License-Identifier: MIT */
/* alloca.h */
#pragma once
#define alloca(n)	__builtin_alloca(n)
