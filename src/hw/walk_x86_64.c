/* SPDX-License-Identifier: MIT */
/*
 * Walker for x86-64 tables, after the Intel 64 manual, "4-level paging and
 * 5-level paging", as the IOMMU specifications apply it to DMA.
 *
 *	address  ... | 47..39 | 38..30 | 29..21 | 20..12 | 11..0
 *	level            3       2 (1G)   1 (2M)   0 (4K)
 *
 * - P clear: not present, and nothing else in the entry counts.
 * - Levels 1 and 2 hold leaves if PS is set; above that PS is reserved; at
 *   level 0 the bit is a memory type.
 * - Reserved are address bits beyond the implemented width and the low address
 *   bits of a large leaf, but for the lowest, which is a memory type.
 * - Whatever is present can be read; writing needs RW at every level. Requests
 *   are those of a user: U clear at any level forbids both.
 * - With sign extension addresses are canonical, or out of range.
 * - A of every entry on the way and D of the leaf are set if they are not.
 * Reduced: nothing is executed, so XD says nothing.
 *
 * Tests: tests/unit/hw/test_walk_x86_64.c
 */
#include "hw/walk.h"
#include "iommu_pt/fmt/x86_64_bits.h"

static unsigned int shift_of(unsigned int level)
{
	return X86_64_GRANULE_LG2 + X86_64_INDEX_LG2 * level;
}

static enum hw_status x86_64_leaf(struct hw_walk *w, uint64_t addr)
{
	unsigned int lg2 = shift_of(w->level);
	uint64_t in_leaf = (1ull << lg2) - 1, low = in_leaf;

	if (w->level)
		low &= ~X86_64_PAT_LARGE;
	if (w->level > X86_64_MAX_LEAF_LEVEL ||
	    w->entry & X86_64_ADDR_MASK & low)
		return HW_ERR_RESERVED;
	w->phys = (w->entry & X86_64_ADDR_MASK & ~in_leaf) | (addr & in_leaf);
	w->lg2 = (uint8_t)lg2;
	return HW_OK;
}

static enum hw_status x86_64_walk(const struct hw_walk_start *start,
				  uint64_t addr, struct hw_walk *w)
{
	uint64_t too_wide = X86_64_ADDR_MASK & ~((1ull << start->oas_lg2) - 1);

	hw_walk_begin(start, w);
	if (!hw_walk_in_range(start, shift_of(start->levels), addr))
		return HW_ERR_RANGE;

	for (;;) {
		unsigned int lg2 = shift_of(w->level);
		bool user;

		if (!hw_walk_fetch(w, addr >> lg2 & 511))
			return HW_ERR_TABLE;
		if (!(w->entry & X86_64_P))
			return HW_ERR_UNMAPPED;
		if (w->entry & too_wide)
			return HW_ERR_RESERVED;
		user = w->entry & X86_64_U;
		w->read &= user;
		w->write &= user && w->entry & X86_64_RW;

		if (!w->level || w->entry & X86_64_PS)
			return x86_64_leaf(w, addr);
		if (!hw_walk_descend(w, w->entry & X86_64_ADDR_MASK,
				     w->level - 1u, X86_64_INDEX_LG2, lg2))
			return HW_ERR_TABLE;
	}
}

static uint64_t x86_64_touch(uint64_t entry, bool write)
{
	return entry | X86_64_A | (write ? X86_64_D : 0);
}

const struct hw_walk_format hw_x86_64_format = {
	.name = "x86_64",
	.granule_lg2 = X86_64_GRANULE_LG2,
	.index_lg2 = X86_64_INDEX_LG2,
	.min_levels = X86_64_MIN_LEVELS,
	.max_levels = X86_64_MAX_LEVELS,
	.va_lg2 = 57,
	.sign_extends = true,
	.entry = &hw_x86_64_entry,
	.first_stage = true,
	.touch = x86_64_touch,
	.table_touch = X86_64_A,
	.touches = true,
	.walk = x86_64_walk,
};
