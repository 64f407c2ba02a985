/* SPDX-License-Identifier: MIT */
/*
 * env.c: MOS's environments: identifiers, the table, life and death.
 *
 * The first (pid 3, after init and peer_start's watcher) is 0x800, the next 0x1001, 0x1802, as in MOS: a count
 * of environments, and below it the index.
 */
#include <stdarg.h>
#include <sys/wait.h>
#include <unistd.h>
#include "mos.h"

enum { FIRST_PID = 3, COUNT_SHIFT = LOG2NENV + 1 };

static struct Env table[NENV];
const volatile struct Env *env;

int mos_main(int argc, char **argv) __attribute__((weak));
void umain(int argc, char **argv) __attribute__((weak));

/* ---- errors ---- */

/* There is none for a bad address: it is a bad parameter. */
const unsigned char peer_numbers[ERR_N] = {
	E_UNSPECIFIED, E_BAD_ENV, E_INVAL, E_NO_MEM, E_NO_FREE_ENV, E_INVAL, E_NO_DISK, E_MAX_OPEN,
	E_NOT_FOUND, E_BAD_PATH, E_FILE_EXISTS, E_NOT_EXEC, E_NO_SYS
};

const char *peer_error_name(int number)
{
	static const char *const names[MAXERROR] = {
		"no error", "unspecified error", "bad environment", "invalid parameter", "out of memory", "no such call",
		"out of environments", "environment is not receiving", "no free space on disk", "too many files are open",
		"file or block not found", "invalid path", "file already exists", "not an executable file",
	};

	return number < MAXERROR ? names[number] : NULL;
}

/* ---- identifiers ---- */

unsigned peer_index(pid_t pid)
{
	return (unsigned)(pid - FIRST_PID) % NENV;
}

long peer_id(pid_t pid)
{
	return (long)(pid - FIRST_PID + 1) << COUNT_SHIFT | peer_index(pid);
}

int mos_envid(long pid)
{
	return pid > 0 ? peer_id(pid) : pid < 0 ? -E_NO_FREE_ENV : 0;
}

pid_t mos_pid(u_int who)
{
	pid_t pid = (who >> COUNT_SHIFT) + FIRST_PID - 1;

	if (who == 0)
		return 0;
	return pid >= FIRST_PID && (u_int)peer_id(pid) == who ? pid : -1;
}

/* ---- the table ---- */

void peer_env_set(unsigned i, const struct proc_info *p)
{
	struct Env *e = &table[i];

	if (!p) {
		e->env_status = ENV_FREE;
		return;
	}
	e->env_status = p->state == PROC_READY || p->state == PROC_RUNNING ? ENV_RUNNABLE : ENV_NOT_RUNNABLE;
	e->env_id = peer_id(p->pid);
	e->env_parent_id = p->ppid >= FIRST_PID ? peer_id(p->ppid) : 0;
}

const volatile struct Env *mos_envs(void)
{
	peer_envs();
	return table;
}

/* By the process, not by env: in the child of a fork by hand that is still the parent's. */
struct Env *mos_env_own(void)
{
	pid_t pid = getpid();
	struct Env *e = &table[peer_index(pid)];

	peer_env_made(pid);
	e->env_id = peer_id(pid);
	e->env_status = ENV_RUNNABLE;
	return e;
}

void mos_env_self(void)
{
	env = mos_env_own();
}

void peer_main(int argc, char **argv)
{
	int status = 0;

	mos_env_self();
	if (mos_main)
		status = mos_main(argc, argv);
	else if (umain)
		umain(argc, argv);
	else
		_user_panic(__FILE__, __LINE__, "the program has neither main nor umain");
	if (status)
		peer_failed();
	_exit(0);
}

/* ---- calls ---- */

u_int syscall_getenvid(void)
{
	return peer_id(getpid());
}

void syscall_yield(void)
{
	peer_yield();
}

_Noreturn void mos_exit(void)
{
	_exit(0);
}

int syscall_env_destroy(u_int who)
{
	pid_t pid = mos_pid(who);

	if (pid == 0 || pid == getpid())
		_exit(0);
	return pid < 0 || kill(pid, SIGKILL) < 0 ? -E_BAD_ENV : 0;
}

int syscall_set_env_status(u_int who, u_int status)
{
	pid_t pid = mos_pid(who);

	if (status != ENV_RUNNABLE && status != ENV_NOT_RUNNABLE)
		return -E_INVAL;
	return pid < 0 ? -E_BAD_ENV : mos_result(set_status(pid, status == ENV_RUNNABLE ? STATUS_RUN : STATUS_STOP));
}

int mos_fork(void)
{
	pid_t pid = peer_fork(false);

	if (pid == 0)
		mos_env_self();
	return pid < 0 ? -peer_error() : pid ? peer_id(pid) : 0;
}

void mos_wait(u_int who)
{
	pid_t pid = mos_pid(who);

	while (pid > 0 && peer_alive(pid))
		yield();
}

/* ---- starting programs ---- */

int mos_spawn(char *path, char **argv)
{
	pid_t pid = peer_spawn(path, (const char *const *)argv);

	return pid < 0 ? -peer_error() : peer_id(pid);
}

int mos_spawnl(char *path, char *arg0, ...)
{
	enum { MOST = 32 };
	char *argv[MOST + 1] = { arg0 };
	va_list ap;
	int n = 1;

	va_start(ap, arg0);
	while (n < MOST && (argv[n] = va_arg(ap, char *)))
		n++;
	va_end(ap);
	argv[n] = NULL;
	return mos_spawn(path, argv);
}
