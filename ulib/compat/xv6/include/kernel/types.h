/* SPDX-License-Identifier: MIT */
/* types.h: xv6's names.  uint64 is as wide as a pointer, as its programs use it: 32 bits on a 32-bit machine. */
#pragma once

typedef unsigned char uchar;
typedef unsigned short ushort;
typedef unsigned int uint;
typedef unsigned char uint8;
typedef unsigned short uint16;
typedef unsigned int uint32;
typedef unsigned long uint64;
typedef uint64 pde_t;
