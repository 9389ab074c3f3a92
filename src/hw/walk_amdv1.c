/* SPDX-License-Identifier: MIT */
/*
 * Walker for AMD host page tables, after the AMD IOMMU specification, section
 * "I/O page tables for host translations".
 *
 * The tree has 1..6 levels; each entry says in its NextLevel field how it goes
 * on (the specification counts levels from 1; entry "mode" = generic + 1):
 *
 *	0	leaf of the level's own size
 *	1..6	table of that level; skipping levels is legal if the address bits
 *		of the levels skipped are zero
 *	7	leaf whose size is coded in its address: size = 2^(1 + position of
 *		the lowest 0 bit from bit 12 on), repeated in every entry it spans
 *
 * - PR clear: not present. IR and IW are ANDed over all entries.
 * - A NextLevel that does not go down, leaves at the top-most level of six, a
 *   size that does not belong to the level or is the level's own size coded the
 *   long way, the 512 GiB leaf (erratum) and reserved bits are malformed.
 * - Entries that together describe one leaf must agree, but for the accessed
 *   and dirty bits. Hardware would use whichever it meets; a table that depends
 *   on that is wrong, so it is reported.
 * - With HAD on, A and D are set in the entry that the walk met, one of those that
 *   describe the leaf, and A in the pointers on the way.
 *
 * Tests: tests/unit/hw/test_walk_amdv1.c
 */
#include "hw/walk.h"
#include "iommu_pt/fmt/amdv1_bits.h"

#define ERRATUM_LG2 39
#define MAX_LEAF_LG2 51

static unsigned int shift_of(unsigned int level)
{
	return AMDV1_GRANULE_LG2 + AMDV1_INDEX_LG2 * level;
}

static unsigned int index_bits(unsigned int level)
{
	return level == AMDV1_MAX_LEVELS - 1 ? AMDV1_TOP_INDEX_LG2 :
					       AMDV1_INDEX_LG2;
}

/* lg2 of the size coded in the address field, 64 if there is no 0 bit. */
static unsigned int coded_size(uint64_t entry)
{
	uint64_t zeroes = ~entry & AMDV1_ADDR_MASK;

	return zeroes ? __builtin_ctzll(zeroes) + 1u : 64;
}

/* Do the 2^@lg2 entries around @index say the same? */
static bool replicas_agree(const struct hw_walk *w, unsigned int index,
			   unsigned int lg2)
{
	unsigned int first = index >> lg2 << lg2, i;
	uint64_t ignore = AMDV1_A | AMDV1_D;

	for (i = first; i < first + (1u << lg2); i++) {
		struct hw_walk other = { .memory = w->memory,
					 .table = w->table };

		if (!hw_walk_fetch(&other, i) ||
		    (other.entry ^ w->entry) & ~ignore)
			return false;
	}
	return true;
}

/* @w->entry is a leaf with NextLevel 7. */
static enum hw_status coded_leaf(struct hw_walk *w, uint64_t addr)
{
	unsigned int own = shift_of(w->level), lg2 = coded_size(w->entry);
	unsigned int index = addr >> own & 511;

	if (lg2 <= own || lg2 >= own + AMDV1_INDEX_LG2 || lg2 > MAX_LEAF_LG2)
		return HW_ERR_RESERVED;
	if (!replicas_agree(w, index, lg2 - own))
		return HW_ERR_RESERVED;
	w->lg2 = (uint8_t)lg2;
	return HW_OK;
}

/* @w->entry is a leaf with NextLevel 0. */
static enum hw_status natural_leaf(struct hw_walk *w)
{
	unsigned int own = shift_of(w->level);
	uint64_t low = AMDV1_ADDR_MASK & ((1ull << own) - 1);

	if (own == ERRATUM_LG2 || own > MAX_LEAF_LG2 || w->entry & low)
		return HW_ERR_RESERVED;
	w->lg2 = (uint8_t)own;
	return HW_OK;
}

static enum hw_status leaf(struct hw_walk *w, uint64_t addr, bool coded,
			   unsigned int oas_lg2)
{
	enum hw_status status = HW_ERR_RESERVED;
	uint64_t in_leaf;

	if (w->level < AMDV1_MAX_LEVELS - 1)
		status = coded ? coded_leaf(w, addr) : natural_leaf(w);
	if (status)
		return status;
	in_leaf = (1ull << w->lg2) - 1;
	w->phys = (w->entry & AMDV1_ADDR_MASK & ~in_leaf) | (addr & in_leaf);
	return w->phys >> oas_lg2 ? HW_ERR_RESERVED : HW_OK;
}

/* Go down to the table of specification level @next (generic @next - 1). */
static enum hw_status down(struct hw_walk *w, uint64_t addr, unsigned int next,
			   unsigned int oas_lg2)
{
	uint64_t table = w->entry & AMDV1_ADDR_MASK;
	uint64_t skipped;

	if (next > w->level || w->entry & (AMDV1_FC | AMDV1_U) ||
	    table >> oas_lg2)
		return HW_ERR_RESERVED;
	skipped = addr & ((1ull << shift_of(w->level)) - 1);
	if (skipped >> shift_of(next))
		return HW_ERR_UNMAPPED;
	return hw_walk_descend(w, table, next - 1, AMDV1_INDEX_LG2,
			       shift_of(next)) ?
		       HW_OK :
		       HW_ERR_TABLE;
}

static enum hw_status amdv1_walk(const struct hw_walk_start *start,
				 uint64_t addr, struct hw_walk *w)
{
	hw_walk_begin(start, w);
	if (!hw_walk_in_range(start, shift_of(start->levels), addr))
		return HW_ERR_RANGE;

	for (;;) {
		unsigned int own = shift_of(w->level), next;
		unsigned int mask = (1u << index_bits(w->level)) - 1;
		enum hw_status status;

		if (!hw_walk_fetch(w, addr >> own & mask))
			return HW_ERR_TABLE;
		if (!(w->entry & AMDV1_PR))
			return HW_ERR_UNMAPPED;
		if (w->entry & AMDV1_RESERVED_MASK)
			return HW_ERR_RESERVED;
		w->read &= !!(w->entry & AMDV1_IR);
		w->write &= !!(w->entry & AMDV1_IW);

		next = (w->entry & AMDV1_NEXT_MASK) >> AMDV1_NEXT_SHIFT;
		if (next == AMDV1_NEXT_LEAF || next == AMDV1_NEXT_CONTIG)
			return leaf(w, addr, next == AMDV1_NEXT_CONTIG,
				    start->oas_lg2);
		status = down(w, addr, next, start->oas_lg2);
		if (status)
			return status;
	}
}

static uint64_t amdv1_touch(uint64_t entry, bool write)
{
	return entry | AMDV1_A | (write ? AMDV1_D : 0);
}

const struct hw_walk_format hw_amdv1_format = {
	.name = "amdv1",
	.granule_lg2 = AMDV1_GRANULE_LG2,
	.index_lg2 = AMDV1_INDEX_LG2,
	.min_levels = 1,
	.max_levels = AMDV1_MAX_LEVELS,
	.va_lg2 = 64,
	.entry = &hw_amdv1_entry,
	.touch = amdv1_touch,
	.table_touch = AMDV1_A,
	.walk = amdv1_walk,
};
