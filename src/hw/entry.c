/* SPDX-License-Identifier: MIT */
/*
 * Taking an entry apart by a format's table of fields.
 *
 * E1  For each kind of entry the fields of a format cover every bit once.
 * E2  An entry has a reason why it is malformed exactly if the format's walker
 *     refuses it, but for groups whose members disagree.
 * Locks: none, no state.
 * Tests: tests/unit/hw/test_entry.c
 */
#include <stdio.h>

#include "hw/entry.h"

static unsigned int low_of(uint64_t mask)
{
	return (unsigned int)__builtin_ctzll(mask);
}

static unsigned int high_of(uint64_t mask)
{
	return 63u - (unsigned int)__builtin_clzll(mask);
}

/**
 * hw_entry_decode() - all fields of an entry, lowest bits first
 * @f: the format's entries
 * @word: the entry
 * @level: of the table that holds it
 * @out: room for @max fields; 64 are always enough
 *
 * Return: the number of fields written.
 */
unsigned int hw_entry_decode(const struct hw_entry_format *f, uint64_t word,
			     unsigned int level, struct hw_entry_field *out,
			     unsigned int max)
{
	unsigned int where = f->where(word, level), nr = 0, i;

	for (i = 0; i < f->nr_fields && nr < max; i++) {
		const struct hw_field *field = &f->field[i];

		if (!(field->where & where))
			continue;
		out[nr++] = (struct hw_entry_field){
			.name = field->name,
			.high = (uint8_t)high_of(field->mask),
			.low = (uint8_t)low_of(field->mask),
			.kind = field->kind,
			.value = field->kind == HW_FIELD_ADDRESS ?
					 word & field->mask :
					 (word & field->mask) >>
						 low_of(field->mask),
		};
	}
	return nr;
}

/**
 * hw_entry_why() - what is wrong with an entry that is present
 * @f: the format's entries
 * @word: the entry
 * @level: of the table that holds it
 * @oas_lg2: physical address width
 * @buf: the reason in words, @size bytes at most
 *
 * Return: false, and @buf empty, if nothing is wrong with the entry by itself.
 */
bool hw_entry_why(const struct hw_entry_format *f, uint64_t word,
		  unsigned int level, unsigned int oas_lg2, char *buf,
		  size_t size)
{
	unsigned int where = f->where(word, level), i;
	const char *why;

	for (i = 0; i < f->nr_fields; i++) {
		const struct hw_field *field = &f->field[i];
		uint64_t bits = word & field->mask;

		if (field->kind != HW_FIELD_ZERO || !(field->where & where) ||
		    !bits)
			continue;
		snprintf(buf, size, "%s (bits %u:%u) is 0x%llx and must be 0",
			 field->name, high_of(field->mask), low_of(field->mask),
			 (unsigned long long)(bits >> low_of(field->mask)));
		return true;
	}
	why = f->why(word, level, oas_lg2);
	snprintf(buf, size, "%s", why ? why : "");
	return why;
}
