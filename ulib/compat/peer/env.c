/* SPDX-License-Identifier: MIT */
/* env.c: environments: errors, the table, fork. */
#include <errno.h>
#include <signal.h>
#include "peer.h"

static enum peer_err kind(int err)
{
	switch (err) {
	case ESRCH: case EPERM: case ECHILD:
		return ERR_BAD_ENV;
	case EINVAL: case EACCES:
		return ERR_INVAL;
	case EFAULT:
		return ERR_FAULT;
	case ENOMEM:
		return ERR_NO_MEM;
	case EAGAIN:
		return ERR_NO_FREE_ENV;
	case EMFILE: case ENFILE:
		return ERR_MAX_OPEN;
	case ENOENT:
		return ERR_NOT_FOUND;
	case ENAMETOOLONG: case ENOTDIR: case EISDIR:
		return ERR_BAD_PATH;
	case EEXIST:
		return ERR_FILE_EXISTS;
	case ENOEXEC:
		return ERR_NOT_EXEC;
	case ENOSPC: case EFBIG:
		return ERR_NO_DISK;
	case EROFS:
		return ERR_NOT_SUPP;
	}
	return ERR_UNSPECIFIED;
}

int peer_error(void)
{
	return peer_numbers[kind(errno)];
}

/* Entries that are in use, so that one is freed when its process is gone. */
static pid_t shown[PEER_ENVS];
static bool looked;

void peer_env_made(pid_t pid)
{
	shown[peer_index(pid)] = pid;
}

/* procinfo counts: when a process ends between two calls, the next is passed over. */
static bool exists(pid_t pid)
{
	return kill(pid, 0) == 0;
}

void peer_envs(void)
{
	static enum { NOT_SEEN, ALIVE, DEAD } seen[PEER_ENVS];
	struct proc_info p;

	looked = true;
	for (unsigned i = 0; i < PEER_ENVS; i++)
		seen[i] = NOT_SEEN;
	for (unsigned n = 0; procinfo(n, &p) == 0; n++) {
		unsigned i = peer_index(p.pid);

		if (p.pid == 1)			/* init is no environment */
			continue;
		seen[i] = p.state == PROC_ZOMBIE ? DEAD : ALIVE;
		if (seen[i] == DEAD)
			continue;
		shown[i] = p.pid;
		peer_env_set(i, &p);
	}
	for (unsigned i = 0; i < PEER_ENVS; i++)
		if (shown[i] && (seen[i] == DEAD || (seen[i] == NOT_SEEN && !exists(shown[i])))) {
			shown[i] = 0;
			peer_env_set(i, NULL);
		}
}

/* Who holds a pointer into the table expects it to change while others run. */
void peer_yield(void)
{
	yield();
	if (looked)
		peer_envs();
}

bool peer_alive(pid_t pid)
{
	struct proc_info p;

	do {
		for (unsigned n = 0; procinfo(n, &p) == 0; n++)
			if (p.pid == pid)
				return p.state != PROC_ZOMBIE;
	} while (exists(pid));
	return false;
}
