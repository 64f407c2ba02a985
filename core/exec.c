/* SPDX-License-Identifier: MIT */
/*
 * exec.c: a program in place of another.  Invariant: the new space is
 * complete before the old one is touched, so that a failure changes nothing.
 */
#include "proc.h"
#include "lib/string.h"

_Static_assert(sizeof(struct exec) <= PGSIZE, "struct exec has to fit into a page");

struct exec *exec_new(void)
{
	struct page *pg = pg_alloc(PG_KERNEL);
	struct exec *e = pg ? pg_kva(pg) : NULL;

	if (e)
		e->argc = e->envc = e->len = 0;
	return e;
}

void exec_free(struct exec *e)
{
	struct page *pg = pg_of(kpa(e));

	pg_unref(pg);
	pg_free(pg);
}

int exec_add(struct exec *e, const char *arg)
{
	size_t n = strlen(arg) + 1;

	if (e->argc == ARG_N || n > ARG_BYTES - e->len)
		return -E2BIG;
	memcpy(e->args + e->len, arg, n);
	e->argc++;
	e->len += n;
	return 0;
}

/* The strings whose addresses lie from `from' on, up to a null; *n counts them. */
static int fetch(struct exec *e, va_t from, unsigned *n)
{
	struct space *s = cur()->space;
	word at;
	int len;

	while (!(len = vm_copyin(s, &at, from, sizeof at)) && at) {
		if (e->argc + e->envc == ARG_N || e->len == ARG_BYTES)
			return -E2BIG;
		len = vm_copystr(s, e->args + e->len, at, ARG_BYTES - e->len);
		if (len < 0)
			return len == -ENAMETOOLONG ? -E2BIG : len;
		++*n;
		e->len += len + 1;
		from += sizeof at;
	}
	return len;
}

int exec_fetch(struct exec *e, va_t path, va_t argv, va_t envp)
{
	int err = vm_copystr(cur()->space, e->path, path, PATH_LEN);

	if (err >= 0)
		err = fetch(e, argv, &e->argc);
	return err || !envp ? err : fetch(e, envp, &e->envc);
}

/* The addresses of n strings, of which the first is at `from' here and at `to' there, and a null.  Moves from and to behind them. */
static word *put_addresses(word *words, unsigned n, const char **from, va_t *to)
{
	for (; n; n--) {
		size_t len = strlen(*from) + 1;

		*words++ = *to;
		*from += len;
		*to += len;
	}
	*words++ = 0;
	return words;
}

/* argc, its addresses and a null, the environment's and a null, and above them the strings. */
static int put_args(struct space *s, struct exec *e, va_t *sp)
{
	va_t strings = STACKTOP - e->len, to = strings;
	const char *from = e->args;
	word *end;
	size_t n;
	int err;

	e->words[0] = e->argc;
	end = put_addresses(e->words + 1, e->argc, &from, &to);
	end = put_addresses(end, e->envc, &from, &to);
	n = (end - e->words) * sizeof *end;
	*sp = (strings - n) & ~(va_t)15;
	err = vm_copyout(s, strings, e->args, e->len);
	return err ? err : vm_copyout(s, *sp, e->words, n);
}

static int map_stack(struct space *s)
{
	struct region r = {
		.lo = STACKTOP - PGSIZE, .hi = STACKTOP, .prot = P_R | P_W, .kind = R_STACK, .inherit = INHERIT_COPY };

	s->stack_lo = STACKTOP - STACK_MAX;
	return vm_map(s, &r);
}

static int fill(struct space *s, struct exec *e, struct image *i)
{
	struct object *o;
	size_t size;
	va_t end;
	int err = path_object(e->path, &o, &size);

	if (err)
		return err;
	err = elf_load(s, o, size, &i->pc, &end);
	obj_put(o);
	if (err)
		return err;
	s->heap_lo = s->heap_hi = end + PGSIZE;		/* a page between: shrinking the heap must not reach the program */
	err = map_stack(s);
	return err ? err : put_args(s, e, &i->sp);
}

int exec_load(struct exec *e, struct image *i)
{
	int err;

	i->space = space_new();
	if (!i->space)
		return -ENOMEM;
	err = fill(i->space, e, i);
	if (err < 0)
		space_put(i->space);
	return err;
}

void exec_name(struct proc *p, const char *path)
{
	size_t n = 0;

	for (; *path; path++)
		if (*path == '/')
			n = 0;
		else if (n < NAME_LEN - 1)
			p->name[n++] = *path;
	p->name[n] = 0;
}

/* The running program ends here, and this one begins. */
static void become(struct proc *p, const struct exec *e, const struct image *i)
{
	struct space *old = p->space;

	lock(&proc_lock);
	p->space = i->space;
	__c11_atomic_store(&p->leaves, old, __ATOMIC_RELAXED);
	p->forget = false;
	vfork_done(p);
	unlock(&proc_lock);
	if (p->up.events) {
		p->up.events = 0;
		files_quick(p);
	}
	p->up.aim.entry = 0;
	if (p->own.shut)
		files_shut();
	if (p->sig.some) {
		lock(&proc_lock);
		signal_exec(p);
		unlock(&proc_lock);
	}
	vm_load(i->space);
	space_put(old);
	__c11_atomic_store(&p->leaves, NULL, NCPU > 1 ? __ATOMIC_RELEASE : __ATOMIC_RELAXED);
	exec_name(p, e->path);
	fr_init(p->frame, i->pc, i->sp, 0);
}

word sys_exec(word path, word argv, word envp)
{
	struct proc *p = cur();
	struct exec *e;
	struct image image;
	int err;

	if (p->group)			/* what would become of the others? */
		return -EBUSY;
	e = exec_new();
	if (!e)
		return -ENOMEM;
	err = exec_fetch(e, path, argv, envp);
	if (!err)
		err = exec_load(e, &image);
	if (!err)
		become(p, e, &image);
	exec_free(e);
	__asm__("" : "+r"(err));	/* the compiler takes what leads to no return for rare: not all before this */
	if (!err)
		trap_exit(p->frame);
	return err;
}
