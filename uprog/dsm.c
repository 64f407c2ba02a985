/* SPDX-License-Identifier: MIT */
/*
 * dsm.c: dsm [NODES [ROUNDS]]: shared memory between processes that share
 * none, by a page server, as Li and Hudak's IVY had it over a network (ACM
 * TOCS 1989): many may read a page, or one may write it.
 *
 * The server is the nodes' parent.  A node that lacks a right to a page of
 * the region takes a page-fault upcall, whose handler sends the server a word:
 * which page, and whether to write.  The server takes the page from who has
 * it, gives it, and answers.  A reader gets a copy of its own, as over a wire.
 *
 * Every node counts in a word of its own, all in one page, and passes a
 * token round through a second: it must find what the node before it wrote
 * to a third.  Exit status 0 if nothing was lost.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <upcall.h>
#include <yoke.h>

enum { PAGE = 4096, PAGES = 3, NODES_MAX = 16 };
enum { READ, WRITE, DONE };			/* a request: page * 4 + one of these */

struct shared {
	volatile unsigned count[PAGE / sizeof(unsigned)];
	volatile unsigned token[PAGE / sizeof(unsigned)];
	volatile unsigned mail[PAGE / sizeof(unsigned)];
};
_Static_assert(sizeof(struct shared) == PAGES * PAGE, "a page for each");

static struct shared *mem;
static pid_t node[NODES_MAX];
static int nodes = 4, rounds = 50;

/* The server's: who has a page.  An owner may write it unless there are readers; owner -1: nobody has touched it. */
static struct { int owner; unsigned readers; } page[PAGES];
static unsigned moves, copies;

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "dsm: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void check(int result, const char *what)
{
	if (result < 0)
		die(what);
}

/* ---- a node ---- */

static void ask(unsigned request)
{
	struct ipc_msg answer;

	check(ipc_send(getppid(), request, (void *)IPC_NOPAGE, 0, IPC_FOREVER), "request");
	check(ipc_recv((void *)IPC_NOPAGE, &answer, IPC_FOREVER), "answer");
}

static void fault(struct upcall *u)
{
	uintptr_t off = u->va - (uintptr_t)mem;

	if (off < sizeof *mem)
		ask(off / PAGE * 4 + (u->want & PROT_WRITE ? WRITE : READ));
	else
		upcall_decline(u);
}

static _Noreturn void run_node(int self)
{
	check(upcall_install(UPCALL_PAGE, fault, 0), "upcall_install");
	for (int i = 0; i < rounds; i++) {
		mem->count[self]++;
		while (mem->token[0] % nodes != (unsigned)self)
			yield();
		if (mem->mail[0] != mem->token[0])
			exit(2);		/* what the node before wrote first has not come */
		mem->mail[0] = mem->token[0] + 1;
		mem->token[0]++;
	}
	ask(DONE);
	exit(0);
}

/* ---- the server ---- */

static void *at(int n)
{
	return (char *)mem + n * PAGE;
}

static void answer(int i)
{
	check(ipc_send(node[i], 0, (void *)IPC_NOPAGE, 0, IPC_FOREVER), "answer");
}

static void forget_readers(int n)
{
	for (int i = 0; i < nodes; i++)
		if (page[n].readers & 1u << i)
			check(page_unmap(node[i], at(n)), "page_unmap");
	page[n].readers = 0;
}

static void give_to_writer(int n, int i)
{
	int owner = page[n].owner;
	int rights = PROT_READ | PROT_WRITE;

	forget_readers(n);
	if (owner < 0)
		check(page_alloc(node[i], at(n), rights), "page_alloc");
	else if (owner == i)
		check(page_map(node[i], at(n), node[i], at(n), rights), "page_map");
	else
		check(page_map(node[owner], at(n), node[i], at(n), rights | PAGE_MOVE), "page_map");
	page[n].owner = i;
	moves++;
}

static void give_to_reader(int n, int i)
{
	int owner = page[n].owner;

	if (owner < 0)
		return give_to_writer(n, i);
	if (owner == i)			/* others had it all the time */
		return;
	check(page_map(node[owner], at(n), node[owner], at(n), PROT_READ), "page_map");
	check(page_map(node[owner], at(n), node[i], at(n), PROT_READ | PAGE_COPY), "page_map");
	page[n].readers |= 1u << i;
	copies++;
}

/* Its pages come to the server, to be looked at when all have ended. */
static void take_back(int i)
{
	for (int n = 0; n < PAGES; n++) {
		if (page[n].owner == i) {
			forget_readers(n);
			check(page_map(node[i], at(n), 0, at(n), PROT_READ | PROT_WRITE | PAGE_MOVE), "page_map");
			page[n].owner = nodes;	/* node[nodes] is 0: the server itself */
		}
		page[n].readers &= ~(1u << i);
	}
}

/* One request.  Was it a node's last? */
static int serve(void)
{
	struct ipc_msg m;
	int i = 0, n;

	check(ipc_recv((void *)IPC_NOPAGE, &m, IPC_FOREVER), "ipc_recv");
	while (i < nodes && node[i] != m.from)
		i++;
	n = m.value / 4;
	if (i == nodes || n >= PAGES)
		return 0;
	if (m.value % 4 == DONE)
		take_back(i);
	else if (m.value % 4 == WRITE)
		give_to_writer(n, i);
	else
		give_to_reader(n, i);
	answer(i);
	return m.value % 4 == DONE;
}

static int all_is_there(void)
{
	for (int i = 0; i < nodes; i++)
		if (mem->count[i] != (unsigned)rounds)
			return 0;
	return mem->token[0] == (unsigned)(nodes * rounds) && mem->mail[0] == mem->token[0];
}

int main(int argc, char **argv)
{
	int bad = 0, status;

	if (argc > 1)
		nodes = atoi(argv[1]);
	if (argc > 2)
		rounds = atoi(argv[2]);
	if (nodes < 1 || nodes >= NODES_MAX || rounds < 1 || argc > 3) {
		fprintf(stderr, "usage: dsm [NODES [ROUNDS]]\n");
		return 2;
	}
	mem = mmap(NULL, sizeof *mem, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mem == MAP_FAILED || manage(mem, sizeof *mem) < 0)
		die("memory");
	for (int n = 0; n < PAGES; n++)
		page[n].owner = -1;
	for (int i = 0; i < nodes; i++)
		if ((node[i] = fork()) == 0)
			run_node(i);
		else
			check(node[i], "fork");
	for (int left = nodes; left > 0; )
		left -= serve();
	while (wait(&status) > 0)
		bad |= status;
	bad |= !all_is_there();
	printf("%s: %d nodes, %d rounds: %u pages moved, %u copied to read\n",
		bad ? "wrong" : "right", nodes, rounds, moves, copies);
	return bad != 0;
}
