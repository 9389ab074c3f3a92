/* SPDX-License-Identifier: MIT */
/*
 * Page tables: map, unmap, look up, grow. Compiled once per format.
 * Models drivers/iommu/generic_pt/iommu_pt.h (7.0) in what callers can see.
 *
 * A range is cut into runs of equal page sizes, a run into tables; each piece
 * is one walk from the top and one loop over the items of one table:
 *
 *   va        |4K|4K|  2M  |  2M  |4K|          runs
 *   tables    [... |4K|4K] [.. 2M 2M ..] [4K| ...]
 *
 * One leaf of the own size of level 0 or 1, the common request, is a store to a
 * table that is remembered; whatever is unusual about it sends it to the general
 * path, which starts over.
 *
 * A1  An item is written only if it was empty: a live leaf is never replaced
 *     (-EADDRINUSE), a table only if nothing is left in it.
 * A2  *mapped counts exactly the bytes whose leaves were stored.
 * A3  A table is unlinked only by a call that owns all of its range, after its
 *     items were cleared, and is freed only after the IOTLB was told: by the
 *     gather's owner on unmap, by our own sync on map.
 * A4  The range of an unmap is added to the gather before the tables are, so
 *     that a sync in between cannot free them early.
 * A5  Nothing is added to a gather for an unmap that removed nothing.
 * A6  Input and output ranges are checked to their last byte, not their first.
 * A7  A new top points to the old one at index 0 before anybody can see it, and
 *     hardware has it before software.
 * A8  Unlinking a table is followed by a new epoch (pt_recent.h, R2).
 * Quirks break A1, A2 and A3 (pt_quirks.h), on the general paths only.
 * Locks: none here, except the driver's lock around a change of the top.
 * Missing tables are installed by compare-exchange; the loser frees its own.
 * Callers own their ranges.
 * Tests: tests/unit/iommu_pt/, tests/model/test_page_table_model.c
 */
#ifndef DMASIM_IOMMU_PT_IOMMU_PT_H
#define DMASIM_IOMMU_PT_IOMMU_PT_H

#include <linux/bug.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/string.h>

#include "iommu_pt/iommu_pages.h"
#include "iommu_pt/pt_counters.h"
#include "iommu_pt/pt_iter.h"
#include "iommu_pt/pt_recent.h"

#define PT_GRANULE lg2_size(PT_GRANULE_LG2)
/* What one item of level 1 translates. */
#define PT_BIG_LG2 (PT_GRANULE_LG2 + PT_ITEMS_LG2)
#define PT_BIG lg2_size(PT_BIG_LG2)

static __always_inline struct PT_TABLE *NS(from_iommu)(struct pt_iommu *pt)
{
	return container_of(pt, struct PT_TABLE, iommu);
}

static __always_inline struct pt_common *NS(common)(struct pt_iommu *pt)
{
	return &NS(from_iommu)(pt)->PT_TABLE_MEMBER.common;
}

/*
 * May @va be looked up? The aperture, one load, answers for nearly all; what
 * is outside may still be of an upper half.
 */
static __always_inline bool NS(holds)(struct pt_iommu *pt, struct pt_top top,
				      u64 va)
{
	struct pt_common *common = NS(common)(pt);

	if (pt_has(common, PT_FEAT_DYNAMIC_TOP))
		return pt_reaches(top.level, va);
	return likely(va <= pt->domain.geometry.aperture_end) ||
	       pt_range_fits(common, va, va);
}

/*
 * The item of level 0 for @va, by a walk, NULL if there is none. Only within the
 * aperture: other calls may still find something there.
 */
static noinline u64 *NS(find_item)(struct pt_iommu *pt, u64 va)
{
	struct pt_common *common = NS(common)(pt);
	u64 epoch = pt_get_epoch(common);
	struct pt_top top = pt_get_top(common);
	struct pt_spot spot;

	if (unlikely(!NS(holds)(pt, top, va)))
		return NULL;
	spot = pt_descend(top, va, 0);
	if (unlikely(spot.level))
		return NULL;
	pt_remember(epoch, va, spot);
	return &spot.table[pt_index(va, 0)];
}

/* ---- tables ---- */

static u64 *NS(alloc_table)(struct pt_iommu *pt, gfp_t gfp)
{
	return pt_alloc_table(pt, lg2_size(PT_TABLE_LG2), gfp);
}

/*
 * The table of @level for @va, with missing ones added on the way. ERR_PTR:
 * -ENOMEM, or -EADDRINUSE where a leaf is in the way.
 */
static noinline u64 *NS(make_path)(struct pt_iommu *pt, struct pt_spot spot,
				   u64 va, unsigned int level, gfp_t gfp)
{
	while (spot.level > level) {
		u64 *item = &spot.table[pt_index(va, spot.level)];
		u64 entry = pt_load(item), *fresh;

		switch (pt_entry_kind(entry, spot.level)) {
		case PT_ENTRY_LEAF:
			return ERR_PTR(-EADDRINUSE);
		case PT_ENTRY_EMPTY:
			fresh = NS(alloc_table)(pt, gfp);
			if (!fresh)
				return ERR_PTR(-ENOMEM);
			/* Full ordering: its zeroes are visible before it is. */
			if (!try_cmpxchg64(item, &entry,
					   pt_make_table(NS(common)(pt),
							 virt_to_phys(fresh),
							 spot.level))) {
				pt_free_table(pt, fresh,
					      lg2_size(PT_TABLE_LG2));
				continue;
			}
			spot.table = fresh;
			break;
		case PT_ENTRY_TABLE:
			spot.table = phys_to_virt(pt_table_pa(entry));
			break;
		}
		spot.level--;
	}
	return spot.table;
}

