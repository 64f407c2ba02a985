/* SPDX-License-Identifier: MIT */
/*
 * info.c: system calls that look in, measure, and end the machine.
 * Lock: proc_lock while processes are looked at.
 */
#include "proc.h"
#include "lib/string.h"

static word give(va_t to, const void *from, size_t n)
{
	return vm_copyout(cur()->space, to, from, n);
}

word sys_forkmode(word strategy)
{
	int old = cur()->strategy;

	if ((int)strategy < FORK_DEFAULT || (int)strategy >= FORK_N)
		return -EINVAL;
	if ((int)strategy != FORK_DEFAULT)
		cur()->strategy = (int)strategy;
	return old;
}

static void add_counts(struct counts *sum, const struct proc *p)
{
	for (int i = 0; p->space && i < C_SPACE_N; i++)
		sum->n[i] += p->space->count[i];
}

/* Threads share a space, and so do parent and child over vfork: it is the first one's.  => proc_lock */
static bool first_in_space(const struct proc *p)
{
	struct proc *q = proc_next(NULL);

	while (q->space != p->space)
		q = proc_next(q);
	return q == p;
}

/*
 * Does another CPU take leave of a space, at an exit or exec?  Till that is over, its counts are in no place where
 * all_counts would look.  => proc_lock
 */
static bool some_leave(void)
{
	for (struct proc *p = proc_next(NULL); p; p = proc_next(p))
		if (proc_alive(p) && (!p->space || p->leaves))
			return true;
	return false;
}

/* => proc_lock, let go meanwhile */
static void all_counts(struct counts *sum)
{
	while (some_leave()) {
		unlock(&proc_lock);
		cpu_wait();
		lock(&proc_lock);
	}
	for (int i = 0; i < C_N; i++)
		sum->n[i] = vm_past(i);
	for (struct proc *p = proc_next(NULL); p; p = proc_next(p))
		if (first_in_space(p))
			add_counts(sum, p);
}

word sys_counts(word pid, word to)
{
	struct counts sum = { { 0 } };
	struct proc *p = NULL;

	if ((int)pid < 0)
		return -EINVAL;
	lock(&proc_lock);
	if (!pid)
		all_counts(&sum);
	else if ((p = proc_find((int)pid)))
		add_counts(&sum, p);
	unlock(&proc_lock);
	return pid && !p ? (word)-ESRCH : give(to, &sum, sizeof sum);
}

word sys_locks(word what, word to)
{
	struct lock_counts n;
	int err = what > LOCKS_FORGET ? -EINVAL : lock_counts(&n, (unsigned)what);

	return err ? (word)err : give(to, &n, sizeof n);
}

word sys_getcpu(void)
{
	return cpu_id();
}

word sys_meminfo(word to)
{
	struct mem_info m = {
		.total = pg_total(), .free = pg_nfree() + pool_spare(), .user = pg_nused(PG_USER),
		.tables = pg_nused(PG_TABLE), .cached = obj_cached(), .page_size = PGSIZE };

	m.kernel = m.total - m.free - m.user - m.tables;
	return give(to, &m, sizeof m);
}

word sys_procinfo(word index, word to)
{
	struct proc_info i = { 0 };
	struct vm_usage u = { 0 };
	struct proc *p;

	lock(&proc_lock);
	p = index < PROC_N ? proc_nth(index) : NULL;
	if (p) {
		if (p->space)
			vm_usage(p->space, &u);
		i = (struct proc_info){
			.pid = p->pid, .ppid = p->parent ? p->parent->pid : 0, .state = p->state,
			.strategy = p->strategy, .resident = u.resident, .shared = u.shared, .tables = u.tables,
			.cow = p->space ? (uint32_t)vm_cow(p->space) : 0, .ran = p->ran, .job = p->job,
			.regions = p->space ? p->space->nregions : 0, .cpu = ((struct cpu *)p->home)->id };
		memcpy(i.name, p->name, NAME_LEN);
	}
	unlock(&proc_lock);
	return p ? give(to, &i, sizeof i) : (word)-ENOENT;
}

/* Each process but init is its parent's child, and no kernel stack has overflown.  => proc_lock */
static int audit_proc(const struct proc *p)
{
	const struct proc *c = p->parent ? p->parent->child : NULL;
	int broken = 0;

	while (c && c != p)
		c = c->sibling;
	if (!c && p->pid != 1)
		broken++, audit_print("process %d is not among its parent's children", p->pid);
	if (!proc_stack_ok(p))
		broken++, audit_print("process %d: the kernel stack has overflown", p->pid);
	if ((p->state == PROC_ZOMBIE) != !p->space)
		broken++, audit_print("process %d: state %d and space disagree", p->pid, p->state);
	return broken;
}

/* Nothing else runs meanwhile: the other CPUs rest, and the kernel is not interrupted. */
word sys_audit(void)
{
	int broken = 0;

	cpus_quiet();
	audit_begin();
	for (struct proc *p = proc_next(NULL); p; p = proc_next(p)) {
		broken += audit_proc(p);
		if (p->space && first_in_space(p))
			audit_space(p->space);
	}
	broken += audit_end();
	broken += files_audit();
	cpus_go_on();
	return broken;
}

static uint64_t measure(word what, word n, void *to, const void *from)
{
	uint64_t start = cpu_cycles();

	while (n--)
		if (what == FLOOR_COPY)
			pg_copy(to, from);
		else
			pg_clear(to);
	return cpu_cycles() - start;
}

word sys_floor(word what, word n)
{
	enum { MOST = 1000 };			/* interrupts are off */
	struct page *a = pg_alloc(PG_KERNEL), *b = pg_alloc(PG_KERNEL);
	word r = -ENOMEM;

	if (what > FLOOR_CLEAR || n > MOST)
		r = -EINVAL;
	else if (a && b)
		r = measure(what, n, pg_kva(a), pg_kva(b)) & INT32_MAX;
	for (int i = 0; i < 2; i++) {
		struct page *p = i ? b : a;

		if (p && pg_unref(p))
			pg_free(p);
	}
	return r;
}

word sys_failalloc(word n)
{
	return n > INT32_MAX ? (word)-EINVAL : pg_fail(n);
}

word sys_poweroff(word status)
{
	if (cur()->pid != 1)
		return -EPERM;
	if (status > 127)
		return -EINVAL;
	cpu_poweroff((int)status);
}

word sys_sysinfo(word to)
{
	struct sys_info i = {
		.format = PTE_FORMAT, .cpus = NCPU, .cpus_running = cpus_running, .tick_hz = TICK_HZ,
		.has_nx = !(PTE_IMPLIED & P_X), .has_isolation = boot_info->isolates, .cut_max = PT_CUTMAX,
		.user_top = USERTOP, .span = (uint64_t)PGSIZE * PGSIZE / sizeof(pte_t),
		.stack_low = STACKTOP - STACK_MAX, .stack_top = STACKTOP };

	strlcpy(i.machine, boot_info->machine, sizeof i.machine);
	return give(to, &i, sizeof i);
}
