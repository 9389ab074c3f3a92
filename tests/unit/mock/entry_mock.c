/* SPDX-License-Identifier: MIT */
/*
 * Entries of mock tables for people, after the picture in mock_bits.h.
 *
 * Tests: tests/unit/hw/test_entry.c
 */
#include "unit/mock/mock_formats.h"
#include "hw/entry.h"
#include "unit/mock/mock_bits.h"

static const struct hw_field fields[] = {
	{ "P", MOCK_P, HW_FIELD_FLAG, HW_IN_ANY },
	{ "T", MOCK_T, HW_FIELD_FLAG, HW_IN_ANY },
	{ "R", MOCK_R, HW_FIELD_FLAG, HW_IN_LEAF },
	{ "W", MOCK_W, HW_FIELD_FLAG, HW_IN_LEAF },
	{ "rights", MOCK_R | MOCK_W, HW_FIELD_ZERO, HW_IN_TABLE },
	{ "reserved", 0xffull << 4, HW_FIELD_ZERO, HW_IN_ANY },
	{ "address/2K", MOCK_ADDR_MASK, HW_FIELD_NUMBER, HW_IN_ANY },
	{ "reserved", 0xfffull << 52, HW_FIELD_ZERO, HW_IN_ANY },
};

static uint64_t addr_in(uint64_t word)
{
	return (word & MOCK_ADDR_MASK) >> MOCK_ADDR_SHIFT;
}

static unsigned int where(uint64_t word, unsigned int level)
{
	if (word & MOCK_T)
		return HW_IN_TABLE;
	return level ? HW_IN_LARGE : HW_IN_PAGE;
}

static const char *why(uint64_t word, unsigned int level, unsigned int oas_lg2,
		       unsigned int granule_lg2)
{
	uint64_t addr = addr_in(word);
	unsigned int lg2 = granule_lg2 + MOCK_INDEX_LG2 * level;

	if (hw_entry_too_wide(addr, oas_lg2))
		return HW_WHY_WIDE;
	if (where(word, level) == HW_IN_TABLE) {
		if (!level)
			return "a pointer among the smallest pages";
		return addr & ((1ull << MOCK_TABLE_LG2) - 1) ?
			       "the table is not aligned to its size" :
			       NULL;
	}
	if (level > MOCK_MAX_LEAF_LEVEL)
		return HW_WHY_LEVEL;
	return addr & ((1ull << lg2) - 1) ? HW_WHY_ALIGN : NULL;
}

static const char *why_2k(uint64_t word, unsigned int level,
			  unsigned int oas_lg2)
{
	return why(word, level, oas_lg2, MOCK_2K_LG2);
}

static const char *why_64k(uint64_t word, unsigned int level,
			   unsigned int oas_lg2)
{
	return why(word, level, oas_lg2, MOCK_64K_LG2);
}

const struct hw_entry_format hw_mock_2k_entry = {
	HW_ENTRY_FIELDS(fields),
	.where = where,
	.addr = addr_in,
	.why = why_2k,
};

const struct hw_entry_format hw_mock_64k_entry = {
	HW_ENTRY_FIELDS(fields),
	.where = where,
	.addr = addr_in,
	.why = why_64k,
};
