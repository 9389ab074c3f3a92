/* SPDX-License-Identifier: MIT */
/*
 * A set of small integers that finds the next member at once.
 *
 * Level 0 has one bit per number; a bit of level n + 1 says whether a word of
 * level n has a bit set. The top level is one word. Every operation touches at
 * most one word a level, and memory of empty regions is never touched.
 *
 *	level 1                  [..1...1.]
 *	level 0   [........] [01000000] ... [10000001]
 *
 * I1  A bit above level 0 is set if and only if the word below it is not 0.
 *
 * Locks: the caller's.
 * Tests: tests/unit/mm/test_bitset.c
 */
#ifndef MM_BITSET_H
#define MM_BITSET_H

#include <linux/types.h>

#define BITSET_LEVELS 5 /* up to 2^30 numbers */
#define BITSET_NONE (~0ul)

struct mm_bitset {
	unsigned int top; /* index of the highest level */
	unsigned long nbits;
	unsigned long *level[BITSET_LEVELS];
};

/** bitset_words() - words of memory that a set of @nbits numbers needs */
static inline unsigned long bitset_words(unsigned long nbits)
{
	unsigned long words = 0;

	do {
		nbits = (nbits + 63) >> 6;
		words += nbits;
	} while (nbits > 1);
	return words;
}

/** bitset_init() - lay out an empty set in zeroed @mem; returns its end */
static inline unsigned long *
bitset_init(struct mm_bitset *set, unsigned long nbits, unsigned long *mem)
{
	unsigned long words = nbits;

	set->nbits = nbits;
	set->top = 0;
	for (;;) {
		words = (words + 63) >> 6;
		set->level[set->top] = mem;
		mem += words;
		if (words <= 1)
			return mem;
		set->top++;
	}
}

static inline bool bitset_test(const struct mm_bitset *set, unsigned long i)
{
	return i < set->nbits && set->level[0][i >> 6] >> (i & 63) & 1;
}

static inline void bitset_set(struct mm_bitset *set, unsigned long i)
{
	unsigned int l;

	for (l = 0; l <= set->top; l++) {
		unsigned long *word = &set->level[l][i >> 6];
		unsigned long old = *word;

		*word = old | 1ul << (i & 63);
		if (old)
			break;
		i >>= 6;
	}
}

static inline void bitset_clear(struct mm_bitset *set, unsigned long i)
{
	unsigned int l;

	for (l = 0; l <= set->top; l++) {
		unsigned long *word = &set->level[l][i >> 6];

		*word &= ~(1ul << (i & 63));
		if (*word)
			break;
		i >>= 6;
	}
}

static inline bool bitset_empty(const struct mm_bitset *set)
{
	return !set->level[set->top][0];
}

/* Smallest number below bit @i of level @l. */
static inline unsigned long __bitset_descend(const struct mm_bitset *set,
					     unsigned int l, unsigned long i)
{
	while (l--)
		i = i << 6 | __builtin_ctzl(set->level[l][i]);
	return i;
}

/** bitset_first() - smallest number, BITSET_NONE if the set is empty */
static inline unsigned long bitset_first(const struct mm_bitset *set)
{
	if (bitset_empty(set))
		return BITSET_NONE;
	return __bitset_descend(set, set->top + 1, 0);
}

/** bitset_next() - smallest number of at least @i, BITSET_NONE if none */
static inline unsigned long bitset_next(const struct mm_bitset *set,
					unsigned long i)
{
	unsigned long limit = set->nbits;
	unsigned int l;

	for (l = 0; l <= set->top; l++) {
		unsigned long word;

		if (i >= limit)
			return BITSET_NONE;
		word = set->level[l][i >> 6] & ~0ul << (i & 63);
		if (word)
			return __bitset_descend(
				set, l, (i & ~63ul) | __builtin_ctzl(word));
		i = (i >> 6) + 1;
		limit = (limit + 63) >> 6;
	}
	return BITSET_NONE;
}

#endif
