/* SPDX-License-Identifier: MIT */
/*
 * IOMMU core: mapping, unmapping and translating in one domain.
 * Models drivers/iommu/iommu.c (iommu_map and relatives), 6.17.
 *
 * The checks and their order are 6.17's. A domain on our page tables
 * (is_iommupt) takes the whole range in one indirect call; any other driver is
 * fed page size by page size through map_pages/unmap_pages.
 *
 * I1  After a failed map nothing of the asked range translates.
 * I2  Misaligned requests never reach a driver.
 * I3  A gather is re-initialised by iommu_iotlb_sync(), its freelist having
 *     been given to the driver first.
 * Locks: none; the caller owns the address range.
 * Tests: tests/api/test_iommu_core*.c, tests/unit/iommu/test_group.c, test_driver.c
 */
#include <linux/generic_pt/iommu.h>
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/overflow.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <trace/events/iommu.h>

#include "iommu/core.h"

struct iommu_core_counters iommu_counters;

void iommu_get_stats(struct iommu_core_stats *stats)
{
	stats->maps = lib_counter_read(&iommu_counters.maps);
	stats->unmaps = lib_counter_read(&iommu_counters.unmaps);
	stats->syncs = lib_counter_read(&iommu_counters.syncs);
	stats->flushes_all = lib_counter_read(&iommu_counters.flushes_all);
	stats->empty_syncs = lib_counter_read(&iommu_counters.empty_syncs);
	stats->invalidations = lib_counter_read(&iommu_counters.invalidations);
	stats->asked_bytes = lib_counter_read(&iommu_counters.asked_bytes);
	stats->unmapped_bytes =
		lib_counter_read(&iommu_counters.unmapped_bytes);
}

/*
 * The largest page size for the start of a range, and how many of it before a
 * larger one fits. @paddr is the iova itself when unmapping.
 */
static size_t iommu_pgsize(struct iommu_domain *domain, unsigned long iova,
			   phys_addr_t paddr, size_t size, size_t *count)
{
	unsigned long bitmap = domain->pgsize_bitmap;
	unsigned long fit, larger, both = iova | paddr;
	size_t pgsize, next, to_next;

	fit = bitmap & GENMASK(__fls(size), 0);
	if (both)
		fit &= GENMASK(__ffs(both), 0);
	if (WARN_ON(!fit))
		return 0;
	pgsize = BIT(__fls(fit));

	larger = bitmap & ~(pgsize | (pgsize - 1));
	if (larger) {
		next = larger & -larger;
		to_next = next - (iova & (next - 1));
		if (!((iova ^ paddr) & (next - 1)) && to_next + next > next &&
		    to_next + next <= size)
			size = to_next;
	}
	*count = size / pgsize;
	return pgsize;
}

/* A driver of 6.17 does not look at ends. 0, -EOVERFLOW, -ERANGE. */
static int iommu_range_fits(const struct iommu_domain *domain,
			    unsigned long iova, phys_addr_t paddr, size_t size)
{
	const struct iommu_domain_geometry *geometry = &domain->geometry;
	unsigned long last;
	phys_addr_t last_paddr;

	if (check_add_overflow(iova, size - 1, &last) ||
	    check_add_overflow(paddr, (phys_addr_t)size - 1, &last_paddr))
		return -EOVERFLOW;
	if (geometry->force_aperture &&
	    (iova < geometry->aperture_start || last > geometry->aperture_end))
		return -ERANGE;
	return 0;
}

/* The driver's own page tables: one call a run of equal pages. */
static int iommu_map_by_pages(struct iommu_domain *domain, unsigned long iova,
			      phys_addr_t paddr, size_t size, int prot,
			      gfp_t gfp, size_t *done)
{
	int ret;

	ret = iommu_range_fits(domain, iova, paddr, size);
	while (*done < size && !ret) {
		size_t mapped = 0, count, pgsize;

		pgsize = iommu_pgsize(domain, iova + *done, paddr + *done,
				      size - *done, &count);
		if (!pgsize)
			return -EINVAL;
		ret = domain->ops->map_pages(domain, iova + *done,
					     paddr + *done, pgsize, count, prot,
					     gfp, &mapped);
		if (WARN_ON_ONCE(!ret && !mapped))
			ret = -EIO;
		*done += mapped;
	}
	return ret;
}

