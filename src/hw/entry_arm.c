/* SPDX-License-Identifier: MIT */
/*
 * Entries of ARM LPAE tables (AArch64), after the Arm architecture reference
 * manual, "The VMSAv8-64 translation table format descriptors".
 *
 * What differs between the six variants is where the address lies (granule of
 * 64 KiB), where blocks may be (granule) and what the attributes mean (stage).
 *
 * Tests: tests/unit/hw/test_entry.c
 */
#include "hw/entry.h"
#include "iommu_pt/fmt/arm_bits.h"

#define LOG_ENTRY 3

/* Kinds of entries: pointers and leaves by stage, the upper four with 64 KiB. */
enum {
	S1_TABLE = 0x11,
	S1_LEAF = 0x22,
	S2_TABLE = 0x44,
	S2_LEAF = 0x88,
	TABLE = S1_TABLE | S2_TABLE,
	LEAF = S1_LEAF | S2_LEAF,
	SMALL = 0x0f,
	LARGE = 0xf0,
	ANY = SMALL | LARGE,
};

static const struct hw_field fields[] = {
	{ "type", ARM_TYPE_MASK, HW_FIELD_NUMBER, ANY },
	{ "ignored", 0x3ffull << 2, HW_FIELD_IGNORED, TABLE },
	{ "AttrIndx", ARM_S1_ATTR_MASK, HW_FIELD_NUMBER, S1_LEAF },
	{ "NS", ARM_S1_NS, HW_FIELD_FLAG, S1_LEAF },
	{ "AP[1]", ARM_S1_USER, HW_FIELD_FLAG, S1_LEAF },
	{ "AP[2]", ARM_S1_RDONLY, HW_FIELD_FLAG, S1_LEAF },
	{ "MemAttr", ARM_S2_ATTR_MASK, HW_FIELD_NUMBER, S2_LEAF },
	{ "S2AP[0]", ARM_S2_READ, HW_FIELD_FLAG, S2_LEAF },
	{ "S2AP[1]", ARM_S2_WRITE, HW_FIELD_FLAG, S2_LEAF },
	{ "SH", ARM_SH_MASK, HW_FIELD_NUMBER, LEAF },
	{ "AF", ARM_AF, HW_FIELD_FLAG, LEAF },
	{ "nG", ARM_S1_NG, HW_FIELD_FLAG, S1_LEAF },
	{ "ignored", 1ull << 11, HW_FIELD_IGNORED, S2_LEAF },
	{ "address 51:48", ARM_HI_MASK, HW_FIELD_NUMBER, LARGE },
	{ "address", ARM_ADDR_MASK & ~ARM_HI_MASK, HW_FIELD_ADDRESS, LARGE },
	{ "address", ARM_ADDR_MASK, HW_FIELD_ADDRESS, SMALL },
	{ "reserved", ARM_RES0_MASK, HW_FIELD_ZERO, ANY },
	{ "DBM", ARM_DBM, HW_FIELD_FLAG, LEAF },
	{ "Contiguous", ARM_CONT, HW_FIELD_FLAG, LEAF },
	{ "XN", ARM_XN_MASK, HW_FIELD_NUMBER, LEAF },
	{ "software", ARM_SW_MASK, HW_FIELD_IGNORED, LEAF },
	{ "ignored", 31ull << 59, HW_FIELD_IGNORED, LEAF },
	{ "ignored", 0xffull << 51, HW_FIELD_IGNORED, S1_TABLE },
	{ "PXNTable", 1ull << 59, HW_FIELD_FLAG, S1_TABLE },
	{ "XNTable", 1ull << 60, HW_FIELD_FLAG, S1_TABLE },
	{ "APTable[0]", ARM_S1_TABLE_NO_USER, HW_FIELD_FLAG, S1_TABLE },
	{ "APTable[1]", ARM_S1_TABLE_RDONLY, HW_FIELD_FLAG, S1_TABLE },
	{ "NSTable", 1ull << 63, HW_FIELD_FLAG, S1_TABLE },
	{ "ignored", 0x1fffull << 51, HW_FIELD_IGNORED, S2_TABLE },
};

static uint64_t addr_in(uint64_t word)
{
	return word & ARM_ADDR_MASK;
}

static uint64_t addr_in_64k(uint64_t word)
{
	return (word & ARM_ADDR_MASK & ~ARM_HI_MASK) |
	       (word & ARM_HI_MASK) << (48 - ARM_HI_SHIFT);
}

static bool is_table(uint64_t word, unsigned int level)
{
	return level && (word & ARM_TYPE_MASK) != ARM_TYPE_BLOCK;
}

static bool blocks_at(unsigned int level, unsigned int granule_lg2,
		      unsigned int oas_lg2)
{
	if (granule_lg2 == ARM_4K_LG2)
		return level <= 2;
	return level == 1 || (granule_lg2 == ARM_64K_LG2 && level == 2 &&
			      oas_lg2 > ARM_ADDR_LG2);
}

static const char *why(uint64_t word, unsigned int level, unsigned int oas_lg2,
		       unsigned int granule_lg2)
{
	unsigned int lg2 = granule_lg2 + (granule_lg2 - LOG_ENTRY) * level;
	bool large = granule_lg2 == ARM_64K_LG2;
	uint64_t addr = large ? addr_in_64k(word) : addr_in(word);

	if (!large && oas_lg2 > ARM_ADDR_LG2)
		oas_lg2 = ARM_ADDR_LG2;
	if (hw_entry_too_wide(addr, oas_lg2))
		return HW_WHY_WIDE;
	if (!level && (word & ARM_TYPE_MASK) != ARM_TYPE_PAGE)
		return "a block at level 0";
	if (is_table(word, level))
		return addr & ((1ull << granule_lg2) - 1) ?
			       "the table is not aligned to its size" :
			       NULL;
	if (level && !blocks_at(level, granule_lg2, oas_lg2))
		return HW_WHY_LEVEL;
	if (addr & ((1ull << lg2) - 1))
		return HW_WHY_ALIGN;
	return word & ARM_CONT && large && level == 2 ?
		       "no groups at this level" :
		       NULL;
}

#define ARM_ENTRY(stage, granule, lg2, size, in)                             \
	static const char *s##stage##_##granule##_why(                       \
		uint64_t word, unsigned int level, unsigned int oas_lg2)     \
	{                                                                    \
		return why(word, level, oas_lg2, lg2);                       \
	}                                                                    \
                                                                             \
	static unsigned int s##stage##_##granule##_where(uint64_t word,      \
							 unsigned int level) \
	{                                                                    \
		return (size) & (is_table(word, level) ? S##stage##_TABLE :  \
							 S##stage##_LEAF);   \
	}                                                                    \
                                                                             \
	const struct hw_entry_format hw_arm_s##stage##_##granule##_entry = { \
		HW_ENTRY_FIELDS(fields),                                     \
		.where = s##stage##_##granule##_where,                       \
		.addr = in,                                                  \
		.why = s##stage##_##granule##_why,                           \
	}

ARM_ENTRY(1, 4k, ARM_4K_LG2, SMALL, addr_in);
ARM_ENTRY(1, 16k, ARM_16K_LG2, SMALL, addr_in);
ARM_ENTRY(1, 64k, ARM_64K_LG2, LARGE, addr_in_64k);
ARM_ENTRY(2, 4k, ARM_4K_LG2, SMALL, addr_in);
ARM_ENTRY(2, 16k, ARM_16K_LG2, SMALL, addr_in);
ARM_ENTRY(2, 64k, ARM_64K_LG2, LARGE, addr_in_64k);
