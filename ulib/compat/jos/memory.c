/* SPDX-License-Identifier: MIT */
/* memory.c: JOS's calls for pages, its view of page tables, its messages. */
#include <errno.h>
#include "jos.h"

enum { PTE_SHARE = 0x400, PTE_COW = 0x800 };	/* inc/lib.h's */

const uintptr_t peer_stack_top = USTACKTOP, peer_area = UTOP + 16 * PGSIZE, peer_window = UVPT;

int jos_rights(int perm)
{
	unsigned rights = PEER_RIGHTS;

	if (!(perm & PTE_U) || !(perm & PTE_P) || perm & ~(PTE_P | PTE_W | PTE_U | PTE_SHARE | PTE_COW))
		return -1;
	if (perm & PTE_W)
		rights |= PROT_WRITE;
	if (perm & PTE_COW)
		rights |= PAGE_S0;
	if (perm & PTE_SHARE)
		rights |= PAGE_S1;
	return rights;
}

int jos_perm(unsigned rights)
{
	int perm = PTE_P | PTE_U;

	if (rights & PROT_WRITE)
		perm |= PTE_W;
	if (rights & PAGE_S0)
		perm |= PTE_COW;
	if (rights & PAGE_S1)
		perm |= PTE_SHARE;
	return perm;
}

uint32_t peer_pte(const struct page_run *r)
{
	return r->have & PAGE_PRESENT ? jos_perm(r->have) : 0;
}

const volatile pte_t *jos_uvpt(void)
{
	return peer_entries();
}

const volatile pde_t *jos_uvpd(void)
{
	return peer_directory();
}

/* A page's address as JOS wants it. */
static bool address_ok(const void *va)
{
	return (uintptr_t)va < UTOP && (uintptr_t)va % PGSIZE == 0;
}

int sys_page_alloc(envid_t env, void *va, int perm)
{
	int rights = jos_rights(perm);
	pid_t pid = jos_pid(env);

	if (pid < 0)
		return -E_BAD_ENV;
	if (rights < 0 || !address_ok(va))
		return -E_INVAL;
	return jos_result(page_alloc(pid, va, rights));
}

int sys_page_map(envid_t from, void *from_va, envid_t to, void *to_va, int perm)
{
	pid_t from_pid = jos_pid(from), to_pid = jos_pid(to);
	int rights = jos_rights(perm);

	if (from_pid < 0 || to_pid < 0)
		return -E_BAD_ENV;
	if (rights < 0 || !address_ok(from_va) || !address_ok(to_va))
		return -E_INVAL;
	return jos_result(page_map(from_pid, from_va, to_pid, to_va, rights));
}

int sys_page_unmap(envid_t env, void *va)
{
	pid_t pid = jos_pid(env);

	if (pid < 0)
		return -E_BAD_ENV;
	return address_ok(va) ? jos_result(page_unmap(pid, va)) : -E_INVAL;
}

/* ---- messages ---- */

/* The address that a message's page has or shall have: any from UTOP on is none. */
static void *page_of(void *va)
{
	return (uintptr_t)va < UTOP ? va : (void *)IPC_NOPAGE;
}

int sys_ipc_try_send(envid_t env, uint32_t value, void *va, int perm)
{
	void *page = page_of(va);
	pid_t pid = jos_pid(env);
	int rights = 0;

	if (pid <= 0)
		return -E_BAD_ENV;
	if (page != (void *)IPC_NOPAGE && ((rights = jos_rights(perm)) < 0 || !address_ok(va)))
		return -E_INVAL;
	if (ipc_send(pid, value, page, rights, IPC_TRY) == 0)
		return 0;
	return errno == EAGAIN ? -E_IPC_NOT_RECV : -peer_error();
}

/* By trying, as JOS's does: the sender goes on before the receiver does, which its programs count on. */
void jos_ipc_send(envid_t env, uint32_t value, void *va, int perm)
{
	int r;

	while ((r = sys_ipc_try_send(env, value, va ? va : (void *)UTOP, perm)) == -E_IPC_NOT_RECV)
		yield();
	if (r < 0)
		_panic(__FILE__, __LINE__, "ipc_send: %e", r);
}

int sys_ipc_recv(void *va)
{
	struct Env *own = jos_env_own();
	struct ipc_msg m;

	if (page_of(va) == va && !address_ok(va))
		return -E_INVAL;
	if (ipc_recv(page_of(va), &m, IPC_FOREVER) < 0)
		return -peer_error();
	own->env_ipc_value = m.value;
	own->env_ipc_from = peer_id(m.from);
	own->env_ipc_perm = m.rights ? jos_perm(m.rights) : 0;
	return 0;
}

int32_t jos_ipc_recv(envid_t *from, void *va, int *perm)
{
	struct Env *own = jos_env_own();
	int r = sys_ipc_recv(va ? va : (void *)UTOP);

	if (from)
		*from = r < 0 ? 0 : own->env_ipc_from;
	if (perm)
		*perm = r < 0 ? 0 : own->env_ipc_perm;
	return r < 0 ? r : (int32_t)own->env_ipc_value;
}