/* Is there no leaf in @table or below it? */
static bool NS(table_is_empty)(u64 *table, unsigned int level)
{
	unsigned int i;

	for (i = 0; i < pt_nr_items(level); i++) {
		u64 entry = pt_load(&table[i]);

		switch (pt_entry_kind(entry, level)) {
		case PT_ENTRY_LEAF:
			return false;
		case PT_ENTRY_TABLE:
			if (!NS(table_is_empty)(phys_to_virt(pt_table_pa(entry)),
						level - 1))
				return false;
			break;
		case PT_ENTRY_EMPTY:
			break;
		}
	}
	return true;
}

/* Put @table, which has @nr items, and all below it on a list. */
static void NS(collect_items)(u64 *table, unsigned int nr, unsigned int level,
			      struct iommu_pages_list *list)
{
	unsigned int i;

	for (i = 0; level && i < nr; i++) {
		u64 entry = pt_load(&table[i]);

		if (pt_entry_kind(entry, level) == PT_ENTRY_TABLE)
			NS(collect_items)
		(phys_to_virt(pt_table_pa(entry)), pt_nr_items(level - 1),
		 level - 1, list);
	}
	iommu_pages_list_add(list, table);
}

static void NS(collect_tables)(u64 *table, unsigned int level,
			       struct iommu_pages_list *list)
{
	NS(collect_items)(table, pt_nr_items(level), level, list);
}

/* ---- growing the top ---- */

/*
 * Stack tables on @old until level @to. Returns the new top; on failure frees
 * what it made and returns a NULL table.
 */
static struct pt_top NS(stack_tables)(struct pt_iommu *pt, struct pt_top old,
				      unsigned int to, gfp_t gfp,
				      struct iommu_pages_list *made)
{
	struct pt_top top = old;

	while (top.level < to) {
		u64 *fresh = NS(alloc_table)(pt, gfp);

		if (!fresh) {
			pt_put_tables(pt, made, lg2_size(PT_TABLE_LG2));
			top.table = NULL;
			return top;
		}
		iommu_pages_list_add(made, fresh);
		top.level++;
		pt_store(&fresh[0],
			 pt_make_table(NS(common)(pt), virt_to_phys(top.table),
				       top.level));
		top.table = fresh;
	}
	return top;
}

/*
 * Make the table reach @last_va and have leaves of @leaf_level. 0, -ERANGE for
 * tables of fixed depth, -ENOMEM.
 */
static noinline int NS(grow_top)(struct pt_iommu *pt, u64 last_va,
				 unsigned int leaf_level, gfp_t gfp)
{
	struct pt_common *common = NS(common)(pt);

	if (!pt_has(common, PT_FEAT_DYNAMIC_TOP))
		return -ERANGE;
	for (;;) {
		uintptr_t seen = READ_ONCE(common->top_of_table);
		struct pt_top old = pt_unpack_top(seen), top;
		unsigned int need = max(old.level, leaf_level);
		struct iommu_pages_list made;
		unsigned long flags;
		spinlock_t *lock;
		bool won;

		while (!pt_reaches(need, last_va))
			need++;
		if (need == old.level)
			return 0;
		/* Who shows tables to a walker is told of each that points on. */
		if (pt->driver_ops->alloc_table)
			need = old.level + 1;

		INIT_LIST_HEAD(&made.pages);
		top = NS(stack_tables)(pt, old, need, gfp, &made);
		if (!top.table)
			return -ENOMEM;

		lock = pt->driver_ops->get_top_lock(pt);
		spin_lock_irqsave(lock, flags);
		won = READ_ONCE(common->top_of_table) == seen;
		if (won) {
			pt->driver_ops->change_top(pt, virt_to_phys(top.table),
						   top.level);
			/* Pairs with the address dependency of the readers. */
			smp_store_release(&common->top_of_table,
					  pt_pack_top(top.table, top.level));
		}
		spin_unlock_irqrestore(lock, flags);
		if (won)
			lib_counter_add(&pt_counters.tops_grown, 1);
		else
			pt_put_tables(pt, &made, lg2_size(PT_TABLE_LG2));
	}
}

/* ---- map ---- */

/**
 * struct map_job - one map_range() call on the general path
 * @va, @oa: where the next leaf goes, and what it translates to
 * @last_va: end of the range
 * @mapped: bytes done
 * @first_item, @last_item: addresses of tables that were unlinked
 * @freelist: these tables; not empty if the two above mean anything
 */
struct NS(map_job) {
	u64 va, oa, last_va;
	size_t mapped;
	struct pt_attrs attrs;
	gfp_t gfp;
	u64 first_item, last_item;
	struct iommu_pages_list freelist;
};

/* Unlink the table at @item, which translates from @va on. */
static void NS(unlink_item)(struct pt_iommu *pt, struct NS(map_job) * job,
			    u64 *item, u64 va, unsigned int level)
{
	u64 entry = pt_load(item), last = lg2_last(va, pt_item_lg2(level));

	pt_store(item, 0);
	if (iommu_pages_list_empty(&job->freelist)) {
		job->first_item = va;
		job->last_item = last;
	}
	job->first_item = min(job->first_item, va);
	job->last_item = max(job->last_item, last);
	NS(collect_tables)
	(phys_to_virt(pt_table_pa(entry)), level - 1, &job->freelist);
	pt_new_epoch(NS(common)(pt));
}

#include "iommu_pt/pt_quirks.h"

