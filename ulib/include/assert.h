/* SPDX-License-Identifier: MIT */
/* assert.h */
#undef assert
#ifdef NDEBUG
#define assert(e)	((void)0)
#else
#define assert(e)	((e) ? (void)0 : assert_fail(#e, __FILE__, __LINE__))
#endif
#ifndef static_assert
#define static_assert	_Static_assert
#endif
_Noreturn void assert_fail(const char *what, const char *file, int line);
