/* SPDX-License-Identifier: MIT */
/*
 * Entries of x86-64 tables, after the Intel 64 manual, volume 3, "Paging", the
 * figure of formats of paging-structure entries.
 *
 * Tests: tests/unit/hw/test_entry.c
 */
#include "hw/entry.h"
#include "iommu_pt/fmt/x86_64_bits.h"

static const struct hw_field fields[] = {
	{ "P", X86_64_P, HW_FIELD_FLAG, HW_IN_ANY },
	{ "RW", X86_64_RW, HW_FIELD_FLAG, HW_IN_ANY },
	{ "U", X86_64_U, HW_FIELD_FLAG, HW_IN_ANY },
	{ "PWT", 1ull << 3, HW_FIELD_FLAG, HW_IN_ANY },
	{ "PCD", 1ull << 4, HW_FIELD_FLAG, HW_IN_ANY },
	{ "A", X86_64_A, HW_FIELD_FLAG, HW_IN_ANY },
	{ "D", X86_64_D, HW_FIELD_FLAG, HW_IN_LEAF },
	{ "ignored", X86_64_D, HW_FIELD_IGNORED, HW_IN_TABLE },
	{ "PAT", X86_64_PS, HW_FIELD_FLAG, HW_IN_PAGE },
	{ "PS", X86_64_PS, HW_FIELD_FLAG, HW_IN_TABLE | HW_IN_LARGE },
	{ "G", 1ull << 8, HW_FIELD_FLAG, HW_IN_LEAF },
	{ "ignored", 1ull << 8, HW_FIELD_IGNORED, HW_IN_TABLE },
	{ "software", 7ull << 9, HW_FIELD_IGNORED, HW_IN_ANY },
	{ "PAT", X86_64_PAT_LARGE, HW_FIELD_FLAG, HW_IN_LARGE },
	{ "address", X86_64_ADDR_MASK & ~X86_64_PAT_LARGE, HW_FIELD_ADDRESS,
	  HW_IN_LARGE },
	{ "address", X86_64_ADDR_MASK, HW_FIELD_ADDRESS,
	  HW_IN_TABLE | HW_IN_PAGE },
	{ "software", 0x7ffull << 52, HW_FIELD_IGNORED, HW_IN_ANY },
	{ "XD", X86_64_XD, HW_FIELD_FLAG, HW_IN_ANY },
};

static uint64_t addr_in(uint64_t word)
{
	return word & X86_64_ADDR_MASK;
}

static unsigned int where(uint64_t word, unsigned int level)
{
	if (!level)
		return HW_IN_PAGE;
	return word & X86_64_PS ? HW_IN_LARGE : HW_IN_TABLE;
}

static const char *why(uint64_t word, unsigned int level, unsigned int oas_lg2)
{
	uint64_t addr = addr_in(word);
	unsigned int lg2 = X86_64_GRANULE_LG2 + X86_64_INDEX_LG2 * level;

	if (hw_entry_too_wide(addr, oas_lg2))
		return HW_WHY_WIDE;
	if (where(word, level) != HW_IN_LARGE)
		return NULL;
	if (level > X86_64_MAX_LEAF_LEVEL)
		return HW_WHY_LEVEL;
	addr &= ~X86_64_PAT_LARGE;
	return addr & ((1ull << lg2) - 1) ? HW_WHY_ALIGN : NULL;
}

const struct hw_entry_format hw_x86_64_entry = {
	HW_ENTRY_FIELDS(fields),
	.where = where,
	.addr = addr_in,
	.why = why,
};