/*
 * Prepare the items of one entry that found one of them occupied: remove empty
 * tables. 0 if the entry can be written now, else -EADDRINUSE and no change.
 */
static noinline int NS(clear_way)(struct pt_iommu *pt, struct NS(map_job) * job,
				  u64 *items, unsigned int level,
				  unsigned int contig_lg2)
{
	unsigned int i, nr = 1u << contig_lg2;

	for (i = 0; i < nr; i++) {
		u64 entry = pt_load(&items[i]);
		enum pt_kind kind = pt_entry_kind(entry, level);

		if (kind == PT_ENTRY_LEAF ||
		    (kind == PT_ENTRY_TABLE &&
		     !NS(table_is_empty)(phys_to_virt(pt_table_pa(entry)),
					 level - 1)))
			return -EADDRINUSE;
	}

	for (i = 0; i < nr; i++) {
		u64 va = job->va + ((u64)i << pt_item_lg2(level));

		if (pt_entry_kind(pt_load(&items[i]), level) == PT_ENTRY_TABLE)
			NS(unlink_item)(pt, job, &items[i], va, level);
		else
			pt_store(&items[i], 0);
	}
	return 0;
}

/* Store leaves into empty items; returns how many before an occupied one. */
static __always_inline unsigned int NS(fill)(u64 *items, u64 entry, u64 step,
					     unsigned int nr)
{
	unsigned int i = 0;

	/* Four at a time, as long as all four are empty. */
	for (; i + 4 <= nr; i += 4) {
		u64 *item = &items[i];

		if (unlikely(pt_load(&item[0]) | pt_load(&item[1]) |
			     pt_load(&item[2]) | pt_load(&item[3])))
			break;
		pt_store(&item[0], entry);
		pt_store(&item[1], entry += step);
		pt_store(&item[2], entry += step);
		pt_store(&item[3], entry += step);
		entry += step;
	}
	for (; i < nr && !pt_load(&items[i]); i++) {
		pt_store(&items[i], entry);
		entry += step;
	}
	return i;
}

/* The same for contiguous entries of 2^@contig_lg2 items. */
static unsigned int NS(fill_contig)(u64 *items, u64 entry, u64 step,
				    unsigned int nr, unsigned int level,
				    unsigned int contig_lg2)
{
	unsigned int i, k, per = 1u << contig_lg2;

	for (i = 0; i < nr; i++, items += per, entry += step) {
		for (k = 0; k < per; k++)
			if (pt_load(&items[k]))
				return i;
		for (k = 0; k < per; k++)
			pt_store(&items[k], pt_leaf_replica(entry, level, k));
	}
	return nr;
}

/* Map @count pages of one size, table by table. */
static int NS(map_run)(struct pt_iommu *pt, struct NS(map_job) * job,
		       unsigned int size_lg2, u64 count)
{
	unsigned int level = pt_size_level(size_lg2);
	unsigned int contig_lg2 = size_lg2 - pt_item_lg2(level);
	u64 step = pt_leaf_step(size_lg2);

	while (count) {
		u64 epoch = pt_get_epoch(NS(common)(pt));
		struct pt_top top = pt_get_top(NS(common)(pt));
		unsigned int index, room, nr, done;
		struct pt_spot spot;
		u64 entry, *table;
		int ret;

		spot = pt_descend(top, job->va, level);
		table = spot.table;
		if (unlikely(spot.level != level)) {
			table = NS(make_path)(pt, spot, job->va, level,
					      job->gfp);
			if (IS_ERR(table))
				return PTR_ERR(table);
		}
		spot = (struct pt_spot){ table, level };
		pt_remember(epoch, job->va, spot);

		index = pt_index(job->va, level);
		room = (pt_nr_items(level) - index) >> contig_lg2;
		nr = min_t(u64, room, count);
		if (PT_OA_STEP_LG2 < 64)
			nr = min_t(u64, nr,
				   lg2_div(~job->oa & lg2_mask(PT_OA_STEP_LG2),
					   size_lg2) +
					   1);
		entry = pt_make_leaf(job->oa, size_lg2, level, job->attrs);
		if (likely(!contig_lg2))
			done = NS(fill)(&table[index], entry, step, nr);
		else
			done = NS(fill_contig)(&table[index], entry, step, nr,
					       level, contig_lg2);

		lib_counter_add(&pt_counters.pte_writes,
				(u64)done << contig_lg2);
		job->va += (u64)done << size_lg2;
		job->oa += (u64)done << size_lg2;
		job->mapped += (u64)done << size_lg2;
		count -= done;
		if (likely(done == nr))
			continue;
		table += pt_index(job->va, level);
		ret = NS(clear_way)(pt, job, table, level, contig_lg2);
		if (ret && !NS(overmap)(job, table, level, size_lg2))
			return ret;
		if (ret)
			count--;
	}
	return 0;
}

/* Tables that were replaced by leaves: invalidate, then free. */
static void NS(drop_replaced)(struct pt_iommu *pt, struct NS(map_job) * job)
{
	struct iommu_domain *domain = &pt->domain;
	struct iommu_iotlb_gather gather;

	iommu_iotlb_gather_init(&gather);
	iommu_iotlb_gather_add_range(&gather, job->first_item,
				     job->last_item - job->first_item + 1);
	iommu_pages_list_splice(&job->freelist, &gather.freelist);
	if (domain->ops && domain->ops->iotlb_sync)
		domain->ops->iotlb_sync(domain, &gather);
	else
		pt_put_tables(pt, &gather.freelist, lg2_size(PT_TABLE_LG2));
}

