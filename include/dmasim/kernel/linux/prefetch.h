/* SPDX-License-Identifier: MIT */
/*
 * Prefetch hints.
 *
 * Same:    all.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_PREFETCH_H
#define _DMASIM_LINUX_PREFETCH_H

#include <linux/types.h>
#include <asm/processor.h>

static inline void prefetch_range(void *addr, size_t len)
{
	size_t off;

	for (off = 0; off < len; off += 64)
		prefetch((char *)addr + off);
}

#endif
