/* SPDX-License-Identifier: MIT */
/* syscall.h: MOS's programs may include it; lib.h has all there is. */
#pragma once