/* May one page be mapped like that, where a table exists? */
static __always_inline bool
NS(page_fits)(struct pt_iommu *pt, dma_addr_t iova, phys_addr_t paddr,
	      unsigned int size_lg2, unsigned int prot, struct pt_attrs *attrs)
{
	struct pt_common *common = NS(common)(pt);

	return likely(!lg2_mod(iova | paddr, size_lg2)) &&
	       likely(pt->domain.pgsize_bitmap & lg2_size(size_lg2)) &&
	       likely(paddr <= common->max_oa) &&
	       likely(!pt_set_prot(common, prot, attrs));
}

/* A page of the smallest size, by a walk. False: not in such a simple way. */
static bool NS(map_granule)(struct pt_iommu *pt, dma_addr_t iova,
			    phys_addr_t paddr, unsigned int prot)
{
	u64 *item = NS(find_item)(pt, iova);
	struct pt_attrs attrs;

	if (!item ||
	    !NS(page_fits)(pt, iova, paddr, PT_GRANULE_LG2, prot, &attrs) ||
	    pt_load(item))
		return false;
	pt_store(item, pt_make_leaf(paddr, PT_GRANULE_LG2, 0, attrs));
	lib_counter_add(&pt_counters.pte_writes, 1);
	dma_wmb();
	return true;
}

static noinline int NS(map_general)(struct pt_iommu *pt, dma_addr_t iova,
				    phys_addr_t paddr, dma_addr_t len,
				    unsigned int prot, gfp_t gfp,
				    size_t *mapped)
{
	struct pt_common *common = NS(common)(pt);
	u64 sizes = pt->domain.pgsize_bitmap, last_oa;
	struct NS(map_job) job = {
		.va = iova,
		.oa = paddr,
		.gfp = gfp,
	};
	int ret;

	if (len == PT_GRANULE && NS(map_granule)(pt, iova, paddr, prot)) {
		*mapped += PT_GRANULE;
		return 0;
	}
	if (!len)
		return -EINVAL;
	ret = pt_set_prot(common, prot, &job.attrs);
	if (ret)
		return ret;
	if (check_add_overflow(iova, len - 1, &job.last_va))
		return -EOVERFLOW;
	if (!pt_range_fits(common, iova, job.last_va))
		return -ERANGE;
	if (check_add_overflow(paddr, len - 1, &last_oa) ||
	    last_oa > common->max_oa)
		return -ERANGE;
	if (lg2_mod(iova | paddr | len, PT_GRANULE_LG2))
		return -ENXIO;
	if (pt_has(common, PT_FEAT_DYNAMIC_TOP) &&
	    !pt_reaches(pt_get_top(common).level, job.last_va)) {
		ret = NS(grow_top)(pt, job.last_va, 0, gfp);
		if (ret)
			return ret;
	}

	INIT_LIST_HEAD(&job.freelist.pages);
	do {
		unsigned int size_lg2 =
			pt_best_size_lg2(sizes, job.va, job.last_va, job.oa);
		unsigned int level;
		u64 count;

		if (unlikely(size_lg2 == 64)) {
			ret = -ENXIO;
			break;
		}
		level = pt_size_level(size_lg2);
		if (unlikely(level > pt_get_top(common).level)) {
			/* The range fits, but a leaf of this size does not. */
			ret = NS(grow_top)(pt, job.last_va, level, gfp);
			if (ret)
				break;
		}
		if (lib_quirk(QUIRK_MAP_CLEARS_REST) && level)
			NS(clear_rest)(pt, &job, level);
		count = pt_count_of_size(sizes, job.va, job.last_va, job.oa,
					 size_lg2);
		ret = NS(map_run)(pt, &job, size_lg2, count);
	} while (!ret && job.mapped != len);

	if (unlikely(!iommu_pages_list_empty(&job.freelist)))
		NS(drop_replaced)(pt, &job);
	dma_wmb();
	*mapped += job.mapped;
	return ret;
}

/*
 * One leaf of a level's own size, whose table is remembered and in which nothing
 * is in the way. False: anything else, and nothing was done.
 */
static __always_inline bool NS(map_recalled)(struct pt_iommu *pt,
					     dma_addr_t iova, phys_addr_t paddr,
					     unsigned int level,
					     unsigned int prot, size_t *mapped)
{
	unsigned int size_lg2 = pt_item_lg2(level);
	struct pt_attrs attrs;
	struct pt_place place;

	if (unlikely(!pt_recall(NS(common)(pt), iova, level, &place)) ||
	    unlikely(!NS(page_fits)(pt, iova, paddr, size_lg2, prot, &attrs)) ||
	    unlikely(pt_load(place.item)))
		return false;
	pt_store_recalled(place, pt_make_leaf(paddr, size_lg2, level, attrs));
	dma_wmb();
	*mapped += lg2_size(size_lg2);
	return true;
}

static noinline int NS(map_larger)(struct pt_iommu *pt, dma_addr_t iova,
				   phys_addr_t paddr, dma_addr_t len,
				   unsigned int prot, gfp_t gfp, size_t *mapped)
{
	if (len == PT_BIG && NS(map_recalled)(pt, iova, paddr, 1, prot, mapped))
		return 0;
	return NS(map_general)(pt, iova, paddr, len, prot, gfp, mapped);
}

static int NS(map_range)(struct pt_iommu *pt, dma_addr_t iova,
			 phys_addr_t paddr, dma_addr_t len, unsigned int prot,
			 gfp_t gfp, size_t *mapped)
{
	if (len != PT_GRANULE)
		return NS(map_larger)(pt, iova, paddr, len, prot, gfp, mapped);
	if (NS(map_recalled)(pt, iova, paddr, 0, prot, mapped))
		return 0;
	return NS(map_general)(pt, iova, paddr, PT_GRANULE, prot, gfp, mapped);
}

