/* SPDX-License-Identifier: MIT */
/* memory.c: MOS's calls for pages, its view of page tables, its messages. */
#include <errno.h>
#include "mos.h"

const uintptr_t peer_stack_top = USTACKTOP, peer_area = UTOP + 16 * BY2PG, peer_window = UVPT;

int mos_rights(u_int perm)
{
	unsigned rights = PEER_RIGHTS;

	if (perm & (PTE_D | PTE_R))
		rights |= PROT_WRITE;
	if (perm & PTE_COW)
		rights |= PAGE_S0;
	if (perm & PTE_LIBRARY)
		rights |= PAGE_S1;
	return rights;
}

u_int mos_perm(unsigned rights)
{
	u_int perm = PTE_V;

	if (rights & PROT_WRITE)
		perm |= PTE_D | PTE_R;
	if (rights & PAGE_S0)
		perm |= PTE_COW;
	if (rights & PAGE_S1)
		perm |= PTE_LIBRARY;
	return perm;
}

uint32_t peer_pte(const struct page_run *r)
{
	return r->have & PAGE_PRESENT ? mos_perm(r->have) : 0;
}

const volatile Pte *mos_vpt(void)
{
	return peer_entries();
}

const volatile Pde *mos_vpd(void)
{
	return peer_directory();
}

/* The page that an address lies in; MOS rounds down.  Not below UTEMP, nor from UTOP on. */
static bool page_at(const void *va, void **page)
{
	*page = (void *)((uintptr_t)va & ~(uintptr_t)(BY2PG - 1));
	return (uintptr_t)va >= UTEMP && (uintptr_t)va < UTOP;
}

int syscall_mem_alloc(u_int who, void *va, u_int perm)
{
	pid_t pid = mos_pid(who);
	void *page;

	if (!page_at(va, &page))
		return -E_INVAL;
	return pid < 0 ? -E_BAD_ENV : mos_result(page_alloc(pid, page, mos_rights(perm)));
}

int syscall_mem_map(u_int from, void *from_va, u_int to, void *to_va, u_int perm)
{
	pid_t from_pid = mos_pid(from), to_pid = mos_pid(to);
	void *from_page, *to_page;

	if (!page_at(from_va, &from_page) || !page_at(to_va, &to_page))
		return -E_INVAL;
	if (from_pid < 0 || to_pid < 0)
		return -E_BAD_ENV;
	return mos_result(page_map(from_pid, from_page, to_pid, to_page, mos_rights(perm)));
}

int syscall_mem_unmap(u_int who, void *va)
{
	pid_t pid = mos_pid(who);
	void *page;

	if (!page_at(va, &page))
		return -E_INVAL;
	return pid < 0 ? -E_BAD_ENV : mos_result(page_unmap(pid, page));
}

/* ---- messages ---- */

/* The page that a message has or shall have; address 0 says none.  False: it cannot be had. */
static bool message_page(const void *va, void **page)
{
	if (va)
		return page_at(va, page);
	*page = (void *)IPC_NOPAGE;
	return true;
}

int syscall_ipc_try_send(u_int who, u_int value, const void *va, u_int perm)
{
	pid_t pid = mos_pid(who);
	void *page;

	if (pid <= 0)
		return -E_BAD_ENV;
	if (!message_page(va, &page))
		return -E_INVAL;
	if (ipc_send(pid, value, page, va ? mos_rights(perm) : 0, IPC_TRY) == 0)
		return 0;
	return errno == EAGAIN ? -E_IPC_NOT_RECV : -peer_error();
}

int syscall_ipc_can_send(u_int who, u_int value, const void *va, u_int perm)
{
	return syscall_ipc_try_send(who, value, va, perm);
}

/* By trying, as MOS's does: the sender goes on before the receiver does, which its programs count on. */
void mos_ipc_send(u_int who, u_int value, const void *va, u_int perm)
{
	int r;

	while ((r = syscall_ipc_try_send(who, value, va, perm)) == -E_IPC_NOT_RECV)
		yield();
	if (r < 0)
		_user_panic(__FILE__, __LINE__, "ipc_send: %e", r);
}

int syscall_ipc_recv(void *va)
{
	struct Env *own = mos_env_own();
	struct ipc_msg m;
	void *page;

	if (!message_page(va, &page))
		return -E_INVAL;
	if (ipc_recv(page, &m, IPC_FOREVER) < 0)
		return -peer_error();
	own->env_ipc_value = m.value;
	own->env_ipc_from = peer_id(m.from);
	own->env_ipc_perm = m.rights ? mos_perm(m.rights) : 0;
	return 0;
}

u_int mos_ipc_recv(u_int *from, void *va, u_int *perm)
{
	struct Env *own = mos_env_own();
	int r = syscall_ipc_recv(va);

	if (r < 0)
		_user_panic(__FILE__, __LINE__, "ipc_recv: %e", r);
	if (from)
		*from = own->env_ipc_from;
	if (perm)
		*perm = own->env_ipc_perm;
	return own->env_ipc_value;
}
