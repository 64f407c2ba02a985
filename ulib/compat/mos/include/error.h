/* SPDX-License-Identifier: MIT */
/* error.h: MOS's error numbers; calls return them negated. */
#pragma once

enum {
	E_UNSPECIFIED = 1, E_BAD_ENV, E_INVAL, E_NO_MEM, E_NO_SYS, E_NO_FREE_ENV, E_IPC_NOT_RECV, E_NO_DISK, E_MAX_OPEN,
	E_NOT_FOUND, E_BAD_PATH, E_FILE_EXISTS, E_NOT_EXEC, MAXERROR
};