/* ---- unmap ---- */

/* Before a range joins that would leave a gap, what is gathered is synced. */
static noinline void NS(gather_close)(struct pt_iommu *pt,
				      struct iommu_iotlb_gather *gather,
				      u64 iova, size_t len)
{
	struct iommu_domain *domain = &pt->domain;

	if (iommu_iotlb_gather_is_disjoint(gather, iova, len) && domain->ops &&
	    domain->ops->iotlb_sync) {
		domain->ops->iotlb_sync(domain, gather);
		iommu_iotlb_gather_init(gather);
	}
	iommu_iotlb_gather_add_range(gather, iova, len);
}

/* Record what was removed; tables join the freelist last (A4). */
static __always_inline void NS(gather)(struct pt_iommu *pt,
				       struct iommu_iotlb_gather *gather,
				       u64 iova, size_t len)
{
	if (unlikely(gather->queued))
		return;
	if (unlikely(pt_has(NS(common)(pt), PT_FEAT_FLUSH_RANGE_NO_GAPS)))
		NS(gather_close)(pt, gather, iova, len);
	else
		iommu_iotlb_gather_add_range(gather, iova, len);
}

/*
 * Tables join the gather before their range does, and what is in it already is
 * synced for another page size: they go, and the IOMMU has not been told.
 */
static noinline void NS(gather_early)(struct pt_iommu *pt,
				      struct iommu_iotlb_gather *gather,
				      struct iommu_pages_list *freelist)
{
	struct iommu_domain *domain = &pt->domain;

	if (gather->queued || gather->start > gather->end || !domain->ops ||
	    !domain->ops->iotlb_sync)
		return;
	iommu_pages_list_splice(freelist, &gather->freelist);
	INIT_LIST_HEAD(&freelist->pages);
	domain->ops->iotlb_sync(domain, gather);
	iommu_iotlb_gather_init(gather);
}

/* Clear leaves of the smallest size; returns the first item that is none. */
static __always_inline unsigned int
NS(clear_granules)(u64 *table, unsigned int first, unsigned int end)
{
	u64 *item = &table[first], *stop = &table[end];

	/* Four at a time, as long as all four are such. */
	for (; stop - item >= 4; item += 4) {
		if (unlikely(!pt_entry_is_granule(pt_load(&item[0])) ||
			     !pt_entry_is_granule(pt_load(&item[1])) ||
			     !pt_entry_is_granule(pt_load(&item[2])) ||
			     !pt_entry_is_granule(pt_load(&item[3]))))
			break;
		pt_store(&item[0], 0);
		pt_store(&item[1], 0);
		pt_store(&item[2], 0);
		pt_store(&item[3], 0);
	}
	for (; item != stop && pt_entry_is_granule(pt_load(item)); item++)
		pt_store(item, 0);
	return item - table;
}

/*
 * Clear whole leaves from @va on in one table, until @len bytes, the end of the
 * table or something else than a leaf. Returns the bytes removed.
 */
static u64 NS(clear_leaves)(struct pt_spot spot, u64 va, u64 len)
{
	unsigned int item_lg2 = pt_item_lg2(spot.level);
	unsigned int first = pt_index(va, spot.level);
	unsigned int end = pt_nr_items(spot.level), i = first;
	u64 wanted = lg2_div(len - 1, item_lg2) + 1;

	if (wanted < end - first)
		end = first + wanted;
	while (i < end) {
		unsigned int nr, k;
		u64 entry;

		if (!spot.level)
			i = NS(clear_granules)(spot.table, i, end);
		if (i == end)
			break;
		entry = pt_load(&spot.table[i]);
		if (pt_entry_kind(entry, spot.level) != PT_ENTRY_LEAF)
			break;
		nr = 1u << pt_contig_lg2(entry, spot.level);
		/* Not at the start of the entry, by item or by address? */
		if (i & (nr - 1) || (i == first && lg2_mod(va, item_lg2)))
			break;
		for (k = 0; k < nr; k++)
			pt_store(&spot.table[i + k], 0);
		i += nr;
	}
	lib_counter_add(&pt_counters.pte_writes, i - first);
	return (u64)(i - first) << item_lg2;
}

/*
 * @va is the last byte of a table of @level whose end an unmap of @first_va ..
 * @last_va has reached: unlink it, and its parents, as far as all they
 * translate was asked for.
 */
static noinline void NS(unlink_tables)(struct pt_iommu *pt, struct pt_top top,
				       u64 first_va, u64 last_va, u64 va,
				       unsigned int level,
				       struct iommu_pages_list *freelist)
{
	while (level < top.level) {
		unsigned int span_lg2 = pt_table_span_lg2(level++);
		struct pt_spot parent;
		unsigned int index;
		u64 entry;

		if (first_va > lg2_down(va, span_lg2) || last_va < va)
			return;
		parent = pt_descend(top, va, level);
		index = pt_index(va, level);
		entry = pt_load(&parent.table[index]);
		if (PT_WARN_ON(parent.level != level ||
			       pt_entry_kind(entry, level) != PT_ENTRY_TABLE))
			return;
		pt_store(&parent.table[index], 0);
		pt_new_epoch(NS(common)(pt));
		iommu_pages_list_add(freelist,
				     phys_to_virt(pt_table_pa(entry)));
		if (index != pt_nr_items(level) - 1)
			return;
	}
}

