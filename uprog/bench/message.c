/* SPDX-License-Identifier: MIT */
/* message.c: a byte or a word there and back, and an upcall. */
#include "bench.h"
#include <upcall.h>

/* A load from an address at which there is nothing, of a length that is known. */
#if defined __i386__
#define PROBE(va)	__asm__ volatile("movb (%0), %%al" :: "r"(va) : "eax")
enum { PROBE_BYTES = 2 };
#elif defined __riscv
#define PROBE(va)	__asm__ volatile(".option push; .option norvc; lb zero, 0(%0); .option pop" :: "r"((long)(va)))
enum { PROBE_BYTES = 4 };
#else
#define PROBE(va)	__asm__ volatile("lb $0, 0(%0)" :: "r"(va))
enum { PROBE_BYTES = 4 };
#endif

/* Answers every word with the next one, until it gets 0. */
static _Noreturn void answer_words(void)
{
	struct ipc_msg m = { .value = 1 };

	while (m.value && ipc_recv((void *)IPC_NOPAGE, &m, IPC_FOREVER) == 0)
		ipc_send(m.from, m.value + 1, (void *)IPC_NOPAGE, 0, IPC_FOREVER);
	_exit(m.value != 0);
}

static void ask(pid_t pid, upcall_word word)
{
	struct ipc_msg m;

	if (ipc_send(pid, word, (void *)IPC_NOPAGE, 0, IPC_FOREVER) < 0
	    || ipc_recv((void *)IPC_NOPAGE, &m, IPC_FOREVER) < 0 || m.value != word + 1)
		die("ipc");
}

/* The same, each answer and the wait for the next word in one call. */
static _Noreturn void answer_calls(void)
{
	struct ipc_msg m = { .value = 1 };
	int err = ipc_recv((void *)IPC_NOPAGE, &m, IPC_FOREVER);

	while (err == 0 && m.value)
		err = ipc_call(m.from, m.value + 1, (void *)IPC_NOPAGE, 0, &m, IPC_FOREVER);
	if (err == 0)
		ipc_send(m.from, 1, (void *)IPC_NOPAGE, 0, IPC_FOREVER);
	_exit(err != 0);
}

static void call(pid_t pid, upcall_word word)
{
	struct ipc_msg m;

	if (ipc_call(pid, word, (void *)IPC_NOPAGE, 0, &m, IPC_FOREVER) < 0 || m.value != word + 1)
		die("ipc_call");
}

/* A word to another process, which waits for it, and one back. */
static void round_trip(const char *name, int strategy, void (*answer)(void), void (*ask_for)(pid_t, upcall_word))
{
	enum { N = 1000 };
	struct sample s = { .mib = -1 };
	pid_t pid = fork();

	if (pid == 0)
		answer();
	msleep(30);
	ask_for(pid, 1);
	measure_start(&s, N);
	for (int i = 1; i <= N; i++)
		ask_for(pid, i);
	measure_stop(&s);
	ask_for(pid, 0);
	reap(pid);
	row(name, strategy, &s);
}

void ipc_words(int strategy)
{
	round_trip("ipc", strategy, answer_words, ask);
}

void ipc_calls(int strategy)
{
	round_trip("ipc-call", strategy, answer_calls, call);
}

/* Sends back what it gets, till there is no more. */
static _Noreturn void echo(int from, int to)
{
	char c;

	while (read(from, &c, 1) == 1)
		if (write(to, &c, 1) != 1)
			_exit(1);
	_exit(0);
}

static void send_byte(const int there[2], const int back[2], char c)
{
	char answer = ~c;

	if (write(there[1], &c, 1) != 1 || read(back[0], &answer, 1) != 1 || answer != c)
		die("pipe");
}

/* A byte through a pipe to another process, and back through another pipe. */
void pipe_words(int strategy)
{
	enum { N = 1000 };
	struct sample s = { .mib = -1 };
	int there[2], back[2];
	pid_t pid;

	if (pipe(there) < 0 || pipe(back) < 0)
		die("pipe");
	if ((pid = fork()) == 0) {
		close(there[1]);
		echo(there[0], back[1]);
	}
	close(there[0]);
	close(back[1]);
	send_byte(there, back, 'x');
	measure_start(&s, N);
	for (int i = 0; i < N; i++)
		send_byte(there, back, i);
	measure_stop(&s);
	close(there[1]);
	close(back[0]);
	reap(pid);
	row("pipe", strategy, &s);
}

/* Over the load below: it is PROBE_BYTES long. */
static void step_over(struct upcall *u)
{
	u->regs.r[FR_PC] += PROBE_BYTES;
}

/* A fault that the program handles by doing nothing. */
void upcall(int strategy)
{
	enum { N = 1000 };
	struct sample s = { .mib = -1 };

	if (upcall_install(UPCALL_PAGE, step_over, 0) < 0)
		die("upcall_install");
	for (int i = 0; i < 2; i++) {
		measure_start(&s, N);
		for (int k = 0; k < N; k++)
			PROBE(PAGE);
		measure_stop(&s);
	}
	upcall_install(UPCALL_PAGE, NULL, 0);
	row("upcall", strategy, &s);
}