/* I1. Not inlined, so that a map that succeeds keeps nothing for it. */
noinline int iommu_map_undo(struct iommu_domain *domain, unsigned long iova,
			    size_t done, int ret)
{
	if (done)
		iommu_unmap(domain, iova, done);
	return ret;
}

/* The checks in 6.17's order. */
int iommu_map_slow(struct iommu_domain *domain, unsigned long iova,
		   phys_addr_t paddr, size_t size, int prot, gfp_t gfp)
{
	struct pt_iommu *pt = container_of(domain, struct pt_iommu, domain);
	size_t done = 0;
	int ret;

	if (!(domain->type & __IOMMU_DOMAIN_PAGING))
		return -EINVAL;
	if (WARN_ON(!domain->pgsize_bitmap ||
		    !(domain->is_iommupt || domain->ops->map_pages)))
		return -ENODEV;
	if (WARN_ON_ONCE(gfp & IOMMU_BAD_GFP))
		return -EINVAL;
	if (iommu_misaligned(domain, iova | paddr | size)) {
		pr_err("iommu: map unaligned: iova 0x%lx pa %pa size 0x%zx min_pagesz 0x%lx\n",
		       iova, &paddr, size,
		       domain->pgsize_bitmap & -domain->pgsize_bitmap);
		return -EINVAL;
	}
	if (domain->is_iommupt && (prot & IOMMU_UNKNOWN_PROT)) {
		pr_err("iommu: map: unknown protection bits 0x%x\n",
		       prot & IOMMU_UNKNOWN_PROT);
		return -EINVAL;
	}
	if (!size)
		ret = 0;
	else if (domain->is_iommupt)
		ret = pt->ops->map_range(pt, iova, paddr, size, prot, gfp,
					 &done);
	else
		ret = iommu_map_by_pages(domain, iova, paddr, size, prot, gfp,
					 &done);
	if (lib_watched(LIB_WATCH_PAGES))
		iommu_mapcount_map(domain, iova, paddr, ret ? done : size);
	if (ret)
		return iommu_map_undo(domain, iova, done, ret);
	trace_map(iova, paddr, size);
	if (size)
		lib_counter_add(&iommu_counters.maps, 1);
	return 0;
}

int iommu_map_nosync(struct iommu_domain *domain, unsigned long iova,
		     phys_addr_t paddr, size_t size, int prot, gfp_t gfp)
{
	might_sleep_if(gfpflags_allow_blocking(gfp));
	if (lib_watched(IOMMU_WATCHED))
		return iommu_map_slow(domain, iova, paddr, size, prot, gfp);
	return iommu_map_untraced(domain, iova, paddr, size, prot, gfp);
}
EXPORT_SYMBOL_GPL(iommu_map_nosync);

int iommu_sync_map(struct iommu_domain *domain, unsigned long iova, size_t size)
{
	if (!domain->ops->iotlb_sync_map)
		return 0;
	lib_counter_add(&iommu_counters.syncs, 1);
	return domain->ops->iotlb_sync_map(domain, iova, size);
}
EXPORT_SYMBOL_GPL(iommu_sync_map);

int iommu_map(struct iommu_domain *domain, unsigned long iova,
	      phys_addr_t paddr, size_t size, int prot, gfp_t gfp)
{
	int ret;

	ret = iommu_map_nosync(domain, iova, paddr, size, prot, gfp);
	if (ret)
		return ret;
	ret = iommu_sync_map(domain, iova, size);
	if (ret)
		iommu_unmap(domain, iova, size);
	return ret;
}
EXPORT_SYMBOL_GPL(iommu_map);

