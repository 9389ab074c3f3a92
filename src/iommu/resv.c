/* SPDX-License-Identifier: MIT */
/*
 * Reserved regions: device addresses that mean something by themselves.
 * Models drivers/iommu/iommu.c (reserved regions), 6.17.
 *
 *	direct, direct-relaxable   firmware's own DMA: mapped one to one
 *	reserved                   never to be used
 *	msi                        messages, untranslated
 *	msi (SW_MSI)               where software may map message addresses
 *
 * I1  A list of a group is sorted by start, then type; of one type no two regions
 *     overlap or touch.
 * I2  A direct region is mapped in whole pages, from the first that begins in it
 *     (P24: a page that it begins in the middle of is left out, and reported).
 * Locks: none of its own; iommu_map_direct_regions() with group->mutex.
 * Tests: tests/unit/iommu/test_resv.c
 */
#include <linux/align.h>
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include "iommu/group.h"

struct iommu_resv_region *iommu_alloc_resv_region(phys_addr_t start,
						  size_t length, int prot,
						  enum iommu_resv_type type,
						  gfp_t gfp)
{
	struct iommu_resv_region *region = kzalloc(sizeof(*region), gfp);

	if (!region)
		return NULL;
	INIT_LIST_HEAD(&region->list);
	region->start = start;
	region->length = length;
	region->prot = prot;
	region->type = type;
	return region;
}
EXPORT_SYMBOL_GPL(iommu_alloc_resv_region);

void iommu_get_resv_regions(struct device *dev, struct list_head *list)
{
	const struct iommu_ops *ops = iommu_ops_of(dev);

	if (ops && ops->get_resv_regions)
		ops->get_resv_regions(dev, list);
}
EXPORT_SYMBOL_GPL(iommu_get_resv_regions);

void iommu_put_resv_regions(struct device *dev, struct list_head *list)
{
	struct iommu_resv_region *region, *next;

	list_for_each_entry_safe(region, next, list, list) {
		list_del(&region->list);
		if (region->free)
			region->free(dev, region);
		else
			kfree(region);
	}
}
EXPORT_SYMBOL_GPL(iommu_put_resv_regions);

/* ---- the regions of a group -------------------------------------------------- */

static phys_addr_t last_of(const struct iommu_resv_region *region)
{
	return region->start + region->length - 1;
}

/* Do they share a byte, or lie side by side? Ends may be the highest address. */
static bool touches(const struct iommu_resv_region *a,
		    const struct iommu_resv_region *b)
{
	const struct iommu_resv_region *low = a->start <= b->start ? a : b;
	const struct iommu_resv_region *high = low == a ? b : a;

	return high->start <= last_of(low) || high->start - last_of(low) == 1;
}

static void insert_sorted(struct iommu_resv_region *fresh,
			  struct list_head *head)
{
	struct iommu_resv_region *region;

	list_for_each_entry(region, head, list)
		if (fresh->start < region->start ||
		    (fresh->start == region->start &&
		     fresh->type < region->type))
			break;
	list_add_tail(&fresh->list, &region->list);
}

/* Enter a copy of @add; regions of its type that it touches are merged. */
static int merge_in(const struct iommu_resv_region *add, struct list_head *head)
{
	struct iommu_resv_region *region, *next, *fresh;

	fresh = iommu_alloc_resv_region(add->start, add->length, add->prot,
					add->type, GFP_KERNEL);
	if (!fresh)
		return -ENOMEM;
	list_for_each_entry_safe(region, next, head, list) {
		phys_addr_t first, last;

		if (region->type != fresh->type || !touches(region, fresh))
			continue;
		first = min(region->start, fresh->start);
		last = max(last_of(region), last_of(fresh));
		fresh->start = first;
		fresh->length = last - first + 1;
		list_del(&region->list);
		kfree(region);
	}
	insert_sorted(fresh, head);
	return 0;
}

/**
 * iommu_get_group_resv_regions() - what is reserved for any device of a group
 * @group: the group
 * @head: list that copies are added to; it may hold some already. Each is freed
 *	with kfree()
 *
 * Context: may sleep; takes group->mutex.
 * Return: 0 or -ENOMEM, with what was added so far.
 */
int iommu_get_group_resv_regions(struct iommu_group *group,
				 struct list_head *head)
{
	struct iommu_group_dev *member;
	int ret = 0;

	mutex_lock(&group->mutex);
	for_each_group_dev(group, member)
	{
		struct iommu_resv_region *region;
		LIST_HEAD(regions);

		iommu_get_resv_regions(member->dev, &regions);
		list_for_each_entry(region, &regions, list)
			if (!ret && region->length)
				ret = merge_in(region, head);
		iommu_put_resv_regions(member->dev, &regions);
	}
	mutex_unlock(&group->mutex);
	return ret;
}
EXPORT_SYMBOL_GPL(iommu_get_group_resv_regions);

/* ---- mapping them one to one ---------------------------------------------------- */

/* Does @addr translate? Nothing translates to 0, so 0 is asked for by its
 * neighbour. */
static bool is_mapped(struct iommu_domain *domain, dma_addr_t addr)
{
	return iommu_iova_to_phys(domain, addr ?: 1) != 0;
}

static int map_direct(struct iommu_domain *domain, struct device *dev,
		      const struct iommu_resv_region *region)
{
	u64 page = domain->pgsize_bitmap & -domain->pgsize_bitmap;
	u64 first = ALIGN(region->start, page), at;
	u64 end = ALIGN(region->start + region->length, page);
	u64 run = 0;
	int ret;

	if (first != region->start)
		lib_event(
			LIB_EVENT_NOTE, "iommu-direct-edge", dev, region->start,
			region->length,
			"direct region 0x%llx begins inside a page of 0x%llx bytes: not mapped up to 0x%llx",
			(u64)region->start, page, first);
	for (at = first; at <= end; at += page) {
		if (at < end && !is_mapped(domain, at)) {
			run += page;
			continue;
		}
		ret = run ? iommu_map(domain, at - run, at - run, run,
				      region->prot, GFP_KERNEL) :
			    0;
		if (ret)
			return ret;
		run = 0;
	}
	return 0;
}

/*
 * Map what firmware wants mapped for @dev, if @domain serves the DMA API, and
 * note whether it can be blocked. What was mapped stays on failure. 0 or the
 * errno of iommu_map().
 */
int iommu_map_direct_regions(struct iommu_domain *domain, struct device *dev)
{
	struct iommu_resv_region *region;
	LIST_HEAD(regions);
	int ret = 0;

	iommu_get_resv_regions(dev, &regions);
	list_for_each_entry(region, &regions, list) {
		if (region->type == IOMMU_RESV_DIRECT)
			dev->iommu->require_direct = 1;
		else if (region->type != IOMMU_RESV_DIRECT_RELAXABLE)
			continue;
		if (!ret && iommu_is_dma_domain(domain) && region->length)
			ret = map_direct(domain, dev, region);
	}
	iommu_put_resv_regions(dev, &regions);
	return ret;
}
