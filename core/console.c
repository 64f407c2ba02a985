/* SPDX-License-Identifier: MIT */
/*
 * console.c: the serial line as a terminal.
 *
 * Raw, every byte is ready as it comes.  Cooked, the line being typed can be
 * edited and is ready at its end: backspace takes a character, ^U the line;
 * ^D ends the line without an end, and an empty one is the end of the file;
 * ^C sends SIGINT to the processes of the job that is in front.
 *
 * Invariant: of the bytes ever kept, those from `taken` to `ready` wait for a
 * reader, those from there to `typed` may still be edited.
 * Locks: `in` for input and modes, before proc_lock; `out`, the last of all,
 * for a message.
 */
#include "tmpfs.h"
#include "lib/string.h"

enum { IN_N = 1024, DEL = 0x7f };
#define CTRL(c)	((c) & 31)

static struct {
	struct lock lock;
	struct waitq readers;
	int mode;			/* TTY_* */
	int job;			/* whose processes ^C interrupts */
	unsigned taken, ready, typed;	/* modulo 2^32; typed - taken <= IN_N */
	char ring[IN_N];
} in = { .lock = LOCK(LOCK_CONSOLE) };

static struct {
	struct lock lock;
	_Atomic unsigned owner;		/* the CPU that speaks, plus 1: a panic in the middle is still heard */
	bool kernel, unfinished;	/* who spoke last; and did so without an end of line */
} out = { .lock = LOCK(LOCK_CONSOLE) };

void console_begin(bool kernel)
{
	unsigned me = cpu_id() + 1;

	if (__c11_atomic_load(&out.owner, __ATOMIC_RELAXED) != me) {
		lock(&out.lock);
		__c11_atomic_store(&out.owner, me, __ATOMIC_RELAXED);
	}
	if (out.unfinished && out.kernel != kernel)
		console_put('\n', NULL);
	out.kernel = kernel;
}

void console_put(int c, void *unused)
{
	(void)unused;
	if (c == '\n')
		uart_putc('\r');
	uart_putc(c);
	out.unfinished = c != '\n';
}

void console_end(void)
{
	__c11_atomic_store(&out.owner, 0, __ATOMIC_RELAXED);
	unlock(&out.lock);
}

/* ---- input: the line editor.  => in locked ---- */

static void echo(const char *s)
{
	console_begin(false);
	for (; *s; s++)
		console_put(*s, NULL);
	console_end();
}

/* Add a byte, and leave `spare` places; the bell if there is no room. */
static bool keep(int c, unsigned spare)
{
	if (in.typed - in.taken >= IN_N - spare) {
		echo("\a");
		return false;
	}
	in.ring[in.typed++ % IN_N] = c;
	return true;
}

static void erase(void)
{
	if (in.typed != in.ready) {
		in.typed--;
		echo("\b \b");
	}
}

static void interrupt(void)
{
	in.typed = in.ready;
	echo("^C\n");
	lock(&proc_lock);
	signal_job(in.job, SIGINT);
	unlock(&proc_lock);
}

static void edit(int c)
{
	switch (c) {
	case CTRL('C'):
		interrupt();
		break;
	case '\b':
	case DEL:
		erase();
		break;
	case CTRL('U'):
		while (in.typed != in.ready)
			erase();
		break;
	case CTRL('D'):
		if (keep(c, 0))
			in.ready = in.typed;
		break;
	case '\r':
	case '\n':
		if (keep('\n', 0)) {
			echo("\n");
			in.ready = in.typed;
		}
		break;
	default:			/* one column each, so that erasing is simple: no control characters */
		if ((c >= ' ' || c == '\t') && keep(c, 1))
			echo((char[]){ c == '\t' ? ' ' : c, 0 });
	}
}

void console_input(int c)
{
	c &= 0xff;
	lock(&in.lock);
	if (in.mode == TTY_COOKED)
		edit(c);
	else if (keep(c, 0))
		in.ready = in.typed;
	if (in.taken != in.ready)
		wake_all(&in.readers);
	unlock(&in.lock);
}

/* ---- the file ---- */

/* Give a reader what is ready: at most n bytes, and when cooked one line.  => in locked */
static intptr_t take(va_t to, size_t n)
{
	bool cooked = in.mode == TTY_COOKED;
	size_t done = 0;

	while (done < n && in.taken != in.ready) {
		char c = in.ring[in.taken % IN_N];
		int err = cooked && c == CTRL('D') ? 0 : vm_copyout(cur()->space, to + done, &c, 1);

		if (err)
			return done ? (intptr_t)done : err;
		in.taken++;
		if (cooked && c == CTRL('D'))
			break;
		done++;
		if (cooked && c == '\n')
			break;
	}
	return done;
}

static intptr_t console_read(struct file *f, va_t to, size_t n)
{
	bool waits = !(file_flags(f) & O_NONBLOCK);
	intptr_t r = 0;

	lock(&in.lock);
	while (!r && in.taken == in.ready)
		r = waits ? wait_on(&in.readers, &in.lock) : -EAGAIN;
	if (!r)
		r = take(to, n);
	unlock(&in.lock);
	return r;
}

static intptr_t console_write(struct file *f, va_t from, size_t n)
{
	char buf[128];
	size_t done, len;

	(void)f;
	for (done = 0; done < n; done += len) {
		int err;

		len = user_run(from + done, n - done < sizeof(buf) ? n - done : sizeof(buf));
		err = vm_copyin(cur()->space, buf, from + done, len);
		if (err)
			return done ? (intptr_t)done : err;
		console_begin(false);
		for (size_t i = 0; i < len; i++)
			console_put(buf[i], NULL);
		console_end();
	}
	return done;
}

static void console_stat(struct file *f, struct file_info *info)
{
	inode_stat(f->inode, info);
}

static void console_close(struct file *f)
{
	(void)f;
}

const struct file_ops console_ops = { FILE_CONSOLE, console_read, console_write, console_stat, console_close };

void console_init(void)
{
	in.mode = TTY_COOKED;
	in.job = 1;
}

word sys_ttymode(word mode)
{
	int old;

	if ((intptr_t)mode < TTY_ASK || (intptr_t)mode > TTY_RAW)
		return -EINVAL;
	lock(&in.lock);
	old = in.mode;
	if ((intptr_t)mode != TTY_ASK) {
		in.mode = mode;
		in.ready = in.typed;	/* a line half typed changes hands as it is */
		wake_all(&in.readers);
	}
	unlock(&in.lock);
	return old;
}

word sys_ttyjob(word job)
{
	int old;

	if ((int)job < 0)
		return -EINVAL;
	lock(&in.lock);
	old = in.job;
	if (job)
		in.job = (int)job;
	unlock(&in.lock);
	return old;
}
