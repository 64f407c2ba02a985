/* SPDX-License-Identifier: MIT */
#pragma once

int sum(int a, int b);		/* sum.c */
int twice(int);			/* twice.S */
