/* SPDX-License-Identifier: MIT */
/*
 * Page tables: arithmetic in powers of two.
 *
 * Every size in this folder is a base-2 logarithm (_lg2): shifts replace
 * divisions, and 2^64, the size of a full address space, has a name. All
 * values are 64 bits wide. Below each group stand examples that the compiler
 * checks.
 * Tests: tests/unit/iommu_pt/format_cases.h
 */
#ifndef DMASIM_IOMMU_PT_PT_LOG2_H
#define DMASIM_IOMMU_PT_PT_LOG2_H

#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/types.h>

/* lg2_size(n): 2^n, n < 64. lg2_mask(n): the n low bits, n <= 64. */
#define lg2_size(n) (1ull << (n))
#define lg2_mask(n) ((n) ? ~0ull >> (64 - (n)) : 0ull)

static_assert(lg2_size(12) == 4096);
static_assert(lg2_mask(0) == 0);
static_assert(lg2_mask(12) == 4095);
static_assert(lg2_mask(64) == ~0ull);

/* lg2_div(v, n): v / 2^n. lg2_mod(v, n): v % 2^n. n < 64. */
#define lg2_div(v, n) ((u64)(v) >> (n))
#define lg2_mod(v, n) ((u64)(v) & (lg2_size(n) - 1))

static_assert(lg2_div(0x12345, 12) == 0x12);
static_assert(lg2_mod(0x12345, 12) == 0x345);

/* Round to a multiple of 2^n; lg2_last() is the last value of the block. */
#define lg2_down(v, n) ((u64)(v) & ~(lg2_size(n) - 1))
#define lg2_last(v, n) ((u64)(v) | (lg2_size(n) - 1))

static_assert(lg2_down(0x12fff, 12) == 0x12000);
static_assert(lg2_last(0x12000, 12) == 0x12fff);

/* Bits [n, n + width) of v, n < 64. */
#define lg2_field(v, n, width) (((u64)(v) >> (n)) & lg2_mask(width))

static_assert(lg2_field(0x123456000ull, 12, 9) == 0x56);
static_assert(lg2_field(0x123456000ull, 21, 9) == 0x11a);

/* Are a and b equal above their n low bits? n <= 64 */
static __always_inline bool lg2_same_block(u64 a, u64 b, unsigned int n)
{
	return n >= 64 || !((a ^ b) >> n);
}

/* Largest n with 2^n <= v; v is not 0. */
static __always_inline unsigned int lg2_floor(u64 v)
{
	return 63 - __builtin_clzll(v);
}

/* Position of the lowest set bit = alignment of v; 64 for 0. */
static __always_inline unsigned int lg2_lowest_one(u64 v)
{
	return v ? __builtin_ctzll(v) : 64;
}

/* Position of the lowest clear bit; 64 for ~0. */
static __always_inline unsigned int lg2_lowest_zero(u64 v)
{
	return lg2_lowest_one(~v);
}

#endif
