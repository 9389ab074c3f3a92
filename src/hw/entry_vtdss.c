/* SPDX-License-Identifier: MIT */
/*
 * Entries of VT-d second-stage tables, after the VT-d specification,
 * "Second-stage paging entries".
 *
 * Tests: tests/unit/hw/test_entry.c
 */
#include "hw/entry.h"
#include "iommu_pt/fmt/vtdss_bits.h"

static const struct hw_field fields[] = {
	{ "R", VTDSS_R, HW_FIELD_FLAG, HW_IN_ANY },
	{ "W", VTDSS_W, HW_FIELD_FLAG, HW_IN_ANY },
	{ "ignored", 31ull << 2, HW_FIELD_IGNORED, HW_IN_ANY },
	{ "PS", VTDSS_PS, HW_FIELD_FLAG, HW_IN_TABLE | HW_IN_LARGE },
	{ "ignored", VTDSS_PS, HW_FIELD_IGNORED, HW_IN_PAGE },
	{ "A", VTDSS_A, HW_FIELD_FLAG, HW_IN_ANY },
	{ "D", VTDSS_D, HW_FIELD_FLAG, HW_IN_LEAF },
	{ "ignored", VTDSS_D, HW_FIELD_IGNORED, HW_IN_TABLE },
	{ "software", VTDSS_SW_TABLE, HW_FIELD_IGNORED, HW_IN_ANY },
	{ "SNP", VTDSS_SNP, HW_FIELD_FLAG, HW_IN_LEAF },
	{ "ignored", VTDSS_SNP, HW_FIELD_IGNORED, HW_IN_TABLE },
	{ "address", VTDSS_ADDR_MASK, HW_FIELD_ADDRESS, HW_IN_ANY },
	{ "software", 0xfffull << 52, HW_FIELD_IGNORED, HW_IN_ANY },
};

static uint64_t addr_in(uint64_t word)
{
	return word & VTDSS_ADDR_MASK;
}

static unsigned int where(uint64_t word, unsigned int level)
{
	if (!level)
		return HW_IN_PAGE;
	return word & VTDSS_PS ? HW_IN_LARGE : HW_IN_TABLE;
}

static const char *why(uint64_t word, unsigned int level, unsigned int oas_lg2)
{
	uint64_t addr = addr_in(word);
	unsigned int lg2 = VTDSS_GRANULE_LG2 + VTDSS_INDEX_LG2 * level;

	if (hw_entry_too_wide(addr, oas_lg2))
		return HW_WHY_WIDE;
	if (where(word, level) != HW_IN_LARGE)
		return NULL;
	if (level > VTDSS_MAX_LEAF_LEVEL)
		return HW_WHY_LEVEL;
	return addr & ((1ull << lg2) - 1) ? HW_WHY_ALIGN : NULL;
}

const struct hw_entry_format hw_vtdss_entry = {
	HW_ENTRY_FIELDS(fields),
	.where = where,
	.addr = addr_in,
	.why = why,
};
