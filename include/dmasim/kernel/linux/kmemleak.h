/* SPDX-License-Identifier: MIT */
/*
 * <linux/kmemleak.h>: hints to a leak detector that scans memory.
 *
 * Same: as in a kernel without that detector: no effect. Leaks are found by
 *	counting, at the end of each machine.
 * Reduced: nothing.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_KMEMLEAK_H
#define _DMASIM_LINUX_KMEMLEAK_H

#include <linux/types.h>

static inline void kmemleak_alloc(const void *ptr, size_t size, int min_count,
				  gfp_t gfp)
{
}

static inline void kmemleak_free(const void *ptr)
{
}

static inline void kmemleak_not_leak(const void *ptr)
{
}

static inline void kmemleak_ignore(const void *ptr)
{
}

static inline void kmemleak_no_scan(const void *ptr)
{
}

static inline void kmemleak_alloc_phys(phys_addr_t phys, size_t size, gfp_t gfp)
{
}

#endif
