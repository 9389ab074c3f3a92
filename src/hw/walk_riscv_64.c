/* SPDX-License-Identifier: MIT */
/*
 * Walker for RISC-V Sv39, Sv48 and Sv57 tables, after the privileged
 * architecture, "Virtual address translation process", and the IOMMU
 * specification, which makes A and D faults unless hardware updates are on.
 *
 * - V clear, and W without R: the first is not present, the second reserved.
 * - An entry with R, W or X is a leaf, at any level; its page number must be
 *   aligned to the level.
 * - At level 0 an entry without rights is no table: not usable, malformed.
 * - Bits 60..54, PBMT 3, and in a table entry A, D, U, PBMT and N are reserved.
 * - N stands for 64 KiB in 16 equal entries of level 0, page number low bits
 *   1000; any other use is reserved. Entries that disagree, but for A, D and
 *   the bits that are software's, are malformed: hardware would use whichever
 *   it meets.
 * - Requests are those of a user: without U no rights. A clear: none either; D
 *   clear: no writing; unless hardware writes both itself (SADE), in the leaf.
 * - Addresses are canonical, or out of range.
 *
 * Tests: tests/unit/hw/test_walk_riscv_64.c
 */
#include "hw/walk.h"
#include "iommu_pt/fmt/riscv_64_bits.h"

#define RIGHTS (RISCV_64_R | RISCV_64_W | RISCV_64_X)
#define NR_NAPOT (1u << (RISCV_64_NAPOT_LG2 - RISCV_64_GRANULE_LG2))

static unsigned int shift_of(unsigned int level)
{
	return RISCV_64_GRANULE_LG2 + RISCV_64_INDEX_LG2 * level;
}

static uint64_t address_in(uint64_t entry)
{
	return (entry & RISCV_64_PPN_MASK) >> RISCV_64_PPN_SHIFT
						      << RISCV_64_GRANULE_LG2;
}

/* Do the 16 entries around that of @addr say the same? */
static bool napot_agrees(const struct hw_walk *w, uint64_t addr)
{
	uint64_t ignore = RISCV_64_A | RISCV_64_D | RISCV_64_RSW_MASK;
	unsigned int first = addr >> RISCV_64_GRANULE_LG2 & 511, i;

	first &= ~(NR_NAPOT - 1);
	for (i = first; i < first + NR_NAPOT; i++) {
		struct hw_walk other = { .memory = w->memory,
					 .table = w->table };

		if (!hw_walk_fetch(&other, i) ||
		    (other.entry ^ w->entry) & ~ignore)
			return false;
	}
	return true;
}

static enum hw_status riscv_64_leaf(const struct hw_walk_start *start,
				    struct hw_walk *w, uint64_t addr)
{
	uint64_t pa = address_in(w->entry), in_leaf;
	unsigned int lg2 = shift_of(w->level);

	if (!(w->entry & RISCV_64_R) && w->entry & RISCV_64_W)
		return HW_ERR_RESERVED;
	if (w->entry & RISCV_64_N) {
		if (w->level ||
		    (w->entry & RISCV_64_NAPOT_MASK) != RISCV_64_NAPOT_CODE ||
		    !napot_agrees(w, addr))
			return HW_ERR_RESERVED;
		lg2 = RISCV_64_NAPOT_LG2;
		pa = pa >> lg2 << lg2;
	}
	in_leaf = (1ull << lg2) - 1;
	if (pa & in_leaf || pa >> start->oas_lg2)
		return HW_ERR_RESERVED;
	if (w->entry & RISCV_64_U && (w->entry & RISCV_64_A || start->update)) {
		w->read &= !!(w->entry & RISCV_64_R);
		w->write &= w->entry & RISCV_64_W &&
			    (w->entry & RISCV_64_D || start->update);
	} else {
		w->read = false;
		w->write = false;
	}
	w->phys = pa | (addr & in_leaf);
	w->lg2 = (uint8_t)lg2;
	return HW_OK;
}

static enum hw_status riscv_64_walk(const struct hw_walk_start *start,
				    uint64_t addr, struct hw_walk *w)
{
	const uint64_t not_in_table = RISCV_64_A | RISCV_64_D | RISCV_64_U |
				      RISCV_64_PBMT_MASK | RISCV_64_N;

	hw_walk_begin(start, w);
	if (!hw_walk_in_range(start, shift_of(start->levels), addr))
		return HW_ERR_RANGE;

	for (;;) {
		unsigned int lg2 = shift_of(w->level);
		uint64_t next;

		if (!hw_walk_fetch(w, addr >> lg2 & 511))
			return HW_ERR_TABLE;
		if (!(w->entry & RISCV_64_V))
			return HW_ERR_UNMAPPED;
		if (w->entry & RISCV_64_RESERVED_MASK ||
		    (w->entry & RISCV_64_PBMT_MASK) == RISCV_64_PBMT_MASK)
			return HW_ERR_RESERVED;
		if (w->entry & RIGHTS)
			return riscv_64_leaf(start, w, addr);

		next = address_in(w->entry);
		if (!w->level || w->entry & not_in_table ||
		    next >> start->oas_lg2)
			return HW_ERR_RESERVED;
		if (!hw_walk_descend(w, next, w->level - 1u, RISCV_64_INDEX_LG2,
				     lg2))
			return HW_ERR_TABLE;
	}
}

static uint64_t riscv_64_touch(uint64_t entry, bool write)
{
	return entry | RISCV_64_A | (write ? RISCV_64_D : 0);
}

const struct hw_walk_format hw_riscv_64_format = {
	.name = "riscv64",
	.granule_lg2 = RISCV_64_GRANULE_LG2,
	.index_lg2 = RISCV_64_INDEX_LG2,
	.min_levels = RISCV_64_MIN_LEVELS,
	.max_levels = RISCV_64_MAX_LEVELS,
	.va_lg2 = 57,
	.sign_extends = true,
	.entry = &hw_riscv_64_entry,
	.first_stage = true,
	.touch = riscv_64_touch,
	.walk = riscv_64_walk,
};
