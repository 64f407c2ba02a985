/* SPDX-License-Identifier: MIT */
/*
 * names.h: system calls that programs know by another name than
 * abi/syscall.h does: where C or POSIX has taken the name for something
 * else.  For the stubs of ulib/<port>/syscall.S, which make a function of
 * every call.
 */
#define exit	_exit		/* the other one flushes stdio */
#define fork	rfork		/* with a strategy */
#define exec	execve
#define spawn	spawnve		/* with an environment */
#define wait	waitinfo	/* POSIX's packs the answer into an int */
#define sleep	msleep		/* milliseconds */
#define fstat	fileinfo
#define stat	pathinfo
#define readdir	dirinfo
#define getcwd	cwdpath
#define mknod	makenode
#define floor	page_floor
#define pause	signal_pause
