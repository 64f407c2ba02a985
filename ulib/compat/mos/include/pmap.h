/* SPDX-License-Identifier: MIT */
/* pmap.h: MOS's programs include it for mmu.h. */
#pragma once
#include "mmu.h"
