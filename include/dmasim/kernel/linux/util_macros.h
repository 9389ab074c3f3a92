/* SPDX-License-Identifier: MIT */
/*
 * Small helpers.
 *
 * Same:    those listed.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_UTIL_MACROS_H
#define _DMASIM_LINUX_UTIL_MACROS_H

#include <linux/compiler_attributes.h>
#include <linux/math.h>
#include <linux/stddef.h>

#define for_each_if(condition) \
	if (!(condition)) {    \
	} else

#endif
