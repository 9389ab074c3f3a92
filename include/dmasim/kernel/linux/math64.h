/* SPDX-License-Identifier: MIT */
/*
 * 64-bit division.
 *
 * Same:    all listed.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_MATH64_H
#define _DMASIM_LINUX_MATH64_H

#include <linux/types.h>
#include <linux/math.h>

#define div64_long(x, y) div64_s64((x), (y))
#define div64_ul(x, y) div64_u64((x), (y))

static inline u64 div_u64_rem(u64 dividend, u32 divisor, u32 *remainder)
{
	u64 quot = dividend / divisor;

	*remainder = (u32)(dividend - quot * divisor);
	return quot;
}

static inline s64 div_s64_rem(s64 dividend, s32 divisor, s32 *remainder)
{
	s64 quot = dividend / divisor;

	*remainder = (s32)(dividend - quot * divisor);
	return quot;
}

static inline u64 div64_u64_rem(u64 dividend, u64 divisor, u64 *remainder)
{
	u64 quot = dividend / divisor;

	*remainder = dividend - quot * divisor;
	return quot;
}

static inline u64 div64_u64(u64 dividend, u64 divisor)
{
	return dividend / divisor;
}

static inline s64 div64_s64(s64 dividend, s64 divisor)
{
	return dividend / divisor;
}

static inline u64 div_u64(u64 dividend, u32 divisor)
{
	return dividend / divisor;
}

static inline s64 div_s64(s64 dividend, s32 divisor)
{
	return dividend / divisor;
}

static inline u64 mul_u32_u32(u32 a, u32 b)
{
	return (u64)a * b;
}

static inline u64 mul_u64_u32_shr(u64 a, u32 mul, unsigned int shift)
{
	return (u64)(((unsigned __int128)a * mul) >> shift);
}

static inline u64 mul_u64_u64_shr(u64 a, u64 mul, unsigned int shift)
{
	return (u64)(((unsigned __int128)a * mul) >> shift);
}

static inline u64 mul_u64_u64_div_u64(u64 a, u64 mul, u64 div)
{
	return (u64)((unsigned __int128)a * mul / div);
}

#define do_div(n, base)                                     \
	({                                                  \
		u32 dd_base__ = (base);                     \
		u32 dd_rem__ = (u32)((u64)(n) % dd_base__); \
		(n) = (u64)(n) / dd_base__;                 \
		dd_rem__;                                   \
	})

#define DIV64_U64_ROUND_UP(ll, d)                       \
	({                                              \
		u64 d64_d__ = (d);                      \
		div64_u64((ll) + d64_d__ - 1, d64_d__); \
	})
#define DIV64_U64_ROUND_CLOSEST(dividend, divisor)            \
	({                                                    \
		u64 d64_d__ = (divisor);                      \
		div64_u64((dividend) + d64_d__ / 2, d64_d__); \
	})

#endif