/* A leaf of the smallest size, by a walk. False: there is no such leaf. */
static bool NS(unmap_granule)(struct pt_iommu *pt, dma_addr_t iova,
			      struct iommu_iotlb_gather *gather)
{
	u64 *item = NS(find_item)(pt, iova);

	if (!item || !pt_entry_is_granule(pt_load(item)))
		return false;
	pt_store(item, 0);
	lib_counter_add(&pt_counters.pte_writes, 1);
	dma_wmb();
	NS(gather)(pt, gather, iova, PT_GRANULE);
	return true;
}

static noinline size_t NS(unmap_general)(struct pt_iommu *pt, dma_addr_t iova,
					 dma_addr_t len,
					 struct iommu_iotlb_gather *gather)
{
	u64 epoch = pt_get_epoch(NS(common)(pt));
	struct pt_top top = pt_get_top(NS(common)(pt));
	struct iommu_pages_list freelist;
	u64 last_va, done = 0;

	if (!len || check_add_overflow(iova, len - 1, &last_va))
		return 0;
	if (lg2_mod(iova, PT_GRANULE_LG2))
		return 0;
	if (len == PT_GRANULE && NS(unmap_granule)(pt, iova, gather))
		return PT_GRANULE;

	INIT_LIST_HEAD(&freelist.pages);
	do {
		u64 va = iova + done, removed;
		struct pt_spot spot;

		if (!NS(holds)(pt, top, va))
			break;
		spot = pt_descend(top, va, 0);
		pt_remember(epoch, va, spot);
		removed = NS(clear_leaves)(spot, va, len - done);
		if (!removed) {
			removed = NS(pass_hole)(spot, iova, done, &len);
			last_va = iova + (len - 1);
		}
		if (!removed)
			break;
		done += removed;
		va += removed - 1;
		if (spot.level < top.level &&
		    pt_index(va, spot.level) == pt_nr_items(spot.level) - 1)
			NS(unlink_tables)
		(pt, top, iova, last_va, va, spot.level, &freelist);
	} while (done < len);

	/* The IOMMU may still walk through them. */
	if (lib_quirk(QUIRK_TABLES_FREED_EARLY)) {
		pt_put_tables(pt, &freelist, lg2_size(PT_TABLE_LG2));
		INIT_LIST_HEAD(&freelist.pages);
	}
	if (done) {
		dma_wmb();
		if (lib_quirk(QUIRK_TABLES_GATHERED_EARLY))
			NS(gather_early)(pt, gather, &freelist);
		NS(gather)(pt, gather, iova, done);
		iommu_pages_list_splice(&freelist, &gather->freelist);
	} else if (lib_quirk(QUIRK_UNMAP_HOLE_ERRNO)) {
		return -ENOENT;
	}
	return done;
}

/* The same way back; a table is never left without use by one leaf. */
static __always_inline bool
NS(unmap_recalled)(struct pt_iommu *pt, dma_addr_t iova, unsigned int level,
		   struct iommu_iotlb_gather *gather)
{
	unsigned int size_lg2 = pt_item_lg2(level);
	struct pt_place place;
	u64 entry;

	if (unlikely(lg2_mod(iova, size_lg2)) ||
	    unlikely(!pt_recall(NS(common)(pt), iova, level, &place)))
		return false;
	entry = pt_load(place.item);
	if (!level && unlikely(!pt_entry_is_granule(entry)))
		return false;
	if (level && (unlikely(pt_entry_kind(entry, level) != PT_ENTRY_LEAF) ||
		      unlikely(pt_contig_lg2(entry, level))))
		return false;
	pt_store_recalled(place, 0);
	dma_wmb();
	NS(gather)(pt, gather, iova, lg2_size(size_lg2));
	return true;
}

static noinline size_t NS(unmap_larger)(struct pt_iommu *pt, dma_addr_t iova,
					dma_addr_t len,
					struct iommu_iotlb_gather *gather)
{
	if (len == PT_BIG && NS(unmap_recalled)(pt, iova, 1, gather))
		return PT_BIG;
	return NS(unmap_general)(pt, iova, len, gather);
}

static size_t NS(unmap_range)(struct pt_iommu *pt, dma_addr_t iova,
			      dma_addr_t len, struct iommu_iotlb_gather *gather)
{
	if (len != PT_GRANULE)
		return NS(unmap_larger)(pt, iova, len, gather);
	if (NS(unmap_recalled)(pt, iova, 0, gather))
		return PT_GRANULE;
	return NS(unmap_general)(pt, iova, PT_GRANULE, gather);
}

/* ---- look up ---- */

static noinline phys_addr_t NS(phys_searched)(struct pt_iommu *pt,
					      dma_addr_t iova)
{
	struct pt_common *common = NS(common)(pt);
	u64 epoch = pt_get_epoch(common);
	struct pt_top top = pt_get_top(common);
	struct pt_spot spot;
	u64 entry;

	if (unlikely(!NS(holds)(pt, top, iova)))
		return lib_quirk(QUIRK_PHYS_OF_NOWHERE) ? (phys_addr_t)-ERANGE :
							  0;
	spot = pt_descend(top, iova, 0);
	pt_remember(epoch, iova, spot);
	entry = pt_load(&spot.table[pt_index(iova, spot.level)]);
	if (pt_entry_kind(entry, spot.level) != PT_ENTRY_LEAF)
		return 0;
	return pt_leaf_oa(entry, spot.level) |
	       lg2_mod(iova, pt_leaf_size_lg2(entry, spot.level));
}

