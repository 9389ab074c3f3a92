/* SPDX-License-Identifier: MIT */
/*
 * The page allocator: struct pages over the free frames of buddy.c.
 *
 * Models mm/page_alloc.c as its callers see it. The first page of a block in
 * use carries PG_mm_used and the block's order, so that a double free or a free
 * of another order is recognised for every block, compound or not. Such a
 * mistake is reported once, as a WARN event, and then repaired: what was
 * allocated is freed, what is free stays free.
 *
 *	alloc_pages(order 2)		[used,2|      |      |      ]
 *	split_page()			[used,0|used,0|used,0|used,0]
 *	alloc_pages(__GFP_COMP, 2)	[used,2,head|tail|tail|tail]
 *
 * In DMASIM_DEBUG builds freed pages are filled with a pattern that is checked
 * when they are handed out again: a late store of the CPU or of a device is an
 * event "page-written-after-free". The call path of each block is kept.
 *
 * Reduced: no reclaim, no OOM killer: __GFP_NOFAIL panics when memory is out.
 *
 * I1  PG_mm_used is set on exactly the first page of each block in use.
 * I2  A free page has reference count 0 and no flag but PG_mm_poisoned.
 *
 * Locks: none of its own; a block belongs to one thread while it changes hands.
 * Tests: tests/unit/mm/test_page_alloc.c, tests/unit/mm/test_page_model.c
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "mm/internal.h"

#define MAX_FREE_CHECKS 4
/*
 * Not the kernel's PAGE_POISON: every walker of page tables finds an entry of it
 * present, and malformed or leading out of RAM.
 */
#define PAGE_FREE_PATTERN 0xab
#define PATTERN_WORD 0xababababababababul

/* In ->mapping of tail pages, to be noticed. */
#define TAIL_MARK ((struct address_space *)0xdead000000000400ul)

atomic_long_t mm_internal_pages;

static mm_page_free_check_t free_checks[MAX_FREE_CHECKS];
static unsigned int nr_free_checks;

/* Debug builds: call path by frame number of the first page. */
static struct mm_owner *owners;
static size_t owners_size;

/* ---- debugging aids -------------------------------------------------------- */

static void poison_block(struct page *page, unsigned int order)
{
	unsigned long i;

	memset(page_address(page), PAGE_FREE_PATTERN, PAGE_SIZE << order);
	for (i = 0; i < 1ul << order; i++)
		page[i].flags = BIT(PG_mm_poisoned);
}

static void check_poison(struct page *page)
{
	const unsigned long *start = page_address(page), *word = start;

	if (!(page->flags & BIT(PG_mm_poisoned)))
		return;
	/* Each word is like the one before it, from the first on. */
	if (likely(*start == PATTERN_WORD &&
		   !memcmp(start, start + 1, PAGE_SIZE - sizeof(*start))))
		return;
	while (*word == PATTERN_WORD)
		word++;
	lib_event(LIB_EVENT_MISUSE, "page-written-after-free", NULL,
		  page_to_phys(page) + ((void *)word - (void *)start),
		  sizeof(*word),
		  "page %#lx was written after it was freed, at %#lx: %#lx",
		  page_to_pfn(page), (void *)word - (void *)start, *word);
}

static void set_owner(struct page *page, const void *caller)
{
	if (owners)
		mm_owner_capture(&owners[page_to_pfn(page)], caller);
}

static void copy_owner(struct page *to, struct page *from)
{
	if (owners)
		owners[page_to_pfn(to)] = owners[page_to_pfn(from)];
}

/* ---- blocks ---------------------------------------------------------------- */

static inline unsigned int block_order(const struct page *page)
{
	return (page->flags & PG_mm_order_mask) >> PG_mm_order_shift;
}

size_t mm_block_size(const struct page *page)
{
	return page->flags & BIT(PG_mm_used) ? PAGE_SIZE << block_order(page) :
					       0;
}

static inline void mark_used(struct page *page, unsigned int order)
{
	page->flags = BIT(PG_mm_used) | (unsigned long)order
						<< PG_mm_order_shift;
	page->mapping = NULL;
	page->private = 0;
	atomic_set(&page->_mapcount, -1);
	atomic_set(&page->_refcount, 1);
}

static void make_compound(struct page *page, unsigned int order)
{
	struct folio *folio = (struct folio *)page;
	unsigned long i;

	page->flags |= BIT(PG_head);
	for (i = 1; i < 1ul << order; i++) {
		page[i].compound_head = (unsigned long)page | 1;
		page[i].mapping = TAIL_MARK;
		atomic_set(&page[i]._mapcount, -1);
	}
	folio->_flags_1 = order;
	folio->_nr_pages = 1ul << order;
}

