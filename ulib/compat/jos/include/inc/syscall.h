/* SPDX-License-Identifier: MIT */
/* inc/syscall.h: JOS's calls are functions here (inc/lib.h); they have no numbers of their own. */
#pragma once
