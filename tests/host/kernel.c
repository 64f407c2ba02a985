/* SPDX-License-Identifier: MIT */
/*
 * kernel.c: what a machine and a C library would give to core/ and to the
 * programs of a test.  kernel.h says how it looks from there.
 *
 * Invariant: one host thread runs, the one that has the turn; sim_self is its
 * CPU.  A turn is handed on between two instructions of a program, by the
 * kernel's switches, and by CPUs that wait.
 */
#include "kernel.h"
#include <stdio.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HANG = 100000, THREAD_STACK = 256 << 10 };

struct thread {
	sem_t go;
	pthread_t id;
	struct proc *proc;		/* null: a CPU's idle loop */
	void (*fn)(void *);
	void *arg;
	jmp_buf *leave;			/* to the program, from within the kernel */
};

static _Thread_local struct thread *self;
static struct thread *on[NCPU];		/* who has which CPU */
static struct thread idle[NCPU];
static struct boot boot = { .machine = "sim", .isolates = true };
static unsigned idled;			/* turns of CPUs with nothing to do since a program ran */
static uint64_t state;

unsigned sim_self;
bool sim_asking[NCPU];
bool calm, tickless;
const struct boot *boot_info = &boot;
const char ramdisk_start[1];
const uint32_t ramdisk_size = 1;

struct cpu *sim_cpu(void) { return &cpus[sim_self]; }

unsigned below(unsigned n)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * 0x2545f4914f6cdd1dull >> 33) % n;
}

/* ---- turns ---- */

static void give_to(struct thread *t)
{
	struct thread *me = self;

	if (t == me)
		return;
	sem_post(&t->go);
	sem_wait(&me->go);
}

/* Another CPU's turn, or the same one's. */
static void turn(void)
{
	unsigned me = sim_self;

	if (cpus_running == 1)
		return;
	sim_self = below(cpus_running);
	give_to(on[sim_self]);
	sim_self = me;
}

static void *thread_main(void *arg)
{
	self = arg;
	sem_wait(&self->go);
	self->fn(self->arg);
	abort();
}

static void thread_begin(struct thread *t, void (*fn)(void *), void *arg)
{
	pthread_attr_t attr;

	t->fn = fn;
	t->arg = arg;
	sem_init(&t->go, 0, 0);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, THREAD_STACK);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	if (pthread_create(&t->id, &attr, thread_main, t))
		panic("no thread of the host's");
	pthread_attr_destroy(&attr);
}

void ctx_init(struct ctx *c, void (*fn)(void *), void *arg, void *top)
{
	struct thread *t = calloc(1, sizeof *t);

	(void)top;
	t->proc = arg;
	thread_begin(t, fn, arg);
	c->thread = t;
}

/* Who has ended never comes back. */
void ctx_switch(struct ctx *from, struct ctx *to)
{
	struct thread *me = self, *t = to->thread;
	bool ended = me->proc && me->proc->state == PROC_ZOMBIE;

	from->thread = me;
	on[sim_self] = t;
	if (!ended) {
		give_to(t);
		return;
	}
	sem_post(&t->go);
	free(me);
	pthread_exit(NULL);
}

static void hang(void)
{
	printf("# nobody wakes any more:\n");
	for (struct proc *p = proc_next(NULL); p; p = proc_next(p))
		printf("#  %s[%d] state %d\n", p->name, p->pid, p->state);
	printf("Bail out! everybody sleeps\n");
	exit(2);
}

void cpu_idle(void)
{
	if (++idled > HANG)
		hang();
	if (sim_self == 0)
		clock_tick();
	turn();
}

void cpu_wait(void)
{
	if (++idled > HANG)
		hang();
	turn();
}

/* Interrupts are served at once, one CPU after the other. */
void cpu_ipi(uint32_t mask)
{
	unsigned me = sim_self;
	bool before = sim_asking[me];

	sim_asking[me] = true;
	for (sim_self = 0; sim_self < NCPU; sim_self++)
		if (mask >> sim_self & 1)
			ipi();
	sim_self = me;
	sim_asking[me] = before;
}

void lock_spin(struct lock *l)
{
	panic("lock %p is taken twice", (void *)l);
}

