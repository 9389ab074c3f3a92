/* SPDX-License-Identifier: MIT */
/*
 * Page tables: which leaves were written through. Part of iommu_pt.h.
 *
 * Hardware marks one item of a leaf, whichever it met; the leaf is dirty if any
 * of its items is, and is reported, and cleaned, as a whole. What is not mapped is
 * passed over.
 *
 * B1  A leaf is reported before it is cleaned: a write in between is either in
 *     this report or leaves a mark for the next.
 * B2  A cleaned leaf is in the gather: hardware that remembers it as dirty would
 *     not mark it again.
 * Locks: none; the caller keeps the range from being unmapped.
 * Tests: tests/unit/iommu/test_dirty.c, tests/unit/iommu_pt/dirty_cases.h
 */
#ifndef DMASIM_IOMMU_PT_PT_DIRTY_H
#define DMASIM_IOMMU_PT_PT_DIRTY_H

/* Report the leaf of @nr items from @va on, each of 2^@item_lg2 bytes. */
static void NS(record_dirty)(struct iommu_dirty_bitmap *dirty, u64 va,
			     unsigned int item_lg2, unsigned int nr)
{
	/* dirty-short: the index of the last item is taken for their number. */
	if (nr > 1 && lib_quirk(QUIRK_DIRTY_SHORT))
		nr--;
	/* dirty-no-gather: what nobody gave is written to. */
	BUG_ON(!dirty->gather && lib_quirk(QUIRK_DIRTY_NO_GATHER));
	iommu_dirty_bitmap_record(dirty, va, (u64)nr << item_lg2);
}

/* The leaf around @item, which translates @va. */
static void NS(read_dirty_leaf)(u64 *item, u64 entry, unsigned int level,
				u64 va, unsigned long flags,
				struct iommu_dirty_bitmap *dirty)
{
	unsigned int item_lg2 = pt_item_lg2(level);
	unsigned int contig_lg2 = pt_contig_lg2(entry, level);
	unsigned int nr = 1u << contig_lg2, i;

	item -= lg2_mod(pt_index(va, level), contig_lg2);
	for (i = 0; i < nr; i++)
		if (pt_entry_is_dirty(pt_load(&item[i])))
			break;
	if (i == nr)
		return;
	NS(record_dirty)
	(dirty, lg2_down(va, item_lg2 + contig_lg2), item_lg2, nr);
	if (!(flags & IOMMU_DIRTY_NO_CLEAR))
		pt_items_make_clean(item, nr);
}

static int NS(read_and_clear_dirty)(struct pt_iommu *pt, dma_addr_t iova,
				    dma_addr_t len, unsigned long flags,
				    struct iommu_dirty_bitmap *dirty)
{
	struct pt_common *common = NS(common)(pt);
	u64 va = iova, last_va;

	if (!len)
		return -EINVAL;
	if (check_add_overflow(iova, len - 1, &last_va))
		return -EOVERFLOW;
	if (!pt_range_fits(common, iova, last_va))
		return -ERANGE;

	for (;;) {
		struct pt_top top = pt_get_top(common);
		unsigned int size_lg2;
		struct pt_spot spot;
		u64 entry, *item;

		/* Beyond what it reaches so far there are only holes. */
		if (pt_has(common, PT_FEAT_DYNAMIC_TOP) &&
		    !pt_reaches(top.level, va))
			return 0;
		spot = pt_descend(top, va, 0);
		item = &spot.table[pt_index(va, spot.level)];
		entry = pt_load(item);
		size_lg2 = pt_item_lg2(spot.level);
		if (pt_entry_kind(entry, spot.level) == PT_ENTRY_LEAF) {
			NS(read_dirty_leaf)
			(item, entry, spot.level, va, flags, dirty);
			size_lg2 = pt_leaf_size_lg2(entry, spot.level);
		}
		va = lg2_last(va, size_lg2);
		if (va >= last_va)
			return 0;
		va++;
	}
}

/* Hardware that writes through @iova, for tests without a device. */
static int NS(set_dirty)(struct pt_iommu *pt, dma_addr_t iova)
{
	struct pt_iommu_path path;
	u64 *item, entry, dirty;

	if (!NS(find)(pt, iova, &path))
		return -EINVAL;
	item = path.item[path.level];
	entry = pt_load(item);
	dirty = pt_make_dirty(entry);
	if (!pt_entry_is_dirty(dirty))
		return -EOPNOTSUPP;
	return try_cmpxchg64(item, &entry, dirty) ? 0 : -EAGAIN;
}

#endif
