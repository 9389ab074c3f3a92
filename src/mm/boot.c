/* SPDX-License-Identifier: MIT */
/*
 * Starting and stopping memory management.
 *
 * Order: map of RAM, free frames, pages, vmalloc window, slab. Stopping is the
 * reverse; whatever is still allocated goes, too, because RAM itself does.
 *
 * Locks: none, one thread.
 * Tests: tests/unit/mm/test_leaks.c
 */
#include <linux/errno.h>
#include <linux/mm.h>

#include "mm/internal.h"

/**
 * mm_boot() - all of RAM becomes usable
 * @params: placement and seed
 *
 * Context: after hw_init() and lib_boot().
 * Return: 0; -ENODEV without RAM; -ENOMEM (nothing is left behind).
 */
int mm_boot(const struct mm_params *params)
{
	int ret;

	ret = memmap_boot();
	if (ret)
		return ret;
	ret = buddy_boot(params->layout, params->seed);
	if (ret)
		goto err_memmap;
	page_alloc_boot();
	ret = encrypt_boot();
	if (ret)
		goto err_pages;
	ret = vmalloc_boot();
	if (ret)
		goto err_pages;
	ret = slab_boot();
	if (ret)
		goto err_vmalloc;
	return 0;

err_vmalloc:
	vmalloc_shutdown();
err_pages:
	page_alloc_shutdown();
	buddy_shutdown();
err_memmap:
	memmap_shutdown();
	return ret;
}

/**
 * mm_check() - report everything that was not given back
 *
 * Events: "page-leak", "slab-leak", "cache-leak", "vmalloc-leak", "vma-leak", one for each
 * kind and, in DMASIM_DEBUG builds, call path.
 *
 * Context: nobody allocates meanwhile.
 * Return: number of blocks, objects, caches and areas.
 */
unsigned int mm_check(void)
{
	unsigned int nr;

	mm_hot_drain();
	nr = vma_check();
	nr += slab_check();
	nr += vmalloc_check();
	return nr + page_alloc_check();
}

/**
 * mm_shutdown() - forget all memory
 *
 * Context: nobody uses memory any more.
 */
void mm_shutdown(void)
{
	vma_shutdown();
	mm_hot_drain();
	slab_shutdown();
	vmalloc_shutdown();
	page_alloc_shutdown();
	buddy_shutdown();
	memmap_shutdown();
}

/* Freed before and poisoned: nobody looks after them now. */
static void forget_owners(unsigned long pfn, unsigned long nr_pages)
{
	unsigned long i;

	for (i = 0; SLAB_DEBUG && i < nr_pages; i++)
		if (pfn_to_page(pfn + i)->flags)
			pfn_to_page(pfn + i)->flags = 0;
}

/**
 * mm_reserve() - set contiguous memory aside, as an early boot step would
 * @nr_pages: power of two, also more than the page allocator's largest block
 * @low: below 4 GiB
 *
 * Taken from the top, where it is in nobody's way. Before any allocation the
 * pages are zero; later they hold what their last user left.
 *
 * Context: any.
 * Return: the first page; NULL if so much does not lie side by side.
 */
struct page *mm_reserve(unsigned long nr_pages, bool low)
{
	return mm_reserve_zone(nr_pages, low ? ZONE_DMA32 : ZONE_NORMAL);
}

/** mm_reserve_zone() - mm_reserve() in @zone, or below where that is full. */
struct page *mm_reserve_zone(unsigned long nr_pages, enum zone_type zone)
{
	unsigned long pfn = buddy_alloc_run(zone, nr_pages);

	if (pfn == BUDDY_NONE)
		return NULL;
	forget_owners(pfn, nr_pages);
	return pfn_to_page(pfn);
}

/** mm_unreserve() - the allocator gets them back. Context: any. */
void mm_unreserve(struct page *page, unsigned long nr_pages)
{
	buddy_free_run(page_to_pfn(page), nr_pages);
}

/**
 * mm_reserve_at() - set given memory aside
 * @phys: page aligned
 * @nr_pages: any number
 *
 * Context: any. Return: false unless all of it is free RAM of one zone.
 */
bool mm_reserve_at(phys_addr_t phys, unsigned long nr_pages)
{
	unsigned long pfn = PHYS_PFN(phys);

	if (!buddy_take_run(pfn, nr_pages))
		return false;
	forget_owners(pfn, nr_pages);
	return true;
}

/** mm_unreserve_at() - the allocator gets them back. Context: any. */
void mm_unreserve_at(struct page *page, unsigned long nr_pages)
{
	unsigned long pfn = page_to_pfn(page), end = pfn + nr_pages;

	for (; pfn < end; pfn++)
		buddy_free(pfn, 0);
}

/**
 * mm_set_layout() - placement of single pages from now on
 * @layout: the policy
 *
 * Context: any.
 */
void mm_set_layout(enum mm_layout layout)
{
	buddy_set_layout(layout);
}

/**
 * mm_get_stats() - figures of the moment
 * @stats: result
 *
 * Context: any; exact if nobody allocates meanwhile.
 */
void mm_get_stats(struct mm_stats *stats)
{
	stats->pages_total = buddy_pages_total();
	stats->pages_free = buddy_pages_free() + mm_hot_pages();
	stats->slab_objects = lib_counter_read(&slab_objects);
	stats->slab_bytes = lib_counter_read(&slab_bytes);
}