void sim_window(struct space *s, va_t lo, va_t hi) { (void)s, (void)lo, (void)hi; }
void cpu_frame(struct frame *f) { (void)f; }
void cpu_poweroff(int status) { exit(status); }
bool cpu_after_call(va_t ret) { return (void)ret, false; }
const char *sym_name(va_t pc, size_t *off) { return (void)pc, (void)off, NULL; }
void uart_putc(int c) { (void)c; }

/* ---- what the kernel says ---- */

char said[1 << 14];
static size_t nsaid;

void hush(void)
{
	nsaid = 0;
	said[0] = 0;
}

static void say(const char *fmt, va_list ap)
{
	int n = vsnprintf(said + nsaid, sizeof said - nsaid, fmt, ap);

	nsaid += nsaid + (size_t)n < sizeof said ? (size_t)n : 0;
}

int kprintf(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	return 0;
}

void audit_print(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	printf("# ");
	vprintf(fmt, ap);
	putchar('\n');
	va_end(ap);
}

size_t strlcpy(char *to, const char *from, size_t n)
{
	return (size_t)snprintf(to, n, "%s", from);
}

/* ---- frames: words that mean what frame.h says, and nothing else ---- */

enum { INSN = 4, RESUME = CODE + 0x1000 };
static struct fault fault;		/* the program's, on its way into the kernel */

void fr_init(struct frame *f, va_t pc, va_t sp, word arg)
{
	memset(f, 0, sizeof *f);
	f->r[FR_PC] = pc;
	f->r[FR_SP] = sp;
	f->r[FR_A0] = arg;
}

void fr_sane(struct frame *f) { (void)f; }
bool fr_user(const struct frame *f) { return (void)f, true; }
void fr_fault(const struct frame *f, struct fault *to) { (void)f, *to = fault; }
void fr_show(const struct frame *f, word b[FR_N]) { memcpy(b, f->r, sizeof f->r); }
void fr_take(struct frame *f, const word b[FR_N]) { memcpy(f->r, b, sizeof f->r); }
void fr_restart(struct frame *f) { f->r[FR_PC] -= INSN; }
void fr_print(const struct frame *f) { (void)f; }

void fr_call(struct frame *f, va_t pc, va_t sp, word arg)
{
	f->r[FR_PC] = pc;
	f->r[FR_SP] = sp;
	f->r[FR_A0] = arg;
}

void fr_done(struct frame *f) { (void)f; }

_Noreturn void fr_upcall(struct frame *f, word b[FR_N], struct lock *l, va_t pc, va_t sp)
{
	fr_show(f, b);
	unlock(l);
	fr_call(f, pc, sp, sp);
	fr_return(f);
}

_Noreturn void fr_resume(struct frame *f, const word b[FR_N], struct lock *l)
{
	fr_take(f, b);
	unlock(l);
	fr_return(f);
}

/* ---- user mode ---- */

void (*handler)(struct upcall *, va_t);
unsigned handled;

/* From here into the kernel, which comes back by returning or by fr_return. */
static void enter(void (*fn)(struct frame *))
{
	jmp_buf here, *before = self->leave;

	if (setjmp(here) == 0) {
		self->leave = &here;
		fn(self->proc->frame);
	}
	self->leave = before;
}

void trip(enum fault_kind kind, va_t va, unsigned want)
{
	fault = (struct fault){ kind, va, self->proc->frame->r[FR_PC], kind == FAULT_PAGE ? want | P_U : 0 };
	enter(trap_fault);
}

/* What a port's trap.S does (arch/call.h). */
static void trap_syscall(struct frame *f)
{
	word nr = f->r[FR_NR], r = nr < SYS_N ? trap_calls[nr](f) : (word)-ENOSYS;

	f->r[FR_RET] = r == (word)-ERESTART ? upcall_restart(f) : r;
	if (sched_pending())
		trap_called(f);
}

void step(void)
{
	idled = 0;
	if (calm)
		return;
	if (!tickless && below(8) == 0)
		clock_tick();
	turn();
	if (sched_pending())
		enter(trap_irq);
}

/* The kernel has let the program go: what upcalls it has comes first.  Till it is at this address. */
static void go_on(va_t at_call)
{
	struct frame *f = self->proc->frame;

	for (;;) {
		va_t pc = f->r[FR_PC], where = f->r[FR_A0];

		step();
		if (pc != f->r[FR_PC])
			continue;
		if (pc == at_call + INSN)
			return;
		if (pc == at_call) {		/* the call begins again */
			f->r[FR_PC] = at_call + INSN;
			enter(trap_syscall);
			continue;
		}
		if (pc != HANDLER)
			panic("a program is at %#lx", (unsigned long)pc);
		handled++;
		handler(at(where, P_W), where);
		if (call(resume, where + offsetof(struct upcall, regs)))
			panic("the handler's block cannot be resumed");
	}
}

