/* SPDX-License-Identifier: MIT */
/* fs.h */
#pragma once
#define MAXNAMELEN	128
#define MAXPATHLEN	1024
