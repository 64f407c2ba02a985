/* SPDX-License-Identifier: MIT */
/* exo.h: what the cases about exokernel calls and IPC share. */
#pragma once
#include "test.h"

char *window(size_t n);			/* so many pages that the program manages, none there */
int state_of(pid_t);			/* PROC_*; PROC_FREE: there is none */
void wait_state(pid_t, int state);	/* it comes to that, or the case fails */
pid_t stopped_child(void);		/* by exofork, without a page */
void kill_child(pid_t);			/* and reap it */
