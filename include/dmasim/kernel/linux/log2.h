/* SPDX-License-Identifier: MIT */
/*
 * Powers of two.
 *
 * Same:    constant expressions where the argument is.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_LOG2_H
#define _DMASIM_LINUX_LOG2_H

#include <linux/bitops.h>
#include <linux/types.h>

static __always_inline __attribute_const__ int __ilog2_u32(u32 n)
{
	return fls(n) - 1;
}

static __always_inline __attribute_const__ int __ilog2_u64(u64 n)
{
	return fls64(n) - 1;
}

/* the builtin folds for constants, so one form serves both */
#define ilog2(n)                                                           \
	(sizeof(n) <= 4 ? 31 - __builtin_clz((u32)(n) | ((u32)(n) == 0)) : \
			  63 - __builtin_clzll((u64)(n) | ((u64)(n) == 0)))
#define const_ilog2(n) ilog2(n)

static __always_inline __attribute_const__ bool is_power_of_2(unsigned long n)
{
	return n && !(n & (n - 1));
}

static __always_inline __attribute_const__ unsigned long
__roundup_pow_of_two(unsigned long n)
{
	return n <= 1 ? 1 : 1UL << fls_long(n - 1);
}

static __always_inline __attribute_const__ unsigned long
__rounddown_pow_of_two(unsigned long n)
{
	return 1UL << (fls_long(n) - 1);
}

#define roundup_pow_of_two(n)                                   \
	(__builtin_constant_p(n) ?                              \
		 ((n) == 1 ? 1 : (1UL << (ilog2((n)-1) + 1))) : \
		 __roundup_pow_of_two(n))
#define rounddown_pow_of_two(n)                        \
	(__builtin_constant_p(n) ? (1UL << ilog2(n)) : \
				   __rounddown_pow_of_two(n))

static inline __attribute_const__ int __order_base_2(unsigned long n)
{
	return n > 1 ? (int)fls_long(n - 1) : 0;
}

#define order_base_2(n)                                            \
	(__builtin_constant_p(n) ?                                 \
		 (((n) == 0 || (n) == 1) ? 0 : ilog2((n)-1) + 1) : \
		 __order_base_2(n))

static inline __attribute_const__ int __bits_per(unsigned long n)
{
	return n < 2 ? 1 : (int)fls_long(n);
}

#define bits_per(n)                                            \
	(__builtin_constant_p(n) ?                             \
		 (((n) == 0 || (n) == 1) ? 1 : ilog2(n) + 1) : \
		 __bits_per(n))

static inline unsigned int max_pow_of_two_factor(unsigned int n)
{
	return n & -n;
}

#endif
