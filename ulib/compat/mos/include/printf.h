/* SPDX-License-Identifier: MIT */
/* printf.h: MOS's programs may include it; lib.h has all there is. */
#pragma once
