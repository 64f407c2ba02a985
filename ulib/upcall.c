/* SPDX-License-Identifier: MIT */
/*
 * upcall.c: handlers in C, and the stack they run on.
 *
 * A handler must not need a page that needs a handler with a lock that is
 * held: what it calls here uses raw calls, which do not write errno.
 */
#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>
#include <yoke.h>
#include "abi/syscall.h"
#include "area.h"
#include "raw.h"

_Static_assert(offsetof(struct upcall, regs) == 8 * sizeof(upcall_word), "upcall.S says where they are");
_Static_assert(offsetof(struct upcall_state, handlers) == 5 * sizeof(upcall_word), "upcall.S says where they are");

/*
 * Calls the event's handler; upcall_decline, if there is none.  An event that nobody handles is not armed, but for
 * page faults, which may be fork's.
 */
void upcall_entry(void);

struct upcall_state upcalls;

/* The call that could not reach its memory returns err instead of being made again. */
static bool end_call(struct upcall *u, int err)
{
	if (u->event != UPCALL_PAGE || u->want & PROT_EXEC || !is_call(u->regs.r[FR_PC]))
		return false;
	u->regs.r[FR_PC] += CALL_BYTES;
	u->regs.r[FR_RET] = -(upcall_word)err;
	return true;
}

void upcall_refuse(struct upcall *u, int err)
{
	if (!end_call(u, err))
		set_upcall(0, 0, (void (*)(void))(uintptr_t)(err == ENOMEM ? ENOMEM : 0), NULL, NULL, 0);
}

void upcall_decline(struct upcall *u)
{
	if (u->event != UPCALL_PAGE || !upcalls.ufork_on || !ufork_fault(u))
		upcall_refuse(u, EFAULT);
}

/* ---- areas ---- */

/* The first of its pages that are there. */
static int area_lowest(void)
{
	return upcalls.deep ? 1 : AREA_PAGES - 1;
}

int area_fill(pid_t pid, char *area)
{
	for (int i = area_lowest(); i < AREA_PAGES; i++)
		if (page_alloc(pid, area + i * PAGE, AREA_RIGHTS) < 0)
			return -1;
	return 0;
}

int area_arm(pid_t pid, char *area)
{
	char *lo = area + area_lowest() * PAGE;

	return set_upcall(pid, upcalls.armed, upcall_entry, lo, area + AREA_SIZE - sizeof(struct area_end), upcalls.period);
}

int area_manage(char *area)
{
	for (int i = area_lowest(); i < AREA_PAGES; i++)
		*(volatile char *)(area + i * PAGE) = *(volatile char *)(area + i * PAGE);	/* there, and ours alone */
	if (manage(area, AREA_SIZE) < 0)
		return -1;
	for (int i = area_lowest(); i < AREA_PAGES; i++)
		if (page_map(0, area + i * PAGE, 0, area + i * PAGE, AREA_RIGHTS) < 0)
			return -1;
	return 0;
}

char *area_new(void)
{
	char *p = mmap(NULL, AREA_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	if (mprotect(p, PAGE, PROT_NONE) == 0 && (!upcalls.ufork_on || area_manage(p) == 0))
		return p;
	munmap(p, AREA_SIZE);
	return NULL;
}

int area_first(void)
{
	struct sys_info s;

	if (!upcalls.area) {
		if (sysinfo(&s) < 0 || !(upcalls.area = area_new()))
			return -1;
		upcalls.lo = s.stack_low;
		upcalls.hi = s.stack_top;
	}
	upcalls.armed |= 1u << UPCALL_PAGE;
	return area_arm(0, upcalls.area);
}

/* The whole of the area from now on. */
static int area_deepen(void)
{
	if (upcalls.area && upcalls.ufork_on)
		for (int i = 1; i < AREA_PAGES - 1; i++)
			if (page_alloc(0, upcalls.area + i * PAGE, AREA_RIGHTS) < 0)
				return -1;
	upcalls.deep = true;
	return 0;
}

int upcall_install(enum upcall_event event, upcall_fn *fn, unsigned period)
{
	if ((unsigned)event >= UPCALL_N) {
		errno = EINVAL;
		return -1;
	}
	if (!upcalls.deep && area_deepen() < 0)
		return -1;
	upcalls.handlers[event] = fn;
	upcalls.armed = fn ? upcalls.armed | 1u << event : upcalls.armed & ~(1u << event);
	if (event == UPCALL_TIMER)
		upcalls.period = period;
	return area_first();
}
