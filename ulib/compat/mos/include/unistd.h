/* SPDX-License-Identifier: MIT */
/* unistd.h: MOS's programs may include it; lib.h has all there is. */
#pragma once
