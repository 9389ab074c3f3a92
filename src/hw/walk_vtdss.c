/* SPDX-License-Identifier: MIT */
/*
 * Walker for VT-d second-stage tables, after the VT-d specification, chapter
 * "Second-stage translation" and its entry tables.
 *
 *	address  ... | 38..30 | 29..21 | 20..12 | 11..0
 *	level           2 (1G)   1 (2M)   0 (4K)
 *
 * - An entry is present if it grants anything: R or W.
 * - Levels 1 and 2 hold leaves if bit 7 is set; above that it is reserved.
 * - Address bits beyond the implemented width are reserved, and so are the low
 *   address bits of a large leaf.
 * - A right is granted if every entry on the way grants it.
 * - With SSADE on, A and D of the leaf are set; pointers have neither.
 * Reduced: no execute right.
 *
 * Tests: tests/unit/hw/test_walk_vtdss.c
 */
#include "hw/walk.h"
#include "iommu_pt/fmt/vtdss_bits.h"

static unsigned int shift_of(unsigned int level)
{
	return VTDSS_GRANULE_LG2 + VTDSS_INDEX_LG2 * level;
}

static enum hw_status vtdss_walk(const struct hw_walk_start *start,
				 uint64_t addr, struct hw_walk *w)
{
	uint64_t too_wide = VTDSS_ADDR_MASK & ~((1ull << start->oas_lg2) - 1);

	hw_walk_begin(start, w);
	if (!hw_walk_in_range(start, shift_of(start->levels), addr))
		return HW_ERR_RANGE;

	for (;;) {
		unsigned int lg2 = shift_of(w->level);
		uint64_t in_leaf = (1ull << lg2) - 1, next;

		if (!hw_walk_fetch(w, addr >> lg2 & 511))
			return HW_ERR_TABLE;
		if (!(w->entry & (VTDSS_R | VTDSS_W)))
			return HW_ERR_UNMAPPED;
		if (w->entry & too_wide)
			return HW_ERR_RESERVED;
		w->read &= !!(w->entry & VTDSS_R);
		w->write &= !!(w->entry & VTDSS_W);
		next = w->entry & VTDSS_ADDR_MASK;

		if (!w->level || w->entry & VTDSS_PS) {
			if (w->level > VTDSS_MAX_LEAF_LEVEL || next & in_leaf)
				return HW_ERR_RESERVED;
			w->phys = next | (addr & in_leaf);
			w->lg2 = (uint8_t)lg2;
			return HW_OK;
		}
		if (!hw_walk_descend(w, next, w->level - 1u, VTDSS_INDEX_LG2,
				     lg2))
			return HW_ERR_TABLE;
	}
}

static uint64_t vtdss_touch(uint64_t entry, bool write)
{
	return entry | VTDSS_A | (write ? VTDSS_D : 0);
}

const struct hw_walk_format hw_vtdss_format = {
	.name = "vtdss",
	.granule_lg2 = VTDSS_GRANULE_LG2,
	.index_lg2 = VTDSS_INDEX_LG2,
	.min_levels = VTDSS_MIN_LEVELS,
	.max_levels = VTDSS_MAX_LEVELS,
	.va_lg2 = 57,
	.entry = &hw_vtdss_entry,
	.touch = vtdss_touch,
	.walk = vtdss_walk,
};
