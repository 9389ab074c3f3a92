/* SPDX-License-Identifier: MIT */
/*
 * Walker for mock tables, after the picture in mock_bits.h.
 *
 * - P clear: not present, and nothing else in the entry counts.
 * - T set: a pointer; at level 0, or with a right in it, it is malformed.
 * - T clear: a leaf; above level 2, or with address bits inside the page, it is
 *   malformed.
 * - Reserved bits are malformed everywhere, and so are addresses beyond the
 *   implemented width.
 *
 * Tests: tests/unit/mock/test_walk.c
 */
#include "hw/walk.h"
#include "unit/mock/mock_bits.h"
#include "unit/mock/mock_formats.h"

static enum hw_status leaf(struct hw_walk *w, uint64_t addr, unsigned int lg2)
{
	uint64_t in_leaf = (1ull << lg2) - 1;
	uint64_t phys = (w->entry & MOCK_ADDR_MASK) >> MOCK_ADDR_SHIFT;

	if (w->level > MOCK_MAX_LEAF_LEVEL || phys & in_leaf)
		return HW_ERR_RESERVED;
	w->read &= !!(w->entry & MOCK_R);
	w->write &= !!(w->entry & MOCK_W);
	w->phys = phys | (addr & in_leaf);
	w->lg2 = (uint8_t)lg2;
	return HW_OK;
}

static enum hw_status walk(const struct hw_walk_start *start, uint64_t addr,
			   struct hw_walk *w, unsigned int granule_lg2)
{
	hw_walk_begin(start, w);
	if (!hw_walk_in_range(
		    start, granule_lg2 + MOCK_INDEX_LG2 * start->levels, addr))
		return HW_ERR_RANGE;

	for (;;) {
		unsigned int lg2 = granule_lg2 + MOCK_INDEX_LG2 * w->level;
		uint64_t next;

		if (!hw_walk_fetch(w, addr >> lg2 & 511))
			return HW_ERR_TABLE;
		if (!(w->entry & MOCK_P))
			return HW_ERR_UNMAPPED;
		next = (w->entry & MOCK_ADDR_MASK) >> MOCK_ADDR_SHIFT;
		if (w->entry & MOCK_RESERVED_MASK || next >> start->oas_lg2)
			return HW_ERR_RESERVED;

		if (!(w->entry & MOCK_T))
			return leaf(w, addr, lg2);
		if (!w->level || w->entry & (MOCK_R | MOCK_W) ||
		    next & ((1ull << MOCK_TABLE_LG2) - 1))
			return HW_ERR_RESERVED;
		if (!hw_walk_descend(w, next, w->level - 1u, MOCK_INDEX_LG2,
				     lg2))
			return HW_ERR_TABLE;
	}
}

static enum hw_status walk_2k(const struct hw_walk_start *start, uint64_t addr,
			      struct hw_walk *w)
{
	return walk(start, addr, w, MOCK_2K_LG2);
}

static enum hw_status walk_64k(const struct hw_walk_start *start, uint64_t addr,
			       struct hw_walk *w)
{
	return walk(start, addr, w, MOCK_64K_LG2);
}

const struct hw_walk_format hw_mock_2k_format = {
	.name = "mock_2k",
	.granule_lg2 = MOCK_2K_LG2,
	.index_lg2 = MOCK_INDEX_LG2,
	.min_levels = MOCK_MIN_LEVELS,
	.max_levels = MOCK_MAX_LEVELS,
	.va_lg2 = MOCK_2K_LG2 + MOCK_INDEX_LG2 * MOCK_MAX_LEVELS,
	.entry = &hw_mock_2k_entry,
	.walk = walk_2k,
};

const struct hw_walk_format hw_mock_64k_format = {
	.name = "mock_64k",
	.granule_lg2 = MOCK_64K_LG2,
	.index_lg2 = MOCK_INDEX_LG2,
	.min_levels = MOCK_MIN_LEVELS,
	.max_levels = MOCK_MAX_LEVELS,
	.va_lg2 = MOCK_64K_LG2 + MOCK_INDEX_LG2 * MOCK_MAX_LEVELS,
	.entry = &hw_mock_64k_entry,
	.walk = walk_64k,
};

void hw_mock_add(void)
{
	hw_iommu_add_format(HW_PT_EXTRA, &hw_mock_2k_format);
	hw_iommu_add_format(HW_PT_EXTRA + 1, &hw_mock_64k_format);
}