static size_t iommu_unmap_by_pages(struct iommu_domain *domain,
				   unsigned long iova, size_t size,
				   struct iommu_iotlb_gather *gather)
{
	size_t done = 0;

	if (iommu_range_fits(domain, iova, 0, size))
		return 0;
	while (done < size) {
		size_t count, removed;
		size_t pgsize = iommu_pgsize(domain, iova + done, iova + done,
					     size - done, &count);

		if (!pgsize)
			break;
		removed = domain->ops->unmap_pages(domain, iova + done, pgsize,
						   count, gather);
		if (!removed)
			break;
		done += removed;
	}
	return done;
}

static __always_inline size_t
__iommu_unmap_fast(struct iommu_domain *domain, unsigned long iova, size_t size,
		   struct iommu_iotlb_gather *gather, bool watched)
{
	bool counted = watched && lib_watched(LIB_WATCH_PAGES);
	phys_addr_t last = 0;
	size_t done;

	if (unlikely(!(domain->type & __IOMMU_DOMAIN_PAGING)))
		return 0;
	if (WARN_ON(!domain->pgsize_bitmap ||
		    !(domain->is_iommupt || domain->ops->unmap_pages)))
		return 0;
	if (unlikely(iommu_misaligned(domain, iova | size))) {
		pr_err("iommu: unmap unaligned: iova 0x%lx size 0x%zx min_pagesz 0x%lx\n",
		       iova, size,
		       domain->pgsize_bitmap & -domain->pgsize_bitmap);
		return 0;
	}
	if (unlikely(!size)) {
		if (watched)
			trace_unmap(iova, 0, 0);
		return 0;
	}

	if (counted)
		last = iommu_mapcount_unmap(domain, iova, size);
	if (likely(domain->is_iommupt)) {
		struct pt_iommu *pt = iommupt_from_domain(domain);

		done = pt->ops->unmap_range(pt, iova, size, gather);
	} else {
		done = iommu_unmap_by_pages(domain, iova, size, gather);
	}
	if (counted)
		iommu_mapcount_unmapped(domain, iova, size, done, last);
	if (watched)
		trace_unmap(iova, size, done);
	lib_counter_add(&iommu_counters.unmaps, 1);
	lib_counter_add(&iommu_counters.unmapped_bytes, done);
	return done;
}

/* Apart, so that the other one keeps nothing for the observers. */
static noinline size_t iommu_unmap_watched(struct iommu_domain *domain,
					   unsigned long iova, size_t size,
					   struct iommu_iotlb_gather *gather)
{
	return __iommu_unmap_fast(domain, iova, size, gather, true);
}

size_t iommu_unmap_fast(struct iommu_domain *domain, unsigned long iova,
			size_t size, struct iommu_iotlb_gather *gather)
{
	if (lib_watched(IOMMU_WATCHED))
		return iommu_unmap_watched(domain, iova, size, gather);
	return __iommu_unmap_fast(domain, iova, size, gather, false);
}
EXPORT_SYMBOL_GPL(iommu_unmap_fast);

size_t iommu_unmap(struct iommu_domain *domain, unsigned long iova, size_t size)
{
	struct iommu_iotlb_gather gather;
	size_t done;

	iommu_iotlb_gather_init(&gather);
	done = iommu_unmap_fast(domain, iova, size, &gather);
	iommu_iotlb_sync(domain, &gather);
	return done;
}
EXPORT_SYMBOL_GPL(iommu_unmap);

void iommu_iotlb_sync(struct iommu_domain *domain,
		      struct iommu_iotlb_gather *gather)
{
	bool empty = gather->start > gather->end;

	if (empty && list_empty(&gather->freelist.pages) &&
	    !lib_quirk(QUIRK_EMPTY_SYNC))
		lib_counter_add(&iommu_counters.empty_syncs, 1);
	else if (domain->ops->iotlb_sync)
		domain->ops->iotlb_sync(domain, gather);
	iommu_iotlb_gather_init(gather);
}
EXPORT_SYMBOL_GPL(iommu_iotlb_sync);