/* Resume leaves the registers that it took; any other call comes back behind itself. */
intptr_t call_with(word nr, const word a[6])
{
	struct frame *f = self->proc->frame;

	f->r[FR_NR] = nr;
	memcpy(&f->r[FR_A0], a, 6 * sizeof *a);
	f->r[FR_PC] = (nr == SYS_resume ? RESUME : CODE) + INSN;
	enter(trap_syscall);
	if (nr != SYS_resume)
		go_on(CODE);
	else if (f->r[FR_PC] != RESUME + INSN)
		return 0;
	return (intptr_t)f->r[FR_RET];
}

/* A fault behind no call: the instruction at CODE is the one that touches memory. */
static void *touch(va_t va, unsigned want, int *rc)
{
	*rc = -EFAULT;
	return va < USERTOP ? sim_touch(va, want, rc) : NULL;
}

void *at(va_t va, unsigned want)
{
	struct frame *f = self->proc->frame, saved;
	void *p;
	int rc;

	while (!(p = touch(va, want, &rc))) {
		saved = *f;
		f->r[FR_PC] = CODE + INSN;
		trip(FAULT_PAGE, va, want);
		go_on(CODE);
		*f = saved;
	}
	return p;
}

machine *user_mode;

void run_machine(void)
{
	for (;;) {
		step();
		if (user_mode(self->proc->frame))
			enter(trap_syscall);
	}
}

/* A process begins: what it is to do is in its registers. */
void fr_return(struct frame *f)
{
	struct thread *me = self;
	va_t pc = f->r[FR_PC];

	if (me->leave)
		longjmp(*me->leave, 1);
	if (user_mode)
		run_machine();
	else if (pc == CODE + INSN)
		call(exit, (word)((program *)f->r[FR_A4])((void *)f->r[FR_A5]));
	else
		call(exit, (word)((program *)pc)(NULL));
	panic("a process goes on behind its end");
}

/* ---- the start ---- */

static int first(void *fn)
{
	((void (*)(void))fn)();
	panic("the test has no end");
}

static void idle_loop(void *unused)
{
	(void)unused;
	sched_idle();
}

static void map(struct space *s, va_t lo, size_t n)
{
	struct region r = { .lo = lo, .hi = lo + n * PGSIZE, .prot = P_R | P_W, .kind = R_ZERO, .inherit = INHERIT_COPY };

	if (vm_map(s, &r))
		panic("no memory to begin with");
}

static void start_first(void (*fn)(void))
{
	struct proc *p;

	if (proc_new(&p) || !(p->space = space_new()))
		panic("no memory to begin with");
	map(p->space, PLAIN, PLAIN_PAGES);
	map(p->space, UPSTACK, UPSTACK_PAGES);
	if (vm_manage(p->space, WINDOW, WINDOW + WINDOW_PAGES * PGSIZE))
		panic("no memory to begin with");
	for (int i = 0; i < PLAIN_PAGES; i++)
		vm_fault(p->space, PLAIN + i * PGSIZE, P_W);
	for (int i = 0; i < UPSTACK_PAGES; i++)
		vm_fault(p->space, UPSTACK + i * PGSIZE, P_W);
	fr_init(p->frame, CODE + INSN, 0, 0);
	p->frame->r[FR_A4] = (word)first;
	p->frame->r[FR_A5] = (word)fn;
	p->strategy = FORK_PAGE;
	strlcpy(p->name, "test", sizeof p->name);
	proc_start(p, NULL);
}

void kernel_run(void (*fn)(void), unsigned n, uint64_t seed)
{
	state = seed * 2 + 1;
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("TAP version 13\n");
	sim_boot();
	for (unsigned c = 0; c < NCPU; c++)
		cpus[c].id = c;
	cpus_running = n;
	start_first(fn);
	for (unsigned c = 0; c < n; c++) {
		on[c] = &idle[c];
		thread_begin(on[c], idle_loop, NULL);
	}
	sem_post(&on[0]->go);
	for (;;)
		pause();
}
