/* SPDX-License-Identifier: MIT */
/* errno.h */
#pragma once
#include "abi/errno.h"

extern int errno;
