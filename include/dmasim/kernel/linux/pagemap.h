/* SPDX-License-Identifier: MIT */
/*
 * <linux/pagemap.h>: what drivers use of it without a page cache.
 *
 * Same: release_pages().
 * Reduced: no page cache, no page locks.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_PAGEMAP_H
#define _DMASIM_LINUX_PAGEMAP_H

#include <linux/highmem.h>
#include <linux/mm.h>

static inline void release_pages(struct page **pages, int nr)
{
	while (nr-- > 0)
		put_page(*pages++);
}

#endif
