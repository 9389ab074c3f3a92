/* SPDX-License-Identifier: MIT */
/*
 * Integer arithmetic.
 *
 * Same:    all listed.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_MATH_H
#define _DMASIM_LINUX_MATH_H

#include <linux/types.h>
#include <linux/compiler.h>
#if __STDC_HOSTED__
#include <stdlib.h> /* declares abs() before the macro exists */
#endif

#undef roundup
#undef rounddown
#undef round_up
#undef round_down
#undef abs
#undef DIV_ROUND_UP

#define __round_mask(x, y) ((__typeof__(x))((y)-1))
#define round_up(x, y) ((((x)-1) | __round_mask(x, y)) + 1)
#define round_down(x, y) ((x) & ~__round_mask(x, y))

#define __KERNEL_DIV_ROUND_UP_(n, d) (((n) + (d)-1) / (d))
#define DIV_ROUND_UP(n, d) __KERNEL_DIV_ROUND_UP_(n, d)
#define DIV_ROUND_UP_POW2(n, d) ((n) / (d) + !!((n) & ((d)-1)))
#define DIV_ROUND_DOWN_ULL(n, d) ((unsigned long long)(n) / (d))
#define DIV_ROUND_UP_ULL(n, d) \
	DIV_ROUND_DOWN_ULL((unsigned long long)(n) + (d)-1, (d))
#define DIV_ROUND_UP_SECTOR_T(n, d) DIV_ROUND_UP_ULL(n, d)

#define roundup(x, y)                                     \
	({                                                \
		__typeof__(y) ru_y__ = (y);               \
		(((x) + (ru_y__ - 1)) / ru_y__) * ru_y__; \
	})
#define rounddown(x, y)                     \
	({                                  \
		__typeof__(x) rd_x__ = (x); \
		rd_x__ - (rd_x__ % (y));    \
	})

#define DIV_ROUND_CLOSEST(x, divisor)                       \
	({                                                  \
		__typeof__(x) drc_x__ = (x);                \
		__typeof__(divisor) drc_d__ = (divisor);    \
		(is_unsigned_type(__typeof__(x)) ||         \
		 is_unsigned_type(__typeof__(divisor)) ||   \
		 (drc_x__ > 0) == (drc_d__ > 0)) ?          \
			(drc_x__ + drc_d__ / 2) / drc_d__ : \
			(drc_x__ - drc_d__ / 2) / drc_d__;  \
	})
#define DIV_ROUND_CLOSEST_ULL(x, divisor) \
	(((unsigned long long)(x) + (divisor) / 2) / (divisor))

#define mult_frac(x, n, d)                                   \
	({                                                   \
		__typeof__(x) mf_x__ = (x);                  \
		__typeof__(n) mf_n__ = (n);                  \
		__typeof__(d) mf_d__ = (d);                  \
		(mf_x__ / mf_d__) * mf_n__ +                 \
			(mf_x__ % mf_d__) * mf_n__ / mf_d__; \
	})

#define sector_div(n, b)                         \
	({                                       \
		u32 sd_rem__ = (u32)((n) % (b)); \
		(n) /= (b);                      \
		sd_rem__;                        \
	})

#define abs(x)                                                            \
	__builtin_choose_expr(sizeof(x) == sizeof(long long), ({          \
				      long long abs_l__ = (long long)(x); \
				      abs_l__ < 0 ? -abs_l__ : abs_l__;   \
			      }),                                         \
			      ({                                          \
				      int abs_i__ = (int)(x);             \
				      abs_i__ < 0 ? -abs_i__ : abs_i__;   \
			      }))

#define abs_diff(a, b)                                               \
	({                                                           \
		__typeof__(a) ad_a__ = (a);                          \
		__typeof__(b) ad_b__ = (b);                          \
		ad_a__ > ad_b__ ? ad_a__ - ad_b__ : ad_b__ - ad_a__; \
	})

static __always_inline u32 reciprocal_scale(u32 val, u32 ep_ro)
{
	return (u32)(((u64)val * ep_ro) >> 32);
}

unsigned long gcd(unsigned long a, unsigned long b) __attribute_const__;
unsigned long lcm(unsigned long a, unsigned long b) __attribute_const__;
unsigned long lcm_not_zero(unsigned long a,
			   unsigned long b) __attribute_const__;
unsigned long int_sqrt(unsigned long x);

#endif
