/* SPDX-License-Identifier: MIT */
/* args.h: options of one letter: ARGBEGIN { case 'x': ... } ARGEND; argc and argv are the rest. */
#pragma once

extern char *argv0;

#define ARGBEGIN \
	for (argv0 = *argv ? *argv : argv0, argv++, argc--; argv[0] && argv[0][0] == '-' && argv[0][1]; argc--, argv++) { \
		char *args_ = &argv[0][1], argc_ = 0; \
		(void)argc_; \
		if (args_[0] == '-' && args_[1] == 0) { \
			argc--, argv++; \
			break; \
		} \
		while (*args_ && (argc_ = *args_++)) \
			switch (argc_)
#define ARGEND	}
