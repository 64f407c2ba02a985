/* SPDX-License-Identifier: MIT */
/*
 * env.c: JOS's environments: identifiers, the table, life and death.
 *
 * The first (pid 3, after init and peer_start's watcher) is environment 0x1000, as in JOS; the index goes up with the pid, and
 * the rest with each round of NENV.
 */
#include <stdarg.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jos.h"

enum { FIRST_PID = 3, GENERATION = 1 << 12 };

static struct Env table[NENV];
const char *binaryname = "<unknown>";

void umain(int argc, char **argv);

/* ---- errors ---- */

const unsigned char peer_numbers[ERR_N] = {
	E_UNSPECIFIED, E_BAD_ENV, E_INVAL, E_NO_MEM, E_NO_FREE_ENV, E_FAULT, E_NO_DISK, E_MAX_OPEN,
	E_NOT_FOUND, E_BAD_PATH, E_FILE_EXISTS, E_NOT_EXEC, E_NOT_SUPP
};

const char *peer_error_name(int number)
{
	static const char *const names[MAXERROR] = {
		"no error", "unspecified error", "bad environment", "invalid parameter", "out of memory",
		"out of environments", "segmentation fault", "environment is not receiving", "unexpected end of file",
		"no free space on disk", "too many files are open", "file or block not found", "invalid path",
		"file already exists", "not an executable file", "operation not supported",
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
	return (pid - FIRST_PID) / NENV * GENERATION + GENERATION + peer_index(pid);
}

envid_t jos_envid(long pid)
{
	return pid > 0 ? peer_id(pid) : pid < 0 ? -E_NO_FREE_ENV : 0;
}

pid_t jos_pid(envid_t env)
{
	if (env == 0)
		return 0;
	if (env < GENERATION)
		return -1;
	return (env / GENERATION - 1) * NENV + ENVX(env) + FIRST_PID;
}

/* ---- the table ---- */

static unsigned status(int state)
{
	switch (state) {
	case PROC_READY:
		return ENV_RUNNABLE;
	case PROC_RUNNING:
		return ENV_RUNNING;
	}
	return ENV_NOT_RUNNABLE;
}

void peer_env_set(unsigned i, const struct proc_info *p)
{
	struct Env *e = &table[i];

	e->env_status = p ? status(p->state) : ENV_FREE;
	if (!p)
		return;
	e->env_id = peer_id(p->pid);
	e->env_parent_id = p->ppid >= FIRST_PID ? peer_id(p->ppid) : 0;
	e->env_cpunum = p->cpu;
}

const volatile struct Env *jos_envs(void)
{
	peer_envs();
	return table;
}

/* By the process, not by thisenv: in the child of a fork by hand that is still the parent's. */
struct Env *jos_env_own(void)
{
	pid_t pid = getpid();
	struct Env *e = &table[peer_index(pid)];

	peer_env_made(pid);
	e->env_id = peer_id(pid);
	e->env_status = ENV_RUNNING;
	return e;
}

void jos_env_self(void)
{
	JOS_THISENV = jos_env_own();
}

void peer_main(int argc, char **argv)
{
	jos_env_self();
	if (argv[0])
		binaryname = argv[0];
	umain(argc, argv);
	_exit(0);
}

/* ---- calls ---- */

envid_t sys_getenvid(void)
{
	return peer_id(getpid());
}

void sys_yield(void)
{
	peer_yield();
}

unsigned sys_time_msec(void)
{
	return uptime();
}

void jos_exit(void)
{
	_exit(0);
}

int sys_env_destroy(envid_t env)
{
	pid_t pid = jos_pid(env);

	if (pid == 0 || pid == getpid())
		_exit(0);
	return pid < 0 || kill(pid, SIGKILL) < 0 ? -E_BAD_ENV : 0;
}

int sys_env_set_status(envid_t env, int status)
{
	pid_t pid = jos_pid(env);

	if (pid < 0)
		return -E_BAD_ENV;
	if (status != ENV_RUNNABLE && status != ENV_NOT_RUNNABLE)
		return -E_INVAL;
	return jos_result(set_status(pid, status == ENV_RUNNABLE ? STATUS_RUN : STATUS_STOP));
}

int sys_env_set_trapframe(envid_t env, struct Trapframe *tf)
{
	pid_t pid = jos_pid(env);

	return pid < 0 ? -E_BAD_ENV : jos_result(set_frame(pid, (const struct regs *)tf->tf_regs));
}

static envid_t forked(pid_t pid)
{
	if (pid == 0)
		jos_env_self();
	return pid < 0 ? -peer_error() : pid ? peer_id(pid) : 0;
}

envid_t jos_fork(void)
{
	return forked(peer_fork(false));
}

envid_t jos_sfork(void)
{
	return forked(peer_fork(true));
}

envid_t jos_ipc_find_env(enum EnvType type)
{
	(void)type;			/* there are no servers */
	return 0;
}

void jos_wait(envid_t env)
{
	pid_t pid = jos_pid(env);

	while (pid > 0 && peer_alive(pid))
		yield();
}

/* ---- starting programs ---- */

envid_t jos_spawn(const char *path, const char **argv)
{
	pid_t pid = peer_spawn(path, argv);

	return pid < 0 ? -peer_error() : peer_id(pid);
}

envid_t jos_spawnl(const char *path, const char *arg0, ...)
{
	enum { MOST = 32 };
	const char *argv[MOST + 1] = { arg0 };
	va_list ap;
	int n = 1;

	va_start(ap, arg0);
	while (n < MOST && (argv[n] = va_arg(ap, const char *)))
		n++;
	va_end(ap);
	argv[n] = 0;
	return jos_spawn(path, argv);
}
