/* SPDX-License-Identifier: MIT */
/* fault.c: JOS's page-fault handlers, on Yoke's upcalls. */
#include <string.h>
#include "jos.h"

static void (*handler)(struct UTrapframe *);

#if defined(__i386__)
static void to_pushed(struct PushRegs *to, const struct regs *r)
{
	memcpy(to, &r->r[FR_EDI], sizeof *to);	/* pusha's order is the frame's */
}

static void from_pushed(struct regs *r, const struct PushRegs *from)
{
	memcpy(&r->r[FR_EDI], from, sizeof *from);
}

static uint32_t *flags(struct regs *r)
{
	return (uint32_t *)&r->r[FR_FLAGS];
}
#else
static void to_pushed(struct PushRegs *to, const struct regs *r)
{
	memcpy(to->reg, r->r, sizeof to->reg);
}

static void from_pushed(struct regs *r, const struct PushRegs *from)
{
	memcpy(r->r, from->reg, sizeof from->reg);
}

static uint32_t *flags(struct regs *r)
{
	static uint32_t none;

	(void)r;
	none = 0;
	return &none;
}
#endif

static uint32_t error_code(const struct upcall *u)
{
	return FEC_U | (u->have & PAGE_PRESENT ? FEC_PR : 0) | (u->want & PROT_WRITE ? FEC_WR : 0);
}

/* The handler may change the registers that the program goes on with. */
void peer_handle(struct upcall *u)
{
	struct UTrapframe f = {
		.utf_fault_va = u->va, .utf_err = error_code(u), .utf_eip = u->regs.r[FR_PC],
		.utf_eflags = *flags(&u->regs), .utf_esp = u->regs.r[FR_SP] };

	if (!handler) {
		peer_refuse(u);
		return;
	}
	to_pushed(&f.utf_regs, &u->regs);
	handler(&f);
	from_pushed(&u->regs, &f.utf_regs);
	*flags(&u->regs) = f.utf_eflags;
	u->regs.r[FR_PC] = f.utf_eip;
	u->regs.r[FR_SP] = f.utf_esp;
}

void set_pgfault_handler(void (*fn)(struct UTrapframe *))
{
	handler = fn;
	if (peer_handlers_on() < 0)
		_panic(__FILE__, __LINE__, "set_pgfault_handler: %e", peer_error());
}

/*
 * The kernel goes on at any address that a program names, on the page below UXSTACKTOP, with Yoke's
 * struct upcall there: for programs that try what happens without a page, or with no code.
 */
int sys_env_set_pgfault_upcall(envid_t env, void *upcall)
{
	pid_t pid = jos_pid(env);

	if (pid < 0)
		return -E_BAD_ENV;
	return jos_result(set_upcall(pid, 1 << UPCALL_PAGE, (void (*)(void))(uintptr_t)upcall,
		(void *)(UXSTACKTOP - PGSIZE), (void *)UXSTACKTOP, 0));
}
