/* SPDX-License-Identifier: MIT */
/* string.h */
#pragma once
#include "lib/string.h"

char *strdup(const char *);
const char *strerror(int);
