/* SPDX-License-Identifier: MIT */
/*
 * Number of elements.
 *
 * Same:    ARRAY_SIZE, ARRAY_END.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_ARRAY_SIZE_H
#define _DMASIM_LINUX_ARRAY_SIZE_H

#include <linux/compiler.h>

#undef ARRAY_SIZE
#define ARRAY_SIZE(arr) (sizeof(arr) / sizeof((arr)[0]) + __must_be_array(arr))
#define ARRAY_END(arr) (&(arr)[ARRAY_SIZE(arr)])

#endif