/* The next run of a list, behind the *@mapped bytes that are done. */
static int iommu_map_run(struct iommu_domain *domain, unsigned long iova,
			 phys_addr_t run, size_t run_len, int prot, gfp_t gfp,
			 size_t *mapped)
{
	unsigned long at;
	int ret;

	if (check_add_overflow(iova, *mapped, &at))
		return -EOVERFLOW;
	ret = iommu_map_nosync(domain, at, run, run_len, prot, gfp);
	if (!ret)
		*mapped += run_len;
	return ret;
}

ssize_t iommu_map_sg(struct iommu_domain *domain, unsigned long iova,
		     struct scatterlist *sg, unsigned int nents, int prot,
		     gfp_t gfp)
{
	phys_addr_t run = 0;
	size_t run_len = 0, mapped = 0;
	struct scatterlist *s;
	unsigned int i;
	int ret = 0;

	for_each_sg(sg, s, nents, i) {
		phys_addr_t phys;

		if (sg_dma_is_bus_address(s))
			continue;
		phys = sg_phys(s);
		if (run_len && phys == run + run_len) {
			run_len += s->length;
			continue;
		}
		if (run_len) {
			ret = iommu_map_run(domain, iova, run, run_len, prot,
					    gfp, &mapped);
			if (ret)
				goto err_unmap;
		}
		run = phys;
		run_len = s->length;
	}
	/* The last run is flushed here, whatever kind the last entry was. */
	if (run_len) {
		ret = iommu_map_run(domain, iova, run, run_len, prot, gfp,
				    &mapped);
		if (ret)
			goto err_unmap;
	}
	ret = iommu_sync_map(domain, iova, mapped);
	if (ret)
		goto err_unmap;
	return mapped;

err_unmap:
	if (mapped)
		iommu_unmap(domain, iova, mapped);
	return ret;
}
EXPORT_SYMBOL_GPL(iommu_map_sg);

phys_addr_t iommu_iova_to_phys(struct iommu_domain *domain, dma_addr_t iova)
{
	struct pt_iommu *pt = container_of(domain, struct pt_iommu, domain);

	if (likely(domain->is_iommupt))
		return pt->ops->iova_to_phys(pt, iova);
	if (unlikely(!(domain->type & __IOMMU_DOMAIN_PAGING)))
		return domain->type == IOMMU_DOMAIN_IDENTITY ? iova : 0;
	if (unlikely(!domain->ops->iova_to_phys))
		return 0;
	return domain->ops->iova_to_phys(domain, iova);
}
EXPORT_SYMBOL_GPL(iommu_iova_to_phys);

void iommu_set_fault_handler(struct iommu_domain *domain,
			     iommu_fault_handler_t handler, void *token)
{
	if (WARN_ON(!domain || domain->cookie_type != IOMMU_COOKIE_NONE))
		return;
	domain->cookie_type = IOMMU_COOKIE_FAULT_HANDLER;
	domain->handler = handler;
	domain->handler_token = token;
}
EXPORT_SYMBOL_GPL(iommu_set_fault_handler);

int report_iommu_fault(struct iommu_domain *domain, struct device *dev,
		       unsigned long iova, int flags)
{
	int ret = -ENOSYS;

	if (domain->cookie_type == IOMMU_COOKIE_FAULT_HANDLER &&
	    domain->handler)
		ret = domain->handler(domain, dev, iova, flags,
				      domain->handler_token);
	trace_io_page_fault(dev, iova, flags);
	return ret;
}
EXPORT_SYMBOL_GPL(report_iommu_fault);

int iommu_set_pgtable_quirks(struct iommu_domain *domain, unsigned long quirks)
{
	if (domain->type != IOMMU_DOMAIN_UNMANAGED ||
	    !domain->ops->set_pgtable_quirks)
		return -EINVAL;
	return domain->ops->set_pgtable_quirks(domain, quirks);
}
EXPORT_SYMBOL_GPL(iommu_set_pgtable_quirks);
