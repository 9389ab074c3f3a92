/* SPDX-License-Identifier: MIT */
/*
 * Entries of AMD host tables, after the AMD IOMMU specification, "I/O page
 * tables for host translations".
 *
 * Tests: tests/unit/hw/test_entry.c
 */
#include "hw/entry.h"
#include "iommu_pt/fmt/amdv1_bits.h"

#define ERRATUM_LG2 39

static const struct hw_field fields[] = {
	{ "PR", AMDV1_PR, HW_FIELD_FLAG, HW_IN_ANY },
	{ "reserved", 15ull << 1, HW_FIELD_ZERO, HW_IN_ANY },
	{ "A", AMDV1_A, HW_FIELD_FLAG, HW_IN_ANY },
	{ "D", AMDV1_D, HW_FIELD_FLAG, HW_IN_ANY },
	{ "reserved", 3ull << 7, HW_FIELD_ZERO, HW_IN_ANY },
	{ "NextLevel", AMDV1_NEXT_MASK, HW_FIELD_NUMBER, HW_IN_ANY },
	{ "address", AMDV1_ADDR_MASK, HW_FIELD_ADDRESS, HW_IN_ANY },
	{ "reserved", 0x7full << 52, HW_FIELD_ZERO, HW_IN_ANY },
	{ "U", AMDV1_U, HW_FIELD_FLAG, HW_IN_LEAF },
	{ "U", AMDV1_U, HW_FIELD_ZERO, HW_IN_TABLE },
	{ "FC", AMDV1_FC, HW_FIELD_FLAG, HW_IN_LEAF },
	{ "FC", AMDV1_FC, HW_FIELD_ZERO, HW_IN_TABLE },
	{ "IR", AMDV1_IR, HW_FIELD_FLAG, HW_IN_ANY },
	{ "IW", AMDV1_IW, HW_FIELD_FLAG, HW_IN_ANY },
	{ "reserved", 1ull << 63, HW_FIELD_ZERO, HW_IN_ANY },
};

static unsigned int next_of(uint64_t word)
{
	return (unsigned int)(word >> AMDV1_NEXT_SHIFT & 7);
}

static uint64_t addr_in(uint64_t word)
{
	return word & AMDV1_ADDR_MASK;
}

static unsigned int where(uint64_t word, unsigned int level)
{
	unsigned int next = next_of(word);

	if (next != AMDV1_NEXT_LEAF && next != AMDV1_NEXT_CONTIG)
		return HW_IN_TABLE;
	return level ? HW_IN_LARGE : HW_IN_PAGE;
}

static const char *coded_leaf(uint64_t word, unsigned int own,
			      unsigned int oas_lg2)
{
	uint64_t zeroes = ~word & AMDV1_ADDR_MASK, addr;
	unsigned int lg2 = 64;

	if (zeroes)
		lg2 = (unsigned int)__builtin_ctzll(zeroes) + 1;
	if (lg2 <= own || lg2 >= own + AMDV1_INDEX_LG2 || lg2 > 51)
		return "the size coded in the address does not belong to this level";
	addr = word & AMDV1_ADDR_MASK & ~((1ull << lg2) - 1);
	return hw_entry_too_wide(addr, oas_lg2) ? HW_WHY_WIDE : NULL;
}

static const char *why(uint64_t word, unsigned int level, unsigned int oas_lg2)
{
	unsigned int own = AMDV1_GRANULE_LG2 + AMDV1_INDEX_LG2 * level;
	unsigned int next = next_of(word);
	uint64_t addr = addr_in(word);

	if (where(word, level) == HW_IN_TABLE) {
		if (next > level)
			return "NextLevel does not go down";
		return hw_entry_too_wide(addr, oas_lg2) ? HW_WHY_WIDE : NULL;
	}
	if (level == AMDV1_MAX_LEVELS - 1)
		return HW_WHY_LEVEL;
	if (next == AMDV1_NEXT_CONTIG)
		return coded_leaf(word, own, oas_lg2);
	if (own == ERRATUM_LG2)
		return "leaves of 512 GiB do not work (erratum)";
	if (addr & ((1ull << own) - 1))
		return HW_WHY_ALIGN;
	return hw_entry_too_wide(addr, oas_lg2) ? HW_WHY_WIDE : NULL;
}

const struct hw_entry_format hw_amdv1_entry = {
	HW_ENTRY_FIELDS(fields),
	.where = where,
	.addr = addr_in,
	.why = why,
};
