/* SPDX-License-Identifier: MIT */
/*
 * pause.h: where a CPU that is a thread may be slow.  A pause stands behind
 * every load that others' stores may overtake, and before every store; no
 * file of vm/ knows of it.  Copies of bytes are the machine's (sim.c): races
 * between programs' stores are the programs' own.
 */
#pragma once
#include <stddef.h>

void sim_pause(void);
void *sim_copy(void *to, const void *from, size_t n);

#define memcpy(to, from, n)	sim_copy(to, from, n)
#define __c11_atomic_load(p, order) ({ \
	__auto_type seen_ = __c11_atomic_load(p, order); \
	sim_pause(); \
	seen_; })
#define __c11_atomic_store(p, v, order)		(sim_pause(), __c11_atomic_store(p, v, order))
#define __c11_atomic_fetch_add(p, n, order)	(sim_pause(), __c11_atomic_fetch_add(p, n, order))
#define __c11_atomic_exchange(p, v, order)	(sim_pause(), __c11_atomic_exchange(p, v, order))
