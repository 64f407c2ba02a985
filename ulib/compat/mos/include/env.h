/* SPDX-License-Identifier: MIT */
/* env.h: what MOS shows of environments. */
#pragma once
#include "mmu.h"
#include "trap.h"

#define LOG2NENV	10
#define NENV		(1 << LOG2NENV)
#define ENVX(envid)	((envid) & (NENV - 1))

#define ENV_FREE		0
#define ENV_RUNNABLE		1
#define ENV_NOT_RUNNABLE	2

struct Env {
	u_int env_id;
	u_int env_parent_id;
	u_int env_status;
	u_int env_ipc_value;		/* the last message's, of this environment's own */
	u_int env_ipc_from;
	u_int env_ipc_perm;
};
