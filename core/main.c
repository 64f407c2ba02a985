/* SPDX-License-Identifier: MIT */
/* main.c: from the port's start to process 1.  Lock: none, no process runs yet. */
#include "file.h"
#include "lib/string.h"

#define VERSION	"0.1"

const struct boot *boot_info;

static void banner(void)
{
	static const char *const strategies[FORK_N] = FORK_NAMES;
	pa_t bytes = 0;

	for (int i = 0; i < boot_info->nram; i++)
		bytes += boot_info->ram[i].hi - boot_info->ram[i].lo;
	kprintf("Yoke " VERSION " on %s (%s), %lu MiB, fork=%s\n", boot_info->machine, PTE_FORMAT,
		(unsigned long)(bytes >> 20), strategies[args.strategy]);
}

/* What process 1 is called with.  0 or -E2BIG. */
static int init_args(struct exec *e)
{
	int err = exec_add(e, args.init);

	for (size_t at = 0; !err && at < args.argv_len; at += strlen(args.argv + at) + 1)
		err = exec_add(e, args.argv + at);
	return err;
}

static int start_init(void)
{
	struct exec *e = exec_new();
	struct file *tty, *fd[FD_N] = { NULL };
	int err = e ? file_open("/dev/console", O_RDWR, &tty) : -ENOMEM;

	if (err)
		return err;
	fd[0] = fd[1] = fd[2] = tty;
	strlcpy(e->path, args.init, sizeof e->path);
	err = init_args(e);
	if (!err)
		err = proc_spawn(e, fd, NULL);
	file_put(tty);
	exec_free(e);
	return err;
}

static void start_cpus(void)
{
	cpus_running = args.cpus;	/* the first to come may find locks held by others */
	cpus_running = cpu_start(args.cpus);
}

_Noreturn void kmain(const struct boot *b)
{
	int err;

	boot_info = b;
	for (unsigned i = 0; i < NCPU; i++)
		cpus[i].id = i;
	args_parse(b->args);
	banner();
	pg_init(b);
	mmu_init();
	console_init();
	files_init();
	timer_init();
	uart_irq_init();
	start_cpus();
	err = start_init();
	if (err < 0) {
		kprintf("%s cannot be started: error %d\n", args.init, -err);
		cpu_poweroff(1);
	}
	sched_idle();
}
