/* SPDX-License-Identifier: MIT */
/*
 * Single bits and masks of bits.
 *
 * Same:    all listed; masks are constant expressions.
 * Reduced: no compile-time check of swapped arguments.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_BITS_H
#define _DMASIM_LINUX_BITS_H

#include <linux/const.h>
#include <linux/types.h>

#define BIT(nr) (UL(1) << (nr))
#define BIT_ULL(nr) (ULL(1) << (nr))
#define BIT_MASK(nr) (UL(1) << ((nr) % BITS_PER_LONG))
#define BIT_WORD(nr) ((nr) / BITS_PER_LONG)
#define BIT_ULL_MASK(nr) (ULL(1) << ((nr) % BITS_PER_LONG_LONG))
#define BIT_ULL_WORD(nr) ((nr) / BITS_PER_LONG_LONG)

#define BIT_U8(nr) ((u8)(1u << (nr)))
#define BIT_U16(nr) ((u16)(1u << (nr)))
#define BIT_U32(nr) ((u32)(1u << (nr)))
#define BIT_U64(nr) ((u64)(1ull << (nr)))

/* ones from bit l up to and including bit h */
#define DMASIM_MASK(type, width, h, l)     \
	((type)(((type) ~(type)0 << (l)) & \
		((type) ~(type)0 >> ((width)-1 - (h)))))
#define GENMASK(h, l) DMASIM_MASK(unsigned long, BITS_PER_LONG, h, l)
#define GENMASK_ULL(h, l) \
	DMASIM_MASK(unsigned long long, BITS_PER_LONG_LONG, h, l)
#define GENMASK_U8(h, l) DMASIM_MASK(u8, 8, h, l)
#define GENMASK_U16(h, l) DMASIM_MASK(u16, 16, h, l)
#define GENMASK_U32(h, l) DMASIM_MASK(u32, 32, h, l)
#define GENMASK_U64(h, l) DMASIM_MASK(u64, 64, h, l)
#define __GENMASK(h, l) GENMASK(h, l)
#define __GENMASK_ULL(h, l) GENMASK_ULL(h, l)

#endif