static void report_exhausted(gfp_t gfp, unsigned int order, const char *why)
{
	if (gfp & __GFP_NOWARN)
		return;
	lib_event(
		LIB_EVENT_REFUSAL, "page-alloc", NULL, 0, PAGE_SIZE << order,
		"page allocation failure (%s): order:%u, mode:%#x, %lu pages free",
		why, order, (__force unsigned int)gfp, buddy_pages_free());
}

/**
 * mm_alloc_block() - take a block, without being a failure site
 * @gfp: zone, __GFP_ZERO, __GFP_COMP, __GFP_NOWARN, __GFP_NOFAIL
 * @order: lg2 of the number of pages
 * @contiguous: place as MM_LAYOUT_CONTIGUOUS whatever the policy
 * @caller: return address of the API function
 *
 * Context: any.
 * Return: the first page with one reference, or NULL.
 */
struct page *mm_alloc_block(gfp_t gfp, unsigned int order, bool contiguous,
			    const void *caller)
{
	unsigned long i, pfn;
	struct page *page;

	pfn = buddy_alloc(gfp_zone(gfp), order, contiguous);
	if (unlikely(pfn == BUDDY_NONE)) {
		if (gfp & __GFP_NOFAIL)
			panic("out of memory: order %u with __GFP_NOFAIL",
			      order);
		report_exhausted(gfp, order, "out of memory");
		return NULL;
	}

	page = pfn_to_page(pfn);
	if (SLAB_DEBUG) {
		for (i = 0; i < 1ul << order; i++) {
			check_poison(page + i);
			page[i].flags = 0;
		}
		set_owner(page, caller);
	}
	mark_used(page, order);
	if (order && gfp & __GFP_COMP)
		make_compound(page, order);
	if (gfp & __GFP_ZERO)
		memset(page_address(page), 0, PAGE_SIZE << order);
	return page;
}

static bool may_free(struct page *page, unsigned int order)
{
	unsigned int i;

	for (i = 0; i < nr_free_checks; i++)
		if (!free_checks[i](page, order))
			return false;
	return true;
}

static void report_bad_free(struct page *page, unsigned int order,
			    const char *why)
{
	lib_event(LIB_EVENT_WARN, "page-bad-free", NULL, page_to_phys(page),
		  PAGE_SIZE << order, "bad free of page %#lx, order %u: %s",
		  page_to_pfn(page), order, why);
}

/**
 * mm_free_block() - give a block back
 * @page: its first page, without references
 * @order: as the caller believes; the block's own counts
 *
 * Context: any.
 */
void mm_free_block(struct page *page, unsigned int order)
{
	unsigned long i;

	if (unlikely(!(page->flags & BIT(PG_mm_used)))) {
		report_bad_free(page, order,
				buddy_is_free(page_to_pfn(page)) ?
					"it is free already" :
					"not the first page of a block");
		return;
	}
	if (unlikely(block_order(page) != order)) {
		report_bad_free(page, order, "allocated with another order");
		order = block_order(page);
	}
	if (unlikely(page->flags & PAGE_FLAGS_CHECK_AT_FREE))
		report_bad_free(page, order,
				"locked, in writeback or reserved");
	if (unlikely(READ_ONCE(nr_free_checks)) && !may_free(page, order))
		return;

	if (page->flags & BIT(PG_head)) {
		for (i = 1; i < 1ul << order; i++) {
			page[i].compound_head = 0;
			page[i].mapping = NULL;
		}
		((struct folio *)page)->_flags_1 = 0;
		((struct folio *)page)->_nr_pages = 0;
	}
	page->flags = 0;
	page->mapping = NULL;
	if (SLAB_DEBUG)
		poison_block(page, order);
	buddy_free(page_to_pfn(page), order);
}

/**
 * mm_split_block() - make each page of a block a block of its own
 * @page: first page of a block that is not compound
 * @order: of the block
 *
 * Context: any. Every page then has one reference and the flags of the first.
 */
void mm_split_block(struct page *page, unsigned int order)
{
	unsigned long i, flags = page->flags & ~PG_mm_order_mask;

	for (i = 0; i < 1ul << order; i++) {
		if (i) {
			mark_used(page + i, 0);
			copy_owner(page + i, page);
		}
		page[i].flags = flags;
	}
}

/* ---- the kernel's interface -------------------------------------------------- */

