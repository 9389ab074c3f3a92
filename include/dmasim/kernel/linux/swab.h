/* SPDX-License-Identifier: MIT */
/*
 * Byte swapping.
 *
 * Same:    all.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_SWAB_H
#define _DMASIM_LINUX_SWAB_H

#include <linux/types.h>
#include <linux/compiler.h>
#if __STDC_HOSTED__
#include_next <linux/swab.h>
#else
#define __swab16(x) ((__u16)__builtin_bswap16((__u16)(x)))
#define __swab32(x) ((__u32)__builtin_bswap32((__u32)(x)))
#define __swab64(x) ((__u64)__builtin_bswap64((__u64)(x)))
#endif

#define swab16(x) ((u16)__builtin_bswap16((u16)(x)))
#define swab32(x) ((u32)__builtin_bswap32((u32)(x)))
#define swab64(x) ((u64)__builtin_bswap64((u64)(x)))
#define swahw32(x) \
	((u32)(((u32)(x)&0xffffu) << 16 | ((u32)(x)&0xffff0000u) >> 16))

static inline u16 swab16p(const u16 *p)
{
	return swab16(*p);
}

static inline u32 swab32p(const u32 *p)
{
	return swab32(*p);
}

static inline u64 swab64p(const u64 *p)
{
	return swab64(*p);
}

static inline void swab16s(u16 *p)
{
	*p = swab16(*p);
}

static inline void swab32s(u32 *p)
{
	*p = swab32(*p);
}

static inline void swab64s(u64 *p)
{
	*p = swab64(*p);
}

#endif
