/* SPDX-License-Identifier: MIT */
/* fcntl.h */
#pragma once
#include "abi/yoke.h"

int open(const char *path, int flags, ...);