static struct page *alloc_pages_by(gfp_t gfp, unsigned int order,
				   const void *caller)
{
	if (WARN_ON_ONCE(order > MAX_PAGE_ORDER))
		return NULL;
	might_sleep_if(SLAB_DEBUG && gfpflags_allow_blocking(gfp));
	if (should_fail_site(DMASIM_SITE_PAGE) && !(gfp & __GFP_NOFAIL)) {
		report_exhausted(gfp, order, "injected");
		return NULL;
	}
	return mm_alloc_block(gfp, order, false, caller);
}

/**
 * alloc_pages() - allocate 2^@order physically contiguous pages
 * @gfp: flags
 * @order: 0..MAX_PAGE_ORDER
 *
 * Context: may sleep if @gfp says so. Failure site "page".
 * Return: the first page, aligned to its size; NULL.
 */
struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	return alloc_pages_by(gfp, order, MM_CALLER());
}
EXPORT_SYMBOL(alloc_pages);

/**
 * __get_free_pages() - alloc_pages() as an address
 * @gfp: flags
 * @order: 0..MAX_PAGE_ORDER
 *
 * Context: as alloc_pages().
 * Return: address in the linear map, or 0.
 */
unsigned long __get_free_pages(gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages_by(gfp, order, MM_CALLER());

	return page ? (unsigned long)page_address(page) : 0;
}
EXPORT_SYMBOL(__get_free_pages);

/**
 * get_zeroed_page() - one page of zeroes
 * @gfp: flags
 *
 * Context: as alloc_pages().
 * Return: address in the linear map, or 0.
 */
unsigned long get_zeroed_page(gfp_t gfp)
{
	struct page *page = alloc_pages_by(gfp | __GFP_ZERO, 0, MM_CALLER());

	return page ? (unsigned long)page_address(page) : 0;
}
EXPORT_SYMBOL(get_zeroed_page);

/**
 * __free_pages() - drop the allocator's reference to a block
 * @page: as alloc_pages() returned it
 * @order: as asked for
 *
 * If somebody else holds a reference to the first page, only that page stays;
 * the last put_page() frees it.
 *
 * Context: any.
 */
void __free_pages(struct page *page, unsigned int order)
{
	unsigned int i;

	if (unlikely(page_ref_count(page) <= 0)) {
		report_bad_free(page, order,
				buddy_is_free(page_to_pfn(page)) ?
					"it is free already" :
					"no references");
		return;
	}
	if (likely(page_ref_dec_and_test(page))) {
		mm_free_block(page, order);
		return;
	}
	if (!order || PageHead(page) || block_order(page) != order)
		return;

	/* Cut off everything behind the page that is still in use. */
	mm_split_block(page, order);
	for (i = 1; i < 1u << order; i++)
		__free_pages(page + i, 0);
}
EXPORT_SYMBOL(__free_pages);

/**
 * free_pages() - __free_pages() by address
 * @addr: of __get_free_pages(); 0 does nothing
 * @order: as asked for
 *
 * Context: any.
 */
void free_pages(unsigned long addr, unsigned int order)
{
	if (!addr)
		return;
	if (WARN_ON_ONCE(!virt_addr_valid(addr)))
		return;
	__free_pages(virt_to_page(addr), order);
}
EXPORT_SYMBOL(free_pages);

/**
 * __folio_put() - the last reference of a folio is gone
 * @folio: reference count 0
 *
 * Context: any.
 */
void __folio_put(struct folio *folio)
{
	if (unlikely(folio_is_zone_device(folio)))
		lib_unimplemented("put_page of a ZONE_DEVICE page");
	mm_free_block(&folio->page, folio_order(folio));
}
EXPORT_SYMBOL(__folio_put);

/**
 * split_page() - free the pages of a block one by one from now on
 * @page: first page of a block that is not compound
 * @order: as allocated
 *
 * Context: any. Each page gets a reference of its own.
 */
void split_page(struct page *page, unsigned int order)
{
	if (WARN_ON_ONCE(PageCompound(page) || !page_count(page)))
		return;
	mm_split_block(page, order);
}
EXPORT_SYMBOL(split_page);

/**
 * alloc_pages_exact() - contiguous pages, without rounding up to 2^n
 * @size: bytes
 * @gfp: flags; not __GFP_COMP
 *
 * Context: as alloc_pages().
 * Return: address of PAGE_ALIGN(@size) bytes, or NULL.
 */
void *alloc_pages_exact(size_t size, gfp_t gfp)
{
	unsigned int order = get_order(size);
	struct page *page, *end;

	if (WARN_ON_ONCE(gfp & __GFP_COMP))
		gfp &= ~__GFP_COMP;
	page = alloc_pages_by(gfp, order, MM_CALLER());
	if (!page)
		return NULL;
	mm_split_block(page, order);
	for (end = page + (1ul << order); --end >= page + PFN_UP(size);)
		__free_pages(end, 0);
	return page_address(page);
}
EXPORT_SYMBOL(alloc_pages_exact);

