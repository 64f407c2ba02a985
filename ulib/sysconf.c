/* SPDX-License-Identifier: MIT */
/* sysconf.c: limits by number. */
#include <errno.h>
#include <limits.h>
#include <unistd.h>
#include <yoke.h>

long sysconf(int name)
{
	struct sys_info s;
	struct mem_info m;

	if (sysinfo(&s) < 0 || meminfo(&m) < 0)
		return -1;
	switch (name) {
	case _SC_PAGESIZE: return m.page_size;
	case _SC_PHYS_PAGES: return m.total;
	case _SC_AVPHYS_PAGES: return m.free;
	case _SC_NPROCESSORS_CONF: return s.cpus;
	case _SC_NPROCESSORS_ONLN: return s.cpus_running;
	case _SC_CLK_TCK: return s.tick_hz;
	case _SC_OPEN_MAX: return OPEN_MAX;
	case _SC_ARG_MAX: return ARG_MAX;
	}
	errno = EINVAL;
	return -1;
}

int getpagesize(void)
{
	return sysconf(_SC_PAGESIZE);
}
