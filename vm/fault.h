/* SPDX-License-Identifier: MIT */
/* fault.h: the fault on a locked space, for vm_fault and the copies. */
#pragma once
#include "pt.h"
#include "region.h"

/* Make va, page aligned, below USERTOP, usable for want.  0, -EFAULT, -ENOMEM.  => space locked */
int fault(struct space *, va_t va, unsigned want);
