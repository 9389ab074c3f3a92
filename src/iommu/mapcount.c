/* SPDX-License-Identifier: MIT */
/*
 * How many mappings lead to each frame of RAM? A page that is freed while there are
 * any is freed too early, whether or not a device or the IOTLB ever notices.
 * Models iommu.debug_pagealloc (drivers/iommu, 7.0).
 *
 * For all domains, the DMA API's and drivers' own. Off, it costs nothing: the calls
 * that map and unmap ask for it together with the trace (LIB_WATCH_PAGES).
 *
 *	map		+1 for what was mapped, before a failed call is undone
 *	unmap		-1 for what translates, before the entries are cleared; +1
 *			again for what still translates when less went than asked
 *	domain freed	-1 for what still translates
 *
 * What translates our own page tables say, or the driver (iova_to_phys), or, if it
 * cannot be asked, a record of what was mapped (mapcount_record.c).
 *
 * Memory is counted in frames of 4 KiB, whatever the size of a page, or in pieces
 * of the domain's smallest page if that is smaller. The counts are an array as long
 * as RAM, which takes memory where it is touched.
 *
 * I1  While no call on a range is under way, a frame's count is the number of
 *     its pieces that domains translate to, each time counted.
 * I2  What is not RAM has no count: registers, memory of peers.
 * Locks: none; counts are atomic, callers own their ranges.
 * Tests: tests/api/test_iommu_mapcount.c
 */
#include <linux/generic_pt/iommu.h>
#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/mm.h>

#include "iommu/core.h"
#include "mm/mm.h"

#define FRAME_SHIFT 12
#define FRAME_SIZE (1ul << FRAME_SHIFT)
#define NOWHERE ((phys_addr_t)-1)

static atomic_t *counts; /* by frame; NULL: off */
static size_t counts_size;

/* The count for a byte, NULL if it is not RAM. */
static atomic_t *count_of(phys_addr_t phys)
{
	return mm_pfn_is_ram(PHYS_PFN(phys)) ? &counts[phys >> FRAME_SHIFT] :
					       NULL;
}

static void add(phys_addr_t phys)
{
	atomic_t *count = count_of(phys);

	if (count)
		atomic_inc(count);
}

static void drop(phys_addr_t phys)
{
	atomic_t *count = count_of(phys);

	/* A quirk may have mapped what it did not own up to. */
	if (count)
		atomic_dec_if_positive(count);
}

/* Bytes that are counted at once. */
static size_t piece(const struct iommu_domain *domain)
{
	unsigned long sizes = domain->pgsize_bitmap;

	return min(sizes & -sizes, FRAME_SIZE);
}

/* Can nobody say what @domain translates to? */
static bool is_recorded(const struct iommu_domain *domain)
{
	return !domain->is_iommupt && !domain->ops->iova_to_phys;
}

/* Where @iova leads; false: nowhere. Page 0 is one, too: ask for its second byte. */
static bool leads_to(struct iommu_domain *domain, unsigned long iova,
		     phys_addr_t *phys)
{
	unsigned long target;

	if (is_recorded(domain)) {
		if (!iommu_record_find(domain, iova / piece(domain), &target))
			return false;
		*phys = (phys_addr_t)target * piece(domain);
		return true;
	}
	*phys = iommu_iova_to_phys(domain, iova + 1) - 1;
	return *phys != NOWHERE;
}

/* Bytes around @at that lead nowhere, @step at least; 0: so does all behind it. */
static u64 hole(struct iommu_domain *domain, u64 at, size_t step)
{
	struct pt_iommu *pt = container_of(domain, struct pt_iommu, domain);
	struct pt_iommu_path path = {};

	if (!domain->is_iommupt)
		return step;
	pt->ops->find(pt, at, &path);
	if (!path.item[path.level])
		return 0;
	return max_t(u64, step, 1ull << path.item_lg2);
}

static void for_each_piece(struct iommu_domain *domain, u64 at, u64 last,
			   void (*fn)(phys_addr_t phys))
{
	size_t step = piece(domain);
	phys_addr_t phys;

	if (last < at)
		return;
	do {
		if (leads_to(domain, at, &phys)) {
			fn(phys);
			at += step - 1;
		} else {
			at |= hole(domain, at, step) - 1;
		}
	} while (at < last && ++at);
}

/**
 * iommu_mapcount_map() - @size bytes at @iova lead to @paddr now
 *
 * Context: any; the caller owns the range.
 */
