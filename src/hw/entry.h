/* SPDX-License-Identifier: MIT */
/*
 * What one page-table entry says, field by field. Private.
 *
 * For people who look at a table: names, positions and values of all fields, and
 * in words what is wrong with a malformed entry. Walkers do not use it; each
 * format says here once more, in its own file, what its walker does in code, and
 * the tests hold the two against each other.
 */
#ifndef HW_ENTRY_H
#define HW_ENTRY_H

#include "hw/machine.h"

/*
 * Kinds of entries that a field exists in. A format with other kinds has bits of
 * its own.
 */
#define HW_IN_TABLE 1u
#define HW_IN_PAGE 2u
#define HW_IN_LARGE 4u
#define HW_IN_LEAF (HW_IN_PAGE | HW_IN_LARGE)
#define HW_IN_ANY (HW_IN_TABLE | HW_IN_LEAF)

/**
 * struct hw_field - a field of an entry
 * @mask: its bits, one run
 * @where: kinds of entries that have it
 */
struct hw_field {
	const char *name;
	uint64_t mask;
	enum hw_field_kind kind;
	unsigned int where;
};

/**
 * struct hw_entry_format - how to read the entries of a format
 * @field: for each kind of entry in ascending order, with every bit in one field
 * @where: the kind of @word, one bit; @word is present
 * @addr: the address in @word, as it stands there
 * @why: what makes @word malformed although its reserved fields are 0; NULL:
 *	nothing that can be said of one entry alone
 */
struct hw_entry_format {
	const struct hw_field *field;
	unsigned int nr_fields;
	unsigned int (*where)(uint64_t word, unsigned int level);
	uint64_t (*addr)(uint64_t word);
	const char *(*why)(uint64_t word, unsigned int level,
			   unsigned int oas_lg2);
};

#define HW_ENTRY_FIELDS(table) \
	.field = (table), .nr_fields = sizeof(table) / sizeof((table)[0])

extern const struct hw_entry_format hw_vtdss_entry;
extern const struct hw_entry_format hw_amdv1_entry;
extern const struct hw_entry_format hw_x86_64_entry;
extern const struct hw_entry_format hw_riscv_64_entry;
extern const struct hw_entry_format hw_arm_s1_4k_entry;
extern const struct hw_entry_format hw_arm_s1_16k_entry;
extern const struct hw_entry_format hw_arm_s1_64k_entry;
extern const struct hw_entry_format hw_arm_s2_4k_entry;
extern const struct hw_entry_format hw_arm_s2_16k_entry;
extern const struct hw_entry_format hw_arm_s2_64k_entry;

unsigned int hw_entry_decode(const struct hw_entry_format *f, uint64_t word,
			     unsigned int level, struct hw_entry_field *out,
			     unsigned int max);
bool hw_entry_why(const struct hw_entry_format *f, uint64_t word,
		  unsigned int level, unsigned int oas_lg2, char *buf,
		  size_t size);

/* Helpers of the formats. */

/* Address bits that an implementation of 2^@oas_lg2 bytes lacks. */
static inline bool hw_entry_too_wide(uint64_t addr, unsigned int oas_lg2)
{
	return oas_lg2 < 64 && addr >> oas_lg2;
}

#define HW_WHY_WIDE "the address is wider than the machine's"
#define HW_WHY_ALIGN "the address is not aligned to the leaf's size"
#define HW_WHY_LEVEL "there are no leaves at this level"

#endif
