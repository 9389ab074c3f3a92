/* SPDX-License-Identifier: MIT */
/*
 * Walker for ARM LPAE tables (AArch64), both stages, three granules, after the
 * Arm architecture reference manual, "The AArch64 Virtual Memory System
 * Architecture", and the SMMUv3 specification for what a device asks.
 *
 *	granule	index bits	leaves at generic level 0, 1, 2
 *	4 KiB	9		4 KiB	2 MiB	1 GiB
 *	16 KiB	11		16 KiB	32 MiB
 *	64 KiB	13		64 KiB	512 MiB	4 TiB (only with 52 address bits)
 *
 * - Bit 0 clear: not present. Type 1 at level 0, and blocks at a level without
 *   leaves, are malformed.
 * - Reserved: bits 50..48, low address bits of a block. The 64 KiB granule keeps
 *   address bits 51..48 in bits 15..12.
 * - An address beyond the implemented width: an address-size fault.
 * - The contiguous bit stands for an aligned group of leaves, each of which
 *   says its own address. Members that do not go together are malformed:
 *   hardware would use whichever it meets.
 * - Stage 1: AP[2] forbids writing, AP[1] clear forbids everything to the
 *   unprivileged, which devices are here; table entries can forbid both for all
 *   below. Stage 2: S2AP grants each right by itself.
 * - AF clear in a leaf: an access-flag fault, before rights are looked at, and
 *   nothing to remember; with hardware updates it is set instead.
 * - DBM with hardware updates: AP[2] at stage 1 does not forbid writing but says
 *   "clean", and a write takes it away; at stage 2 a missing S2AP[1] does, and a
 *   write sets it. Members of a group may differ in it. Pointers have no marks.
 * - At stage 2 up to 16 tables lie side by side as the root: its index has more
 *   bits.
 * Reduced: no upper address range (TTBR1), nothing is executed.
 *
 * Tests: tests/unit/hw/test_walk_arm.c
 */
#include "hw/walk.h"
#include "iommu_pt/fmt/arm_bits.h"

#define LOG_ENTRY 3

/** struct geometry - one granule of one stage */
struct geometry {
	unsigned int granule_lg2;
	bool stage2;
};

static unsigned int index_lg2(const struct geometry *g)
{
	return g->granule_lg2 - LOG_ENTRY;
}

static unsigned int shift_of(const struct geometry *g, unsigned int level)
{
	return g->granule_lg2 + index_lg2(g) * level;
}

static unsigned int address_lg2(const struct geometry *g, unsigned int oas_lg2)
{
	unsigned int most = g->granule_lg2 == ARM_64K_LG2 ? ARM_64K_ADDR_LG2 :
							    ARM_ADDR_LG2;

	return oas_lg2 < most ? oas_lg2 : most;
}

static uint64_t address_in(const struct geometry *g, uint64_t entry)
{
	uint64_t addr = entry & ARM_ADDR_MASK;

	if (g->granule_lg2 == ARM_64K_LG2)
		addr = (addr & ~ARM_HI_MASK) | (entry & ARM_HI_MASK)
						       << (48 - ARM_HI_SHIFT);
	return addr;
}

/* lg2 of the members of a contiguous group; 0 if there are none. */
static unsigned int group_lg2(const struct geometry *g, unsigned int level)
{
	switch (g->granule_lg2) {
	case ARM_4K_LG2:
		return 4;
	case ARM_16K_LG2:
		return level ? 5 : 7;
	default:
		return level < 2 ? 5 : 0;
	}
}

static bool has_blocks(const struct geometry *g, unsigned int level,
		       unsigned int oas_lg2)
{
	switch (g->granule_lg2) {
	case ARM_4K_LG2:
		return level <= 2;
	case ARM_16K_LG2:
		return level <= 1;
	default:
		return level <= 1 || (level == 2 && oas_lg2 > ARM_ADDR_LG2);
	}
}

/* Do the 2^@lg2 leaves around @index say the same, one after the other? */
static bool group_agrees(const struct geometry *g, const struct hw_walk *w,
			 unsigned int index, unsigned int lg2)
{
	unsigned int first = index >> lg2 << lg2, i;
	uint64_t size = 1ull << shift_of(g, w->level);
	uint64_t at = address_in(g, w->entry) - (index - first) * size;
	uint64_t ignore = ARM_ADDR_MASK | ARM_SW_MASK | ARM_AF;

	if (w->entry & ARM_DBM)
		ignore |= g->stage2 ? ARM_S2_WRITE : ARM_S1_RDONLY;
	if (at & ((size << lg2) - 1))
		return false;
	for (i = first; i < first + (1u << lg2); i++, at += size) {
		struct hw_walk other = { .memory = w->memory,
					 .table = w->table };

		if (!hw_walk_fetch(&other, i) ||
		    (other.entry ^ w->entry) & ~ignore ||
		    address_in(g, other.entry) != at)
			return false;
	}
	return true;
}

