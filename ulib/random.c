/* SPDX-License-Identifier: MIT */
/* random.c: apart from rand.c, for programs that have a random of their own. */
#include <stdlib.h>

long random(void) { return rand(); }
void srandom(unsigned seed) { srand(seed); }
