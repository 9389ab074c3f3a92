/* SPDX-License-Identifier: MIT */
/*
 * Operations on arrays of bits.
 *
 * Models lib/bitmap.c. Bits beyond nbits in the last word may have any value;
 * no result depends on them.
 *
 * Tests: tests/unit/lib/test_bitmap.c
 */
#include <linux/bitmap.h>
#include <linux/export.h>

#include "lib/internal.h"

/* mask of the bits of word @w that lie in [start, end) */
static unsigned long word_mask(unsigned long w, unsigned long start,
			       unsigned long end)
{
	unsigned long base = w * BITS_PER_LONG;
	unsigned long from = start > base ? start - base : 0;
	unsigned long to = end - base < BITS_PER_LONG ? end - base :
							BITS_PER_LONG;

	return GENMASK(to - 1, from);
}

/* one past the last word that [0, end) touches */
static unsigned long word_end(unsigned long end)
{
	return BITS_TO_LONGS(end);
}

/** bitmap_set() - set @nbits bits from @start. */
void bitmap_set(unsigned long *map, unsigned int start, unsigned int nbits)
{
	unsigned long end = (unsigned long)start + nbits, w;

	for (w = BIT_WORD(start); nbits && w < word_end(end); w++)
		map[w] |= word_mask(w, start, end);
}
EXPORT_SYMBOL(bitmap_set);

/** bitmap_clear() - clear @nbits bits from @start. */
void bitmap_clear(unsigned long *map, unsigned int start, unsigned int nbits)
{
	unsigned long end = (unsigned long)start + nbits, w;

	for (w = BIT_WORD(start); nbits && w < word_end(end); w++)
		map[w] &= ~word_mask(w, start, end);
}
EXPORT_SYMBOL(bitmap_clear);

/** bitmap_weight() - Return: set bits among the first @nbits. */
unsigned int bitmap_weight(const unsigned long *src, unsigned int nbits)
{
	unsigned int sum = 0;
	unsigned long w;

	for (w = 0; w < word_end(nbits); w++)
		sum += hweight_long(src[w] & word_mask(w, 0, nbits));
	return sum;
}
EXPORT_SYMBOL(bitmap_weight);

/* dst = expr word by word; is a bit below nbits set in dst? */
#define BITMAP_OP(expr)                                         \
	({                                                      \
		unsigned long any = 0, w;                       \
		for (w = 0; w < word_end(nbits); w++) {         \
			dst[w] = (expr);                        \
			any |= dst[w] & word_mask(w, 0, nbits); \
		}                                               \
		any != 0;                                       \
	})

/** bitmap_and() - Return: is any bit left? */
bool bitmap_and(unsigned long *dst, const unsigned long *a,
		const unsigned long *b, unsigned int nbits)
{
	return BITMAP_OP(a[w] & b[w]);
}
EXPORT_SYMBOL(bitmap_and);

/** bitmap_andnot() - @a without @b. Return: is any bit left? */
bool bitmap_andnot(unsigned long *dst, const unsigned long *a,
		   const unsigned long *b, unsigned int nbits)
{
	return BITMAP_OP(a[w] & ~b[w]);
}
EXPORT_SYMBOL(bitmap_andnot);

/** bitmap_or() - union. */
void bitmap_or(unsigned long *dst, const unsigned long *a,
	       const unsigned long *b, unsigned int nbits)
{
	BITMAP_OP(a[w] | b[w]);
}
EXPORT_SYMBOL(bitmap_or);

/** bitmap_xor() - bits in which @a and @b differ. */
void bitmap_xor(unsigned long *dst, const unsigned long *a,
		const unsigned long *b, unsigned int nbits)
{
	BITMAP_OP(a[w] ^ b[w]);
}
EXPORT_SYMBOL(bitmap_xor);

/** bitmap_complement() - the opposite of @src. */
void bitmap_complement(unsigned long *dst, const unsigned long *src,
		       unsigned int nbits)
{
	BITMAP_OP(~src[w]);
}
EXPORT_SYMBOL(bitmap_complement);

/* is a bit below nbits set in the expression? */
#define BITMAP_ANY(expr)                                      \
	({                                                    \
		unsigned long any = 0, w;                     \
		for (w = 0; w < word_end(nbits); w++)         \
			any |= (expr)&word_mask(w, 0, nbits); \
		any != 0;                                     \
	})

/** bitmap_equal() - the same bits? */
bool bitmap_equal(const unsigned long *a, const unsigned long *b,
		  unsigned int nbits)
{
	return !BITMAP_ANY(a[w] ^ b[w]);
}
EXPORT_SYMBOL(bitmap_equal);

/** bitmap_intersects() - a bit in both? */
bool bitmap_intersects(const unsigned long *a, const unsigned long *b,
		       unsigned int nbits)
{
	return BITMAP_ANY(a[w] & b[w]);
}
EXPORT_SYMBOL(bitmap_intersects);

/** bitmap_subset() - is every bit of @a in @b? */
bool bitmap_subset(const unsigned long *a, const unsigned long *b,
		   unsigned int nbits)
{
	return !BITMAP_ANY(a[w] & ~b[w]);
}
EXPORT_SYMBOL(bitmap_subset);

/**
 * bitmap_find_next_zero_area_off() - first run of @nr clear bits
 * @size: bits of @map
 * @start: where to begin
 * @align_mask: first bit + @align_offset is a multiple of @align_mask + 1
 *
 * Return: the first bit; a value above @size - @nr if there is no such run.
 */
unsigned long bitmap_find_next_zero_area_off(
	unsigned long *map, unsigned long size, unsigned long start,
	unsigned int nr, unsigned long align_mask, unsigned long align_offset)
{
	unsigned long first, taken;

	for (;; start = taken + 1) {
		first = find_next_zero_bit(map, size, start);
		first = __ALIGN_MASK(first + align_offset, align_mask) -
			align_offset;
		if (first + nr > size)
			return size + 1;
		taken = find_next_bit(map, first + nr, first);
		if (taken >= first + nr)
			return first;
	}
}
EXPORT_SYMBOL(bitmap_find_next_zero_area_off);