/**
 * free_pages_exact() - free what alloc_pages_exact() returned
 * @virt: address; NULL does nothing
 * @size: as asked for
 *
 * Context: any.
 */
void free_pages_exact(void *virt, size_t size)
{
	unsigned long i;

	for (i = 0; virt && i < PFN_UP(size); i++)
		__free_pages(virt_to_page(virt) + i, 0);
}
EXPORT_SYMBOL(free_pages_exact);

/**
 * alloc_pages_bulk_noprof() - fill the empty slots of an array with pages
 * @gfp: flags
 * @nid: ignored
 * @nodemask: ignored
 * @nr_pages: slots
 * @page_array: slots that are not NULL are left alone
 *
 * Context: as alloc_pages().
 * Return: slots filled from the start, old ones included.
 */
unsigned long alloc_pages_bulk_noprof(gfp_t gfp, int nid, nodemask_t *nodemask,
				      int nr_pages, struct page **page_array)
{
	const void *caller = MM_CALLER();
	int i;

	for (i = 0; i < nr_pages; i++) {
		if (!page_array[i])
			page_array[i] = alloc_pages_by(gfp, 0, caller);
		if (!page_array[i])
			break;
	}
	return i;
}
EXPORT_SYMBOL(alloc_pages_bulk_noprof);

/* ---- for other folders ------------------------------------------------------- */

/**
 * mm_set_page_free_check() - ask @fn before each block is freed
 * @fn: see mm_page_free_check_t
 *
 * Context: nobody frees pages meanwhile.
 * Return: 0, -EEXIST, or -ENOSPC.
 */
int mm_set_page_free_check(mm_page_free_check_t fn)
{
	unsigned int i;

	for (i = 0; i < nr_free_checks; i++)
		if (free_checks[i] == fn)
			return -EEXIST;
	if (nr_free_checks == MAX_FREE_CHECKS)
		return -ENOSPC;
	free_checks[nr_free_checks++] = fn;
	return 0;
}

/**
 * mm_clear_page_free_check() - do not ask @fn any more
 * @fn: of mm_set_page_free_check()
 *
 * Context: nobody frees pages meanwhile.
 */
void mm_clear_page_free_check(mm_page_free_check_t fn)
{
	unsigned int i;

	for (i = 0; i < nr_free_checks; i++)
		if (free_checks[i] == fn)
			free_checks[i] = free_checks[--nr_free_checks];
}

/**
 * page_alloc_boot() - start recording call paths
 *
 * Context: once, after memmap_boot(). Without memory for the records there are
 * none.
 */
void page_alloc_boot(void)
{
	atomic_long_set(&mm_internal_pages, 0);
	if (!SLAB_DEBUG)
		return;
	owners_size = PAGE_ALIGN(max_pfn * sizeof(*owners));
	owners = mm_map_anon(owners_size);
}

/**
 * page_alloc_shutdown() - stop recording call paths, drop checks
 *
 * Context: nobody allocates any more.
 */
void page_alloc_shutdown(void)
{
	mm_unmap_anon(owners, owners_size);
	owners = NULL;
	nr_free_checks = 0;
}

/**
 * page_alloc_check() - report blocks that nobody gave back
 *
 * Context: nobody allocates meanwhile.
 * Return: number of blocks.
 */
unsigned int page_alloc_check(void)
{
	unsigned long pages = buddy_pages_total() - buddy_pages_free();
	struct mm_leaks leaks = {};
	unsigned int r, nr = 0;

	/* Looking at every struct page is slow: only if something is wrong. */
	if (pages == atomic_long_read(&mm_internal_pages))
		return 0;
	for (r = 0; r < mm_nr_ranges; r++) {
		unsigned long pfn = mm_ranges[r].start;

		while (pfn < mm_ranges[r].end) {
			struct page *page = pfn_to_page(pfn);
			unsigned int order = block_order(page);

			pfn += 1ul << order;
			if (!(page->flags & BIT(PG_mm_used)) ||
			    page->flags & MM_PAGE_INTERNAL)
				continue;
			nr++;
			mm_leaks_add(&leaks, order ? "page blocks" : "pages",
				     owners ? &owners[page_to_pfn(page)] : NULL,
				     page_to_phys(page), PAGE_SIZE << order);
		}
	}
	mm_leaks_report(&leaks, "page-leak");
	return nr;
}
