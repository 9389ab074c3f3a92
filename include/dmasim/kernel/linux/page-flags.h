/* SPDX-License-Identifier: MIT */
/*
 * <linux/page-flags.h>: flags of a page and their accessors.
 *
 * Same: names, compound_head(), page_folio(), folio_page(); Set/Clear are
 *	atomic, the forms with two underscores are not.
 * Reduced: bit numbers are ours; flags of the page cache and of reclaim exist
 *	but nobody acts on them. PageSlab is a flag, not a page type. A flag is that of the very page, never redirected to the
 *	head of a compound page.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_PAGE_FLAGS_H
#define _DMASIM_LINUX_PAGE_FLAGS_H

#include <linux/bitops.h>
#include <linux/mm_types.h>
#include <linux/mmdebug.h>
#include <linux/types.h>

enum pageflags {
	PG_locked,
	PG_writeback,
	PG_referenced,
	PG_uptodate,
	PG_dirty,
	PG_lru,
	PG_head,
	PG_waiters,
	PG_active,
	PG_workingset,
	PG_owner_priv_1,
	PG_owner_2,
	PG_arch_1,
	PG_reserved,
	PG_private,
	PG_private_2,
	PG_reclaim,
	PG_swapbacked,
	PG_unevictable,
	PG_mlocked,
	PG_hwpoison,
	__NR_PAGEFLAGS,
	PG_readahead = PG_reclaim,
	PG_checked = PG_owner_priv_1,
	PG_swapcache = PG_owner_priv_1,
	PG_mappedtodisk = PG_owner_2,

	/* The page allocator's own, see src/mm/page_alloc.c. */
	/* clang-format off */
	PG_mm_used = 40,	/* first page of a block in use */
	PG_mm_poisoned,		/* free, contents are the free pattern */
	PG_mm_slab,		/* belongs to an extent of a slab arena */
	PG_mm_cache,		/* of the arena of kmem_cache objects */
	PG_mm_large,		/* first page of a large kmalloc block */
	PG_mm_vmalloc,		/* belongs to a vmalloc area */
	PG_mm_device,		/* ZONE_DEVICE */
	/* clang-format on */
};

/* Order of a block in use, in the flags of its first page. */
#define PG_mm_order_shift 56
#define PG_mm_order_mask (0xful << PG_mm_order_shift)

/* Flags that an owner may have set and that must be gone when it frees. */
#define PAGE_FLAGS_CHECK_AT_FREE \
	(BIT(PG_locked) | BIT(PG_writeback) | BIT(PG_lru) | BIT(PG_reserved))

#define PF_POISONED_CHECK(page) (page)

/**
 * compound_head() - first page of the compound page @page belongs to
 *
 * @page itself if it is no tail.
 */
static inline struct page *dmasim_compound_head(const struct page *page)
{
	unsigned long word = READ_ONCE(page->compound_head);

	return (struct page *)(word & 1 ? word - 1 : (unsigned long)page);
}

#define compound_head(page) ((typeof(page))dmasim_compound_head(page))

/* clang-format off */
#define page_folio(p) (_Generic((p),						\
	const struct page *: (const struct folio *)dmasim_compound_head(p),	\
	struct page *: (struct folio *)dmasim_compound_head(p)))
/* clang-format on */

#define folio_page(folio, n) (&(folio)->page + (n))

#define DMASIM_TESTFLAG(name, lname, bit)                               \
	static __always_inline bool Page##name(const struct page *page) \
	{                                                               \
		return READ_ONCE(page->flags) >> (bit)&1;               \
	}                                                               \
	static __always_inline bool folio_test_##lname(                 \
		const struct folio *folio)                              \
	{                                                               \
		return READ_ONCE(folio->flags) >> (bit)&1;              \
	}

