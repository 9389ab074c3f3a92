/* SPDX-License-Identifier: MIT */
/*
 * <linux/kasan.h>: the kernel's address sanitizer.
 *
 * Same: as in a kernel without it. A build with the compiler's own sanitizer
 *	knows freed slab objects and red zones (src/mm/slab_debug.c).
 * Reduced: nothing.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_KASAN_H
#define _DMASIM_LINUX_KASAN_H

#include <linux/types.h>

static inline void *kasan_reset_tag(const void *addr)
{
	return (void *)addr;
}

static inline bool kasan_enabled(void)
{
	return false;
}

#endif
