/* SPDX-License-Identifier: MIT */
/*
 * Hot pages: single pages that were just freed and will soon be asked for, last
 * in first out. Page tables come and go with mappings; without this each new
 * table would be a page that no cache has seen, above all when the placement
 * policy scatters.
 * Takes the place of the kernel's per-CPU page lists (mm/page_alloc.c).
 *
 * Debug builds keep nothing here: a freed table must be poisoned at once, so
 * that a walk into it is refused.
 *
 * T1  A page in the stack counts as free in mm_get_stats() and for mm_check().
 * Locks: hot.lock, innermost, safe in any context.
 * Tests: tests/unit/mm/test_hot.c
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/spinlock.h>

#include "mm/internal.h"
#include "mm/mm.h"

#define HOT_PAGES 32

static struct {
	raw_spinlock_t lock;
	unsigned int nr;
	struct page *page[HOT_PAGES];
} hot = { .lock = __RAW_SPIN_LOCK_UNLOCKED(hot.lock) };

/**
 * mm_alloc_hot_page() - a single page, preferably one still in the caches
 * @gfp: as for alloc_page(); __GFP_ZERO is honoured
 *
 * Context: as @gfp allows. Return: the page, or NULL. Failure site "page" counts
 * the call like any other allocation.
 */
struct page *mm_alloc_hot_page(gfp_t gfp)
{
	struct page *page = NULL;
	unsigned long flags;

	if (!READ_ONCE(hot.nr) || (gfp & (__GFP_DMA | __GFP_DMA32)))
		return alloc_page(gfp);
	if (should_fail_site(DMASIM_SITE_PAGE))
		return NULL;
	raw_spin_lock_irqsave(&hot.lock, flags);
	if (hot.nr)
		page = hot.page[--hot.nr];
	raw_spin_unlock_irqrestore(&hot.lock, flags);
	if (!page)
		return alloc_page(gfp);
	if (gfp & __GFP_ZERO)
		clear_page(page_address(page));
	return page;
}

/**
 * mm_free_hot_page() - give back a page of mm_alloc_hot_page()
 * Context: any.
 */
void mm_free_hot_page(struct page *page)
{
	unsigned long flags;
	bool kept = false;

	if (!IS_ENABLED(DMASIM_DEBUG)) {
		raw_spin_lock_irqsave(&hot.lock, flags);
		if (hot.nr < HOT_PAGES) {
			hot.page[hot.nr++] = page;
			kept = true;
		}
		raw_spin_unlock_irqrestore(&hot.lock, flags);
	}
	if (!kept)
		__free_page(page);
}

/** mm_hot_pages() - pages waiting here. Any context. */
unsigned int mm_hot_pages(void)
{
	return READ_ONCE(hot.nr);
}

/** mm_hot_drain() - hand them all to the page allocator. */
void mm_hot_drain(void)
{
	while (hot.nr)
		__free_page(hot.page[--hot.nr]);
}
