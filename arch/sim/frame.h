/* SPDX-License-Identifier: MIT */
/* frame.h: the simulated machine runs no programs, so its frames hold little. */
#pragma once
enum { FR_PC, FR_SP, FR_RET, FR_NR, FR_A0, FR_A1, FR_A2, FR_A3, FR_A4, FR_A5, FR_N };
enum { FR_INSN = 4, FR_DIRECT = 0, FR_ELF = 0 };
