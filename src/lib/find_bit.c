/* SPDX-License-Identifier: MIT */
/*
 * Searching bitmaps: what the inline functions of <linux/find.h> call.
 *
 * Tests: tests/unit/lib/test_bitmap.c
 */
#include <linux/bitmap.h>
#include <linux/export.h>
#include <linux/find.h>

#include "lib/internal.h"

/**
 * _dmasim_find_next() - first bit at or after @start that is set in
 * (@a ^ @flip_a) & (@b ^ @flip_b)
 * @b: NULL stands for all ones
 * @nbits: bits of the maps
 * @flip_a: all ones to look for clear bits of @a, else 0
 * @flip_b: the same for @b
 *
 * Return: the bit, or @nbits.
 */
unsigned long _dmasim_find_next(const unsigned long *a, const unsigned long *b,
				unsigned long nbits, unsigned long start,
				unsigned long flip_a, unsigned long flip_b)
{
	unsigned long at = start & ~(BITS_PER_LONG - 1ul);
	unsigned long ignore = start - at;

	for (; at < nbits; at += BITS_PER_LONG, ignore = 0) {
		unsigned long word = READ_ONCE(a[BIT_WORD(at)]) ^ flip_a;

		if (b)
			word &= READ_ONCE(b[BIT_WORD(at)]) ^ flip_b;
		word &= ~0ul << ignore;
		if (word)
			return min(at + __ffs(word), nbits);
	}
	return nbits;
}
EXPORT_SYMBOL(_dmasim_find_next);

/** find_last_bit() - Return: the last set bit, or @size. */
unsigned long find_last_bit(const unsigned long *addr, unsigned long size)
{
	unsigned long words = BITS_TO_LONGS(size), word;

	while (words--) {
		word = addr[words];
		if (words == BIT_WORD(size))
			word &= BITMAP_LAST_WORD_MASK(size);
		if (word)
			return words * BITS_PER_LONG + __fls(word);
	}
	return size;
}
EXPORT_SYMBOL(find_last_bit);

/** find_nth_bit() - Return: the set bit with @n set ones below, or @size. */
unsigned long find_nth_bit(const unsigned long *addr, unsigned long size,
			   unsigned long n)
{
	unsigned long bit;

	for_each_set_bit(bit, addr, size)
		if (!n--)
			return bit;
	return size;
}
EXPORT_SYMBOL(find_nth_bit);