#define DMASIM_PAGEFLAG(name, lname, bit)                                      \
	DMASIM_TESTFLAG(name, lname, bit)                                      \
	static __always_inline void SetPage##name(struct page *page)           \
	{                                                                      \
		set_bit(bit, &page->flags);                                    \
	}                                                                      \
	static __always_inline void ClearPage##name(struct page *page)         \
	{                                                                      \
		clear_bit(bit, &page->flags);                                  \
	}                                                                      \
	static __always_inline void __SetPage##name(struct page *page)         \
	{                                                                      \
		page->flags |= BIT(bit);                                       \
	}                                                                      \
	static __always_inline void __ClearPage##name(struct page *page)       \
	{                                                                      \
		page->flags &= ~BIT(bit);                                      \
	}                                                                      \
	static __always_inline bool TestSetPage##name(struct page *page)       \
	{                                                                      \
		return test_and_set_bit(bit, &page->flags);                    \
	}                                                                      \
	static __always_inline bool TestClearPage##name(struct page *page)     \
	{                                                                      \
		return test_and_clear_bit(bit, &page->flags);                  \
	}                                                                      \
	static __always_inline void folio_set_##lname(struct folio *folio)     \
	{                                                                      \
		set_bit(bit, &folio->flags);                                   \
	}                                                                      \
	static __always_inline void folio_clear_##lname(struct folio *folio)   \
	{                                                                      \
		clear_bit(bit, &folio->flags);                                 \
	}                                                                      \
	static __always_inline void __folio_set_##lname(struct folio *folio)   \
	{                                                                      \
		folio->flags |= BIT(bit);                                      \
	}                                                                      \
	static __always_inline void __folio_clear_##lname(struct folio *folio) \
	{                                                                      \
		folio->flags &= ~BIT(bit);                                     \
	}

DMASIM_PAGEFLAG(Locked, locked, PG_locked)
DMASIM_PAGEFLAG(Writeback, writeback, PG_writeback)
DMASIM_PAGEFLAG(Referenced, referenced, PG_referenced)
DMASIM_PAGEFLAG(Uptodate, uptodate, PG_uptodate)
DMASIM_PAGEFLAG(Dirty, dirty, PG_dirty)
DMASIM_PAGEFLAG(LRU, lru, PG_lru)
DMASIM_PAGEFLAG(Active, active, PG_active)
DMASIM_PAGEFLAG(Reserved, reserved, PG_reserved)
DMASIM_PAGEFLAG(Private, private, PG_private)
DMASIM_PAGEFLAG(Private2, private_2, PG_private_2)
DMASIM_PAGEFLAG(Checked, checked, PG_checked)
DMASIM_PAGEFLAG(SwapBacked, swapbacked, PG_swapbacked)
DMASIM_PAGEFLAG(SwapCache, swapcache, PG_swapcache)
DMASIM_PAGEFLAG(HWPoison, hwpoison, PG_hwpoison)
DMASIM_PAGEFLAG(Head, head, PG_head)
DMASIM_TESTFLAG(Slab, slab, PG_mm_slab)
DMASIM_TESTFLAG(LargeKmalloc, large_kmalloc, PG_mm_large)

#undef DMASIM_PAGEFLAG
#undef DMASIM_TESTFLAG

static __always_inline bool PageTail(const struct page *page)
{
	return READ_ONCE(page->compound_head) & 1;
}

static __always_inline bool PageCompound(const struct page *page)
{
	return PageHead(page) || PageTail(page);
}

static inline bool folio_test_large(const struct folio *folio)
{
	return folio_test_head(folio);
}

static inline bool PageTransHuge(const struct page *page)
{
	return PageHead(page);
}

static inline bool PageTransCompound(const struct page *page)
{
	return PageCompound(page);
}

static inline bool PageHuge(const struct page *page)
{
	return false;
}

static inline bool PageAnon(const struct page *page)
{
	return (unsigned long)page->mapping & 1;
}

static inline bool folio_test_anon(const struct folio *folio)
{
	return (unsigned long)folio->mapping & 1;
}

static inline bool folio_test_hugetlb(const struct folio *folio)
{
	return false;
}

#endif
