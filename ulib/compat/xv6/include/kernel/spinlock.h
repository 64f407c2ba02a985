/* SPDX-License-Identifier: MIT */
/* spinlock.h: xv6's init.c includes it, and uses nothing of it. */
#pragma once