static enum hw_status arm_leaf(const struct geometry *g, struct hw_walk *w,
			       uint64_t addr, unsigned int index, bool update)
{
	unsigned int lg2 = shift_of(g, w->level);
	uint64_t pa = address_in(g, w->entry), in_leaf = (1ull << lg2) - 1;

	if (pa & in_leaf)
		return HW_ERR_RESERVED;
	w->phys = pa | (addr & in_leaf);
	if (w->entry & ARM_CONT) {
		unsigned int group = group_lg2(g, w->level);

		if (!group || !group_agrees(g, w, index, group))
			return HW_ERR_RESERVED;
		lg2 += group;
	}
	w->lg2 = (uint8_t)lg2;
	if (g->stage2) {
		w->read &= !!(w->entry & ARM_S2_READ);
		w->write &= w->entry & ARM_S2_WRITE ||
			    (update && w->entry & ARM_DBM);
	} else {
		bool user = w->entry & ARM_S1_USER;

		w->read &= user;
		w->write &= user && (!(w->entry & ARM_S1_RDONLY) ||
				     (update && w->entry & ARM_DBM));
	}
	if (!(w->entry & ARM_AF) && !update)
		return HW_ERR_ACCESS;
	return HW_OK;
}

static enum hw_status arm_walk(const struct geometry *g,
			       const struct hw_walk_start *start, uint64_t addr,
			       struct hw_walk *w)
{
	unsigned int oas_lg2 = address_lg2(g, start->oas_lg2);

	hw_walk_begin(start, w);
	if (!hw_walk_in_range(start, shift_of(g, start->levels), addr))
		return HW_ERR_RANGE;

	for (;;) {
		unsigned int lg2 = shift_of(g, w->level);
		uint64_t index = addr >> lg2, pa;

		/* Only a root of several tables has more entries than one. */
		if (w->level != start->levels - 1u)
			index &= (1u << index_lg2(g)) - 1;
		if (!hw_walk_fetch(w, (unsigned int)index))
			return HW_ERR_TABLE;
		if (!(w->entry & ARM_VALID))
			return HW_ERR_UNMAPPED;
		pa = address_in(g, w->entry);
		if (w->entry & ARM_RES0_MASK)
			return HW_ERR_RESERVED;
		if (pa >> oas_lg2)
			return HW_ERR_ADDR_SIZE;

		if (!w->level) {
			if ((w->entry & ARM_TYPE_MASK) != ARM_TYPE_PAGE)
				return HW_ERR_RESERVED;
			return arm_leaf(g, w, addr, (unsigned int)index,
					start->update);
		}
		if ((w->entry & ARM_TYPE_MASK) == ARM_TYPE_BLOCK) {
			if (!has_blocks(g, w->level, oas_lg2))
				return HW_ERR_RESERVED;
			return arm_leaf(g, w, addr, (unsigned int)index,
					start->update);
		}
		if (!g->stage2) {
			if (w->entry & ARM_S1_TABLE_NO_USER)
				w->read = w->write = false;
			if (w->entry & ARM_S1_TABLE_RDONLY)
				w->write = false;
		}
		if (pa & ((1ull << g->granule_lg2) - 1))
			return HW_ERR_RESERVED;
		if (!hw_walk_descend(w, pa, w->level - 1u, index_lg2(g), lg2))
			return HW_ERR_TABLE;
	}
}

static uint64_t arm_s1_touch(uint64_t entry, bool write)
{
	if (write && entry & ARM_DBM)
		entry &= ~ARM_S1_RDONLY;
	return entry | ARM_AF;
}

static uint64_t arm_s2_touch(uint64_t entry, bool write)
{
	if (write && entry & ARM_DBM)
		entry |= ARM_S2_WRITE;
	return entry | ARM_AF;
}

#define ARM_FORMAT(stage, granule, lg2, least, va)                           \
	static enum hw_status s##stage##_##granule##_walk(                   \
		const struct hw_walk_start *start, uint64_t addr,            \
		struct hw_walk *w)                                           \
	{                                                                    \
		static const struct geometry g = { lg2, (stage) == 2 };      \
                                                                             \
		return arm_walk(&g, start, addr, w);                         \
	}                                                                    \
                                                                             \
	const struct hw_walk_format hw_arm_s##stage##_##granule##_format = { \
		.name = "arm_s" #stage "_" #granule,                         \
		.granule_lg2 = lg2,                                          \
		.index_lg2 = (lg2)-LOG_ENTRY,                                \
		.min_levels = least,                                         \
		.max_levels = (lg2) == ARM_64K_LG2 ? 3 : ARM_MAX_LEVELS,     \
		.concat_lg2 = (stage) == 2 ? ARM_MAX_CONCAT_LG2 : 0,         \
		.va_lg2 = va,                                                \
		.entry = &hw_arm_s##stage##_##granule##_entry,               \
		.first_stage = (stage) == 1,                                 \
		.touch = arm_s##stage##_touch,                               \
		.walk = s##stage##_##granule##_walk,                         \
	}

ARM_FORMAT(1, 4k, ARM_4K_LG2, 2, ARM_ADDR_LG2);
ARM_FORMAT(1, 16k, ARM_16K_LG2, 2, ARM_ADDR_LG2);
ARM_FORMAT(1, 64k, ARM_64K_LG2, 2, ARM_64K_ADDR_LG2);
ARM_FORMAT(2, 4k, ARM_4K_LG2, 2, ARM_ADDR_LG2);
ARM_FORMAT(2, 16k, ARM_16K_LG2, 2, ARM_ADDR_LG2);
ARM_FORMAT(2, 64k, ARM_64K_LG2, 2, ARM_64K_ADDR_LG2);