static __always_inline phys_addr_t NS(iova_to_phys)(struct pt_iommu *pt,
						    dma_addr_t iova)
{
	struct pt_place place;
	u64 entry;

	if (!pt_recall(NS(common)(pt), iova, 0, &place))
		return NS(phys_searched)(pt, iova);
	entry = pt_load(place.item);
	/* Larger leaves are rarely looked up more than once. */
	if (unlikely(!pt_entry_is_granule(entry)))
		return NS(phys_searched)(pt, iova);
	return pt_granule_oa(entry) | lg2_mod(iova, PT_GRANULE_LG2);
}

static bool NS(find)(struct pt_iommu *pt, dma_addr_t iova,
		     struct pt_iommu_path *path)
{
	struct pt_top top = pt_get_top(NS(common)(pt));
	unsigned int level = top.level;
	enum pt_kind kind;
	u64 *table, entry;

	path->top_level = path->level = level;
	path->size_lg2 = 0;
	path->item_lg2 = pt_item_lg2(level);
	if (!NS(holds)(pt, top, iova))
		return false;
	/* Of tables side by side the one that is meant. */
	for (table = pt_descend(top, iova, level).table;; level--) {
		path->item[level] = &table[pt_index(iova, level)];
		entry = pt_load(path->item[level]);
		kind = pt_entry_kind(entry, level);
		if (kind != PT_ENTRY_TABLE)
			break;
		table = phys_to_virt(pt_table_pa(entry));
	}
	path->level = level;
	path->item_lg2 = pt_item_lg2(level);
	if (kind == PT_ENTRY_LEAF)
		path->size_lg2 = pt_leaf_size_lg2(entry, level);
	return kind == PT_ENTRY_LEAF;
}

static void NS(get_info)(struct pt_iommu *pt, struct pt_iommu_info *info)
{
	struct pt_common *common = NS(common)(pt);
	unsigned int top_level = PT_MAX_TOP_LEVEL;

	if (!pt_has(common, PT_FEAT_DYNAMIC_TOP))
		top_level = pt_get_top(common).level;
	info->pgsize_bitmap =
		pt_all_sizes(common, top_level, common->max_oasz_lg2) &
		lg2_mask(common->max_vasz_lg2);
}

/* ---- life ---- */

static void NS(deinit)(struct pt_iommu *pt)
{
	struct pt_common *common = NS(common)(pt);
	struct pt_top top = pt_get_top(common);
	unsigned int concat_lg2 = pt_concat_lg2(common, top.level);
	struct iommu_pages_list all;

	INIT_LIST_HEAD(&all.pages);
	NS(collect_items)
	(top.table, pt_nr_items(top.level) << concat_lg2, top.level, &all);
	WRITE_ONCE(common->top_of_table, 0);
	/* The top is of another size. */
	list_del(&virt_to_page(top.table)->lru);
	pt_put_tables(pt, &all, lg2_size(PT_TABLE_LG2));
	pt_free_table(pt, top.table, lg2_size(PT_TABLE_LG2 + concat_lg2));
}

#include "iommu_pt/pt_dirty.h"

static const struct pt_iommu_ops NS(ops) = {
	.map_range = NS(map_range),
	.unmap_range = NS(unmap_range),
	.iova_to_phys = NS(iova_to_phys),
	.find = NS(find),
	.get_info = NS(get_info),
	.read_and_clear_dirty = NS(read_and_clear_dirty),
	.set_dirty = NS(set_dirty),
	.deinit = NS(deinit),
};

/* What cannot work, before anything is allocated. */
static int NS(check_cfg)(const struct pt_iommu *pt,
			 const struct pt_iommu_cfg *cfg, unsigned int top_level)
{
	const struct pt_iommu_driver_ops *ops = pt->driver_ops;
	unsigned int one_way = BIT(PT_FEAT_FULL_VA) | BIT(PT_FEAT_DYNAMIC_TOP);

	if (!cfg->hw_max_vasz_lg2 || cfg->hw_max_vasz_lg2 > PT_MAX_VA_LG2 ||
	    !cfg->hw_max_oasz_lg2 || cfg->hw_max_oasz_lg2 > PT_MAX_OA_LG2)
		return -EINVAL;
	if (cfg->features & ~(unsigned int)PT_SUPPORTED_FEATURES ||
	    ~cfg->features & PT_FORCED_FEATURES)
		return -EOPNOTSUPP;
	if (cfg->features & BIT(PT_FEAT_SIGN_EXTEND) && cfg->features & one_way)
		return -EINVAL;
	if (!(cfg->features & BIT(PT_FEAT_DYNAMIC_TOP)))
		return cfg->hw_max_vasz_lg2 > pt_table_span_lg2(top_level) +
						      PT_MAX_CONCAT_LG2 ?
			       -EOPNOTSUPP :
			       0;
	if (WARN_ON(!ops || !ops->change_top || !ops->get_top_lock))
		return -EINVAL;
	return 0;
}

/**
 * pt_iommu_<fmt>_init() - build an empty table
 * @table: zeroed, but for iommu.driver_ops, nid and domain.ops
 * @cfg: what the hardware can do and the driver wants
 * @gfp: for the top table
 *
 * Context: any that @gfp allows.
 * Return: 0; -EINVAL for widths or a depth outside the format, or (WARN) driver
 * ops that are missing; -EOPNOTSUPP for features that are not there or must be
 * on, a depth that hardware of this format does not have, or one too small for
 * the width asked for; -ENOMEM.
 */
