/* SPDX-License-Identifier: MIT */
/*
 * Entries of RISC-V tables, after the privileged architecture, "Sv39: page table
 * entry", with Svnapot and Svpbmt.
 *
 * Tests: tests/unit/hw/test_entry.c
 */
#include "hw/entry.h"
#include "iommu_pt/fmt/riscv_64_bits.h"

#define RIGHTS (RISCV_64_R | RISCV_64_W | RISCV_64_X)

static const struct hw_field fields[] = {
	{ "V", RISCV_64_V, HW_FIELD_FLAG, HW_IN_ANY },
	{ "R", RISCV_64_R, HW_FIELD_FLAG, HW_IN_ANY },
	{ "W", RISCV_64_W, HW_FIELD_FLAG, HW_IN_ANY },
	{ "X", RISCV_64_X, HW_FIELD_FLAG, HW_IN_ANY },
	{ "U", RISCV_64_U, HW_FIELD_FLAG, HW_IN_LEAF },
	{ "U", RISCV_64_U, HW_FIELD_ZERO, HW_IN_TABLE },
	{ "G", RISCV_64_G, HW_FIELD_FLAG, HW_IN_ANY },
	{ "A", RISCV_64_A, HW_FIELD_FLAG, HW_IN_LEAF },
	{ "A", RISCV_64_A, HW_FIELD_ZERO, HW_IN_TABLE },
	{ "D", RISCV_64_D, HW_FIELD_FLAG, HW_IN_LEAF },
	{ "D", RISCV_64_D, HW_FIELD_ZERO, HW_IN_TABLE },
	{ "RSW", RISCV_64_RSW_MASK, HW_FIELD_IGNORED, HW_IN_ANY },
	{ "PPN", RISCV_64_PPN_MASK, HW_FIELD_NUMBER, HW_IN_ANY },
	{ "reserved", RISCV_64_RESERVED_MASK, HW_FIELD_ZERO, HW_IN_ANY },
	{ "PBMT", RISCV_64_PBMT_MASK, HW_FIELD_NUMBER, HW_IN_LEAF },
	{ "PBMT", RISCV_64_PBMT_MASK, HW_FIELD_ZERO, HW_IN_TABLE },
	{ "N", RISCV_64_N, HW_FIELD_FLAG, HW_IN_LEAF },
	{ "N", RISCV_64_N, HW_FIELD_ZERO, HW_IN_TABLE },
};

static uint64_t addr_in(uint64_t word)
{
	return (word & RISCV_64_PPN_MASK) >> RISCV_64_PPN_SHIFT
						     << RISCV_64_GRANULE_LG2;
}

static unsigned int where(uint64_t word, unsigned int level)
{
	if (!(word & RIGHTS))
		return HW_IN_TABLE;
	return level ? HW_IN_LARGE : HW_IN_PAGE;
}

static const char *why(uint64_t word, unsigned int level, unsigned int oas_lg2)
{
	unsigned int lg2 = RISCV_64_GRANULE_LG2 + RISCV_64_INDEX_LG2 * level;
	uint64_t addr = addr_in(word);

	if (where(word, level) == HW_IN_TABLE) {
		if (!level)
			return "no rights at level 0: a pointer where there are no tables";
		return hw_entry_too_wide(addr, oas_lg2) ? HW_WHY_WIDE : NULL;
	}
	if ((word & RISCV_64_PBMT_MASK) == RISCV_64_PBMT_MASK)
		return "PBMT 3 is reserved";
	if (word & RISCV_64_W && !(word & RISCV_64_R))
		return "W without R";
	if (word & RISCV_64_N) {
		if (level)
			return "N above level 0";
		if ((word & RISCV_64_NAPOT_MASK) != RISCV_64_NAPOT_CODE)
			return "N with a size other than 64 KiB";
	}
	if (addr & ((1ull << lg2) - 1))
		return HW_WHY_ALIGN;
	return hw_entry_too_wide(addr, oas_lg2) ? HW_WHY_WIDE : NULL;
}

const struct hw_entry_format hw_riscv_64_entry = {
	HW_ENTRY_FIELDS(fields),
	.where = where,
	.addr = addr_in,
	.why = why,
};
