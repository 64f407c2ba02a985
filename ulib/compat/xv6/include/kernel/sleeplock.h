/* SPDX-License-Identifier: MIT */
/* sleeplock.h: xv6's init.c includes it, and uses nothing of it. */
#pragma once
