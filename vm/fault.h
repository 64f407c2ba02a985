/* SPDX-License-Identifier: MIT */
/* fault.h: the fault on a locked space, for vm_fault and the copies. */
#pragma once
#include "pt.h"
#include "region.h"

/* Make va, below USERTOP, usable for want.  0, -EFAULT, -ENOMEM, -ERESTART.  => space locked */
int fault(struct space *, va_t va, unsigned want);
/* Bring in the pages of object regions in [lo, hi) that are not there; the tables are owned.  0, -ENOMEM.  => space locked */
int bring_in(struct space *, va_t lo, va_t hi, struct gather *);
/* What vm_look tells of an entry of region r. */
void look(const struct region *r, pte_t, struct vm_look *);
