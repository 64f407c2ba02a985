/* SPDX-License-Identifier: MIT */
/* check.h: is all that the machine holds as the model says, and is every invariant kept? */
#pragma once
#include "model.h"

/* Stop the run, and say why: fail("...") never returns. */
_Noreturn void fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
#define must(ok, ...)	do { if (!(ok)) fail(__VA_ARGS__); } while (0)

extern unsigned pins[SIM_FRAMES];	/* holders of a frame that the test made up */
unsigned pinned(void);			/* all of them together */

void check_all(void);
void check_page(const unsigned char *, const struct content *, va_t);	/* every byte */
/* Is every count on the path to va, the page's too, 1? */
bool check_sole(struct space *, va_t);
pa_t check_slot(const struct object *, size_t index);	/* the frame in an object's slot, or 0 */