int NSG(init)(struct PT_TABLE *table, const struct PT_CFG *cfg, gfp_t gfp)
{
	struct pt_iommu *pt = &table->iommu;
	struct iommu_domain *domain = &pt->domain;
	struct pt_common *common = NS(common)(pt);
	struct pt_iommu_info info;
	unsigned int top_level, top_lg2;
	u64 *top;
	int ret;

	ret = pt_fmt_init(cfg, &top_level);
	if (!ret)
		ret = NS(check_cfg)(pt, &cfg->common, top_level);
	if (ret)
		return ret;

	pt_new_epoch(common);
	common->features = cfg->common.features;
	common->max_vasz_lg2 = cfg->common.hw_max_vasz_lg2;
	common->max_oasz_lg2 = cfg->common.hw_max_oasz_lg2;
	common->max_oa = lg2_mask(common->max_oasz_lg2);
	top_lg2 = PT_TABLE_LG2 + pt_concat_lg2(common, top_level);
	top = pt_alloc_table(pt, lg2_size(top_lg2), gfp);
	if (!top)
		return -ENOMEM;
	WRITE_ONCE(common->top_of_table, pt_pack_top(top, top_level));

	NS(get_info)(pt, &info);
	domain->type = __IOMMU_DOMAIN_PAGING;
	domain->pgsize_bitmap = info.pgsize_bitmap;
	domain->geometry.aperture_start = 0;
	domain->geometry.aperture_end = lg2_mask(
		common->max_vasz_lg2 - !!pt_has(common, PT_FEAT_SIGN_EXTEND));
	domain->geometry.force_aperture = true;
	domain->is_iommupt = true;
	pt->ops = &NS(ops);
	return 0;
}
PT_EXPORT(NSG(init));

/**
 * pt_iommu_<fmt>_hw_info() - what a device's context entry must hold
 * @table: table after init
 * @info: result
 *
 * Context: any; hold the top lock if the top may grow.
 */
void NSG(hw_info)(struct PT_TABLE *table, struct PT_HW_INFO *info)
{
	struct pt_common *common = NS(common)(&table->iommu);

	pt_fmt_hw_info(common, pt_get_top(common), info);
}
PT_EXPORT(NSG(hw_info));

/* ---- struct iommu_domain_ops, struct iommu_dirty_ops ---- */

/**
 * pt_iommu_<fmt>_iova_to_phys() - look one address up
 * @domain: domain of a struct pt_iommu_<fmt>
 * @iova: any address
 *
 * Context: any; the caller keeps the range from being unmapped.
 * Return: the physical address, 0 if there is none.
 */
phys_addr_t NSG(iova_to_phys)(struct iommu_domain *domain, dma_addr_t iova)
{
	return NS(iova_to_phys)(container_of(domain, struct pt_iommu, domain),
				iova);
}
PT_EXPORT(NSG(iova_to_phys));

/**
 * pt_iommu_<fmt>_map_pages() - map_range() by page size and count
 * @domain: domain of a struct pt_iommu_<fmt>
 * @iova: first address
 * @paddr: what it translates to
 * @pgsize: bytes of a page; larger ones are used where they fit
 * @pgcount: number of pages
 * @prot: IOMMU_READ, IOMMU_WRITE
 * @gfp: for new tables
 * @mapped: bytes mapped are added, also on failure
 *
 * Context: any that @gfp allows.
 * Return: 0 or the errno of map_range(); -EOVERFLOW if the product wraps.
 */
int NSG(map_pages)(struct iommu_domain *domain, unsigned long iova,
		   phys_addr_t paddr, size_t pgsize, size_t pgcount, int prot,
		   gfp_t gfp, size_t *mapped)
{
	size_t len;

	if (check_mul_overflow(pgsize, pgcount, &len))
		return -EOVERFLOW;
	return NS(map_range)(container_of(domain, struct pt_iommu, domain),
			     iova, paddr, len, prot, gfp, mapped);
}
PT_EXPORT(NSG(map_pages));

/**
 * pt_iommu_<fmt>_unmap_pages() - unmap_range() by page size and count
 * @domain: domain of a struct pt_iommu_<fmt>
 * @iova: first address
 * @pgsize: bytes of a page
 * @pgcount: number of pages
 * @gather: takes the range and the tables that are left over
 *
 * Context: any.
 * Return: bytes removed.
 */
size_t NSG(unmap_pages)(struct iommu_domain *domain, unsigned long iova,
			size_t pgsize, size_t pgcount,
			struct iommu_iotlb_gather *gather)
{
	size_t len;

	if (check_mul_overflow(pgsize, pgcount, &len))
		return 0;
	return NS(unmap_range)(container_of(domain, struct pt_iommu, domain),
			       iova, len, gather);
}
PT_EXPORT(NSG(unmap_pages));

/**
 * pt_iommu_<fmt>_read_and_clear_dirty() - report leaves that were written through
 * @domain: domain of a struct pt_iommu_<fmt>
 * @iova: first address
 * @size: bytes
 * @flags: IOMMU_DIRTY_NO_CLEAR or 0
 * @dirty: takes the ranges
 *
 * Whether anybody tracks is for the driver to know.
 *
 * Context: any; the caller keeps the range from being unmapped.
 * Return: as pt_iommu_ops.read_and_clear_dirty.
 */
int NSG(read_and_clear_dirty)(struct iommu_domain *domain, unsigned long iova,
			      size_t size, unsigned long flags,
			      struct iommu_dirty_bitmap *dirty)
{
	return NS(read_and_clear_dirty)(container_of(domain, struct pt_iommu,
						     domain),
					iova, size, flags, dirty);
}
PT_EXPORT(NSG(read_and_clear_dirty));

#endif
