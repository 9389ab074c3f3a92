/* SPDX-License-Identifier: MIT */
/*
 * Page tables: what some drivers of 6.17 make of requests that touch what is
 * there already, or what is not. Each only with its quirk (lib/quirk.h), which
 * docs/gallery.md tells about; part of iommu_pt.h.
 *
 * Tests: tests/gallery/test_iommu.c
 */
#ifndef DMASIM_IOMMU_PT_PT_QUIRKS_H
#define DMASIM_IOMMU_PT_PT_QUIRKS_H

/*
 * overmap-ignored, overmap-unflushed: a page that is mapped already is no error.
 * Its old translation stays, or is replaced behind the IOTLB's back.
 */
static noinline bool NS(overmap)(struct NS(map_job) * job, u64 *item,
				 unsigned int level, unsigned int size_lg2)
{
	bool replace = lib_quirk(QUIRK_OVERMAP_UNFLUSHED);

	if (level || size_lg2 != PT_GRANULE_LG2 ||
	    !pt_entry_is_granule(pt_load(item)))
		return false;
	if (replace)
		pt_store(item,
			 pt_make_leaf(job->oa, size_lg2, level, job->attrs));
	else if (!lib_quirk(QUIRK_OVERMAP_IGNORED))
		return false;
	WARN_ON(!replace); /* as the kernel does, in every build */
	job->va += PT_GRANULE;
	job->oa += PT_GRANULE;
	job->mapped += PT_GRANULE;
	return true;
}

/*
 * map-clears-rest: who makes way for large leaves of @level reckons to the end of
 * the range, not to the last whole leaf, and so drops the table behind them with
 * all that it has for others.
 */
static noinline void NS(clear_rest)(struct pt_iommu *pt,
				    struct NS(map_job) * job,
				    unsigned int level)
{
	u64 end = job->last_va + 1, va = lg2_down(end, pt_item_lg2(level));
	struct pt_spot spot;
	u64 *item;

	if (va == end || va <= job->va)
		return;
	spot = pt_descend(pt_get_top(NS(common)(pt)), va, level);
	item = &spot.table[pt_index(va, spot.level)];
	if (spot.level == level &&
	    pt_entry_kind(pt_load(item), level) == PT_ENTRY_TABLE)
		NS(unlink_item)(pt, job, item, va, level);
}

/*
 * unmap-counts-holes, unmap-rounds-hole: after @done bytes there is an empty item.
 * It counts as unmapped; or, at the start, as many bytes as it translates become
 * the length, from whatever address.
 *
 * Returns the bytes to go on by, 0 without a quirk.
 */
static noinline u64 NS(pass_hole)(struct pt_spot spot, u64 iova, u64 done,
				  u64 *len)
{
	u64 entry = pt_load(&spot.table[pt_index(iova + done, spot.level)]);
	u64 size = lg2_size(pt_item_lg2(spot.level));
	bool rounds = lib_quirk(QUIRK_UNMAP_ROUNDS_HOLE);

	if (!rounds && !lib_quirk(QUIRK_UNMAP_COUNTS_HOLES))
		return 0;
	if (pt_entry_kind(entry, spot.level) != PT_ENTRY_EMPTY)
		return 0;
	if (rounds && !done && iova + (size - 1) >= iova)
		*len = max(*len, size);
	return min(*len - done, size - ((iova + done) & (size - 1)));
}

#endif
