/* SPDX-License-Identifier: MIT */
/*
 * syscall.h: the system calls, one line each.  X(number, name, arguments).
 *
 * A call returns a word: negative values from -1 to -4095 are -errno.
 * Registers: see FR_NR, FR_A0.. in arch/<port>/frame.h; every other
 * register keeps its value.  Pointers are checked; a bad one is -EFAULT.
 */
#pragma once

#define SYSCALLS(X) \
	X(0,  getppid,  0) /* (); the null call of the measurements */ \
	X(1,  exit,     1) /* (status); does not return */ \
	X(2,  fork,     1) /* (strategy or FORK_DEFAULT); the child's pid, 0 in the child */ \
	X(3,  vfork,    0) /* (); the child borrows the space; the parent waits for its exec or exit */ \
	X(4,  spawn,    4) /* (path, argv, fdmap[3] or 0, envp or 0); the new process's pid */ \
	X(5,  exec,     3) /* (path, argv, envp or 0: none) */ \
	X(6,  wait,     3) /* (pid, -1: any, 0: of this job, -job, struct wait_info * or 0, WAIT_NOHANG); the pid reaped */ \
	X(7,  kill,     2) /* (pid, 0: the job, -job, signal or 0 to ask); the default ends it: abi/yoke.h, docs/upcalls.md */ \
	X(8,  getpid,   0) \
	X(9,  yield,    0) \
	X(10, sleep,    1) /* (milliseconds) */ \
	X(11, uptime,   0) /* (); milliseconds since boot */ \
	X(12, sbrk,     1) /* (bytes, may be negative); the old end of the heap */ \
	X(13, mmap,     6) /* (addr, len, prot, flags, fd, offset); the address */ \
	X(14, munmap,   2) /* (addr, len) */ \
	X(15, mprotect, 3) /* (addr, len, prot) */ \
	X(16, minherit, 3) /* (addr, len, INHERIT_*) */ \
	X(17, open,     2) /* (path, O_*) */ \
	X(18, close,    1) \
	X(19, read,     3) /* (fd, buf, n); bytes read, 0 at the end */ \
	X(20, write,    3) /* (fd, buf, n); bytes written */ \
	X(21, lseek,    3) /* (fd, offset, SEEK_*) */ \
	X(22, dup,      1) \
	X(23, dup2,     2) \
	X(24, pipe,     1) /* (int fd[2]) */ \
	X(25, fstat,    2) /* (fd, struct file_info *) */ \
	X(26, readdir,  3) /* (fd of a directory, struct dir_entry *, n): how many; 0 at the end */ \
	X(27, unlink,   1) /* (path): no directory's */ \
	X(28, ttymode,  1) /* (TTY_COOKED or TTY_RAW); the old mode */ \
	X(29, forkmode, 1) /* (strategy or FORK_DEFAULT to ask); the process's strategy before */ \
	X(30, counts,   2) /* (pid or 0 for the whole machine, struct counts *) */ \
	X(31, meminfo,  1) /* (struct mem_info *) */ \
	X(32, procinfo, 2) /* (index, struct proc_info *): the index-th process */ \
	X(33, audit,    0) /* (); 0, or the number of broken invariants (each is printed) */ \
	X(34, floor,    2) /* (FLOOR_COPY or FLOOR_CLEAR, n); instructions that n bare page operations take */ \
	X(35, failalloc,1) /* (n): the n-th allocation from now on fails, once; 0 disarms; what was left of the last */ \
	X(36, poweroff, 1) /* (status 0..127); pid 1 only */ \
	X(37, sysinfo,  1) /* (struct sys_info *) */ \
	X(38, thread,   2) /* (pc, sp): a process in the caller's space that starts there; its pid */ \
	X(39, futex_wait, 2) /* (uint32_t *, value): sleep unless it has changed; 0 says to look again, -EAGAIN it had */ \
	X(40, futex_wake, 1) /* (uint32_t *): who sleeps for it in this space looks again */ \
	X(41, set_upcall, 6) /* (pid, events 1 << UPCALL_*, entry, stack_lo, stack_hi, milliseconds of TIMER): abi/upcall.h; no events: entry 0, or ENOMEM, what a fault ends it for */ \
	X(42, resume,   1) /* (struct regs *): go on with these registers; returns only an error */ \
	X(43, manage,   2) /* (addr, len): the program manages these pages from now on; holes become regions */ \
	X(44, page_alloc, 3) /* (pid, va, rights): a zeroed page in place of what was there */ \
	X(45, page_map, 5) /* (pid, from va, pid, to va, rights, PAGE_MOVE or PAGE_COPY too) */ \
	X(46, page_unmap, 2) /* (pid, va) */ \
	X(47, query,    5) /* (pid, lo, hi, struct page_run *, n): the first n runs of [lo, hi); how many */ \
	X(48, exofork,  0) /* (); a stopped child with our registers (0 in its result) and regions, no page; its pid */ \
	X(49, set_status, 2) /* (pid, STATUS_*) */ \
	X(50, set_frame, 2) /* (pid, struct regs *): of a stopped child, or 0: itself */ \
	X(51, ipc_send, 5) /* (pid, word, va or IPC_NOPAGE, rights, ms or IPC_*): wait till it is received */ \
	X(52, ipc_recv, 3) /* (va or IPC_NOPAGE, struct ipc_msg *, ms or IPC_*): wait for one */ \
	X(53, activation, 2) /* (stack_lo, stack_hi): a parked one of this program, with this upcall stack; its number */ \
	X(54, park,     0) /* (): this activation has nothing to do; it comes back by an upcall */ \
	X(55, ipc_call, 6) /* (pid, word, va or IPC_NOPAGE, rights, struct ipc_msg *, ms or IPC_*): ipc_send, then ipc_recv */ \
	X(56, getcpu,   0) /* (); the number of the CPU this runs on, at the moment */ \
	X(57, locks,    2) /* (LOCKS_*, struct lock_counts *); -ENOSYS: this kernel does not count them */ \
	X(58, ipc_ask,  6) /* as ipc_call, but what is received is from pid; -ESRCH: it has ended */ \
	X(60, mkdir,    1) /* (path) */ \
	X(61, rmdir,    1) /* (path): an empty directory's */ \
	X(62, link,     2) /* (path, new path): one more name; not for directories */ \
	X(63, rename,   2) /* (path, new path): in one step, in place of what is there */ \
	X(64, chdir,    1) /* (path): where paths without a leading slash begin */ \
	X(65, getcwd,   2) /* (buf, n): the path to there; bytes with its end */ \
	X(66, stat,     2) /* (path, struct file_info *) */ \
	X(67, ftruncate,2) /* (fd, bytes) */ \
	X(68, mknod,    2) /* (path, number of a device) */ \
	X(69, fcntl,    3) /* (fd, F_*, descriptor from which on, FD_CLOEXEC or O_*) */ \
	X(70, madvise,  3) /* (addr, len, MADV_*) */ \
	X(71, mremap,   4) /* (addr, old len, new len, MREMAP_MAYMOVE): the address, the same or another */ \
	X(72, msync,    3) /* (addr, len, MS_*) */ \
	X(73, pread,    4) /* (fd of a regular file, buf, n, offset): as read there; the file's position stays */ \
	X(74, pwrite,   4) /* the same, as write; O_APPEND changes nothing */ \
	X(75, cputime,  0) /* (); milliseconds that this process ran: by ticks, so that some are missed, and some are more than it had */ \
	X(80, signals,  4) /* (caught, ignored, held, again: masks of 1 << signal): UPCALL_SIGNAL tells of those caught; after those of again a read, write, wait or futex_wait begins again; the pending ones */ \
	X(81, pause,    1) /* (held): with that mask from now on, sleep till a signal is delivered: -EINTR */ \
	X(82, setjob,   2) /* (pid, job or 0: a new one of that number): of a child, or itself */ \
	X(83, getjob,   1) /* (pid or 0) */ \
	X(84, ttyjob,   1) /* (job whose processes ctrl-C sends SIGINT to, or 0 to ask); the old one */ \
	X(85, mapinfo,  3) /* (pid or 0, address, struct map_info *): the first region that ends above it; -ENOENT past the last */

#ifdef __ASSEMBLER__
	.macro syscall_n nr, name, args
	.set SYS_N, \nr + 1
	.endm
#define X(nr, name, args) syscall_n nr, name, args;
	SYSCALLS(X)
#undef X
#else
enum {
#define X(nr, name, args) SYS_##name = nr,
	SYSCALLS(X)
#undef X
	SYS_N
};
#endif
