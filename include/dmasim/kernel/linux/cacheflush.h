/* SPDX-License-Identifier: MIT */
/*
 * <linux/cacheflush.h>: CPU caches that alias by virtual address.
 *
 * Same: as on x86, where no such cache exists and all of these do nothing.
 * Reduced: nothing.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_CACHEFLUSH_H
#define _DMASIM_LINUX_CACHEFLUSH_H

struct folio;
struct page;

#define ARCH_IMPLEMENTS_FLUSH_DCACHE_PAGE 0

static inline void flush_dcache_page(struct page *page)
{
}

static inline void flush_dcache_folio(struct folio *folio)
{
}

static inline void flush_kernel_vmap_range(void *vaddr, int size)
{
}

static inline void invalidate_kernel_vmap_range(void *vaddr, int size)
{
}

static inline void flush_cache_vmap(unsigned long start, unsigned long end)
{
}

static inline void flush_cache_vunmap(unsigned long start, unsigned long end)
{
}

#endif
