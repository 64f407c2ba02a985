/* SPDX-License-Identifier: MIT */
/*
 * fault.c: MOS's faults, on Yoke's upcalls.  A page that is missing is MOS's kernel's affair, and comes as zeros;
 * a write to one that may not be written is the program's.
 */
#include <string.h>
#include "mos.h"

static void (*old_handler)(u_int va);			/* set_pgfault_handler */
static void (*new_handler)(struct Trapframe *);		/* syscall_set_tlb_mod_entry */
enum { NUMBERED = FR_N < 32 ? FR_N : 32 };

static void to_trapframe(struct Trapframe *tf, const struct upcall *u)
{
	memset(tf, 0, sizeof *tf);
	for (int i = 0; i < NUMBERED; i++)
		tf->regs[i] = u->regs.r[i];
	tf->regs[29] = u->regs.r[FR_SP];
	tf->cp0_badvaddr = u->va;
	tf->cp0_epc = u->regs.r[FR_PC];
	memcpy(tf->all, u->regs.r, sizeof tf->all);
}

/* The block that a handler wants to go on with: its changes of pc and stack pointer count. */
static struct regs from_trapframe(const struct Trapframe *tf)
{
	struct regs r;

	memcpy(r.r, tf->all, sizeof r.r);
	r.r[FR_PC] = tf->cp0_epc;
	r.r[FR_SP] = tf->regs[29];
	return r;
}

static void call_new(struct upcall *u)
{
	struct Trapframe tf;

	to_trapframe(&tf, u);
	new_handler(&tf);		/* ends by syscall_set_trapframe, or else here */
	u->regs = from_trapframe(&tf);
}

/* Where MOS's kernel gives out pages by itself. */
static bool comes_by_itself(uintptr_t va)
{
	return va >= UTEMP && va < UTOP && va - USTACKTOP >= BY2PG;
}

void peer_handle(struct upcall *u)
{
	void *page = (void *)(u->va & ~(upcall_word)(BY2PG - 1));

	if (!u->have && comes_by_itself(u->va)) {
		if (page_alloc(0, page, PEER_RIGHTS | PROT_WRITE) < 0)
			peer_refuse(u);
	} else if (u->have && u->want & PROT_WRITE && new_handler) {
		call_new(u);
	} else if (u->have && u->want & PROT_WRITE && old_handler) {
		old_handler(u->va);
	} else {
		peer_refuse(u);
	}
}

void set_pgfault_handler(void (*fn)(u_int va))
{
	old_handler = fn;
}

/* A child that fork made has its parent's handler already; another's words cannot be reached from here. */
int syscall_set_tlb_mod_entry(u_int who, void (*fn)(struct Trapframe *))
{
	pid_t pid = mos_pid(who);

	if (pid < 0)
		return -E_BAD_ENV;
	if (pid != 0 && who != syscall_getenvid())
		return -E_INVAL;
	new_handler = fn;
	return 0;
}

int syscall_set_trapframe(u_int who, struct Trapframe *tf)
{
	struct regs r = from_trapframe(tf);
	pid_t pid = mos_pid(who);

	if (pid < 0)
		return -E_BAD_ENV;
	if (pid == 0 || who == syscall_getenvid())
		return mos_result(resume(&r));
	return mos_result(set_frame(pid, &r));
}
