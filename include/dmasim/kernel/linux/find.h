/* SPDX-License-Identifier: MIT */
/*
 * Searching bitmaps.
 *
 * Same:    all listed; a search that finds nothing returns the size.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_FIND_H
#define _DMASIM_LINUX_FIND_H

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/minmax.h>

unsigned long _dmasim_find_next(const unsigned long *a, const unsigned long *b,
				unsigned long nbits, unsigned long start,
				unsigned long flip_a, unsigned long flip_b);
unsigned long find_last_bit(const unsigned long *addr, unsigned long size);
unsigned long find_nth_bit(const unsigned long *addr, unsigned long size,
			   unsigned long n);

/*
 * Bitmaps of one word, which CPU and node masks are, are searched in place;
 * anything else is a call.
 */
static __always_inline unsigned long find_next_bit(const unsigned long *addr,
						   unsigned long size,
						   unsigned long offset)
{
	if (__builtin_constant_p(size) && size && size <= BITS_PER_LONG) {
		unsigned long word;

		if (offset >= size)
			return size;
		word = READ_ONCE(*addr) & GENMASK(size - 1, offset);
		return word ? (unsigned long)__builtin_ctzl(word) : size;
	}
	return _dmasim_find_next(addr, NULL, size, offset, 0, 0);
}

static __always_inline unsigned long
find_next_zero_bit(const unsigned long *addr, unsigned long size,
		   unsigned long offset)
{
	return _dmasim_find_next(addr, NULL, size, offset, ~0ul, 0);
}

static __always_inline unsigned long
find_next_and_bit(const unsigned long *addr1, const unsigned long *addr2,
		  unsigned long size, unsigned long offset)
{
	return _dmasim_find_next(addr1, addr2, size, offset, 0, 0);
}

static __always_inline unsigned long
find_next_andnot_bit(const unsigned long *addr1, const unsigned long *addr2,
		     unsigned long size, unsigned long offset)
{
	return _dmasim_find_next(addr1, addr2, size, offset, 0, ~0ul);
}

static __always_inline unsigned long find_first_bit(const unsigned long *addr,
						    unsigned long size)
{
	return find_next_bit(addr, size, 0);
}

static __always_inline unsigned long
find_first_zero_bit(const unsigned long *addr, unsigned long size)
{
	return find_next_zero_bit(addr, size, 0);
}

static __always_inline unsigned long
find_first_and_bit(const unsigned long *addr1, const unsigned long *addr2,
		   unsigned long size)
{
	return find_next_and_bit(addr1, addr2, size, 0);
}

static __always_inline unsigned long
find_next_bit_wrap(const unsigned long *addr, unsigned long size,
		   unsigned long offset)
{
	unsigned long bit = find_next_bit(addr, size, offset);

	if (bit < size || !offset)
		return bit;
	bit = find_next_bit(addr, offset, 0);
	return bit < offset ? bit : size;
}

#define for_each_set_bit(bit, addr, size)                                  \
	for ((bit) = 0;                                                    \
	     (bit) = find_next_bit((addr), (size), (bit)), (bit) < (size); \
	     (bit)++)
#define for_each_set_bit_from(bit, addr, size)                               \
	for (; (bit) = find_next_bit((addr), (size), (bit)), (bit) < (size); \
	     (bit)++)
#define for_each_clear_bit(bit, addr, size)                                \
	for ((bit) = 0; (bit) = find_next_zero_bit((addr), (size), (bit)), \
	    (bit) < (size);                                                \
	     (bit)++)
#define for_each_clear_bit_from(bit, addr, size)                  \
	for (; (bit) = find_next_zero_bit((addr), (size), (bit)), \
	       (bit) < (size);                                    \
	     (bit)++)
#define for_each_and_bit(bit, addr1, addr2, size)                        \
	for ((bit) = 0;                                                  \
	     (bit) = find_next_and_bit((addr1), (addr2), (size), (bit)), \
	    (bit) < (size);                                              \
	     (bit)++)
#define for_each_set_bitrange(b, e, addr, size)                              \
	for ((b) = 0; (b) = find_next_bit((addr), (size), (b)),              \
	    (e) = find_next_zero_bit((addr), (size), (b) + 1), (b) < (size); \
	     (b) = (e) + 1)
#define for_each_clear_bitrange(b, e, addr, size)                       \
	for ((b) = 0; (b) = find_next_zero_bit((addr), (size), (b)),    \
	    (e) = find_next_bit((addr), (size), (b) + 1), (b) < (size); \
	     (b) = (e) + 1)

#endif
