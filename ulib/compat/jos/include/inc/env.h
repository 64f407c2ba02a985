/* SPDX-License-Identifier: MIT */
/* inc/env.h: what JOS shows of environments. */
#pragma once
#include <inc/memlayout.h>
#include <inc/trap.h>

typedef int32_t envid_t;

#define LOG2NENV	10
#define NENV		(1 << LOG2NENV)
#define ENVX(envid)	((envid) & (NENV - 1))

enum { ENV_FREE, ENV_DYING, ENV_RUNNABLE, ENV_RUNNING, ENV_NOT_RUNNABLE };
enum EnvType { ENV_TYPE_USER, ENV_TYPE_FS, ENV_TYPE_NS };

struct Env {
	envid_t env_id;
	envid_t env_parent_id;
	enum EnvType env_type;
	unsigned env_status;
	int env_cpunum;
	uint32_t env_ipc_value;		/* the last message's, of this environment's own */
	envid_t env_ipc_from;
	int env_ipc_perm;
};
