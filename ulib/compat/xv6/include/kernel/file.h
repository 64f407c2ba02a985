/* SPDX-License-Identifier: MIT */
/* file.h: the number of the console, for mknod. */
#pragma once

#define CONSOLE	1