void iommu_mapcount_map(struct iommu_domain *domain, unsigned long iova,
			phys_addr_t paddr, size_t size)
{
	size_t at, step = piece(domain);

	if (is_recorded(domain))
		/* Such a driver may let one mapping take the place of another. */
		for_each_piece(domain, iova, iova + size - 1, drop);
	for (at = 0; at < size; at += step)
		if (!is_recorded(domain) ||
		    iommu_record_map(domain, (iova + at) / step,
				     (paddr + at) / step))
			add(paddr + at);
}

/**
 * iommu_mapcount_unmap() - a range is about to be unmapped
 *
 * Context: any; the caller owns the range.
 * Return: for iommu_mapcount_unmapped().
 */
phys_addr_t iommu_mapcount_unmap(struct iommu_domain *domain,
				 unsigned long iova, size_t size)
{
	phys_addr_t last = NOWHERE;

	for_each_piece(domain, iova, iova + size - 1, drop);
	if (!leads_to(domain, iova + size - piece(domain), &last))
		return NOWHERE;
	return last;
}

/**
 * iommu_mapcount_unmapped() - @done of its @size bytes are
 * @last: physical address of the last piece, as iommu_mapcount_unmap() said
 *
 * More than @size go with a larger page at the end.
 *
 * Context: any; the caller owns the range.
 */
void iommu_mapcount_unmapped(struct iommu_domain *domain, unsigned long iova,
			     size_t size, size_t done, phys_addr_t last)
{
	size_t at, step = piece(domain);

	if (IS_ERR_VALUE(done))
		done = 0;
	if (is_recorded(domain))
		iommu_record_unmap(domain, iova / step, done / step);
	if (done < size)
		for_each_piece(domain, iova + done, iova + size - 1, add);
	if (last != NOWHERE)
		for (at = size; at < done; at += step)
			drop(last + step + (at - size));
}

static void drop_recorded(const struct iommu_domain *domain,
			  unsigned long target)
{
	drop((phys_addr_t)target * piece(domain));
}

/**
 * iommu_mapcount_free() - @domain goes, with what it still maps
 *
 * What tables that only their driver knows map cannot be found.
 *
 * Context: any; nobody uses @domain.
 */
void iommu_mapcount_free(struct iommu_domain *domain)
{
	u64 end = domain->geometry.aperture_end;

	iommu_record_free(domain, drop_recorded);
	if (!domain->is_iommupt)
		return;
	for_each_piece(domain, domain->geometry.aperture_start, end, drop);
	/* The other half of addresses with a sign; else nothing is there. */
	if (~end > end)
		for_each_piece(domain, ~end, U64_MAX, drop);
}

/* For mm_set_page_free_check(). */
static bool page_may_be_freed(struct page *page, unsigned int order)
{
	phys_addr_t start = page_to_phys(page), first = 0, at;
	u64 size = PAGE_SIZE << order;
	unsigned int mapped = 0, nr;

	for (at = start; at < start + size; at += FRAME_SIZE) {
		nr = atomic_read(&counts[at >> FRAME_SHIFT]);
		if (nr && !mapped)
			first = at;
		mapped += nr;
	}
	if (mapped)
		lib_event(
			LIB_EVENT_MISUSE, "iommu-page-freed", NULL, first, size,
			"page at physical 0x%llx is freed while IOMMU domains map it: mappings of its block of %llu bytes: %u",
			first, size, mapped);
	return true;
}

/**
 * iommu_mapcount_boot() - count from now on
 *
 * Context: nothing is mapped yet. Return: 0, -ENOMEM, or -ENOSPC.
 */
int iommu_mapcount_boot(void)
{
	int ret;

	counts_size = (PFN_PHYS(max_pfn) >> FRAME_SHIFT) * sizeof(*counts);
	counts = mm_map_anon(counts_size);
	if (!counts)
		return -ENOMEM;
	ret = mm_set_page_free_check(page_may_be_freed);
	if (ret) {
		mm_unmap_anon(counts, counts_size);
		counts = NULL;
		return ret;
	}
	lib_watch(LIB_WATCH_PAGES, true);
	return 0;
}

/** iommu_mapcount_shutdown() - stop; nothing if it never began. */
void iommu_mapcount_shutdown(void)
{
	if (!counts)
		return;
	lib_watch(LIB_WATCH_PAGES, false);
	iommu_record_shutdown();
	mm_clear_page_free_check(page_may_be_freed);
	mm_unmap_anon(counts, counts_size);
	counts = NULL;
}
