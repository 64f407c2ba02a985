/* SPDX-License-Identifier: MIT */
/* print.h: MOS's programs may include it; lib.h has all there is. */
#pragma once
