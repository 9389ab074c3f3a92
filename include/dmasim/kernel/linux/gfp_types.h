/* SPDX-License-Identifier: MIT */
/*
 * <linux/gfp_types.h>: allocation flags.
 *
 * Same: names of 6.17, one bit each, and the combinations made of them.
 * Reduced: bit numbers are ours (the kernel promises none). With effect:
 *	zone bits, __GFP_ZERO, __GFP_COMP, __GFP_NOWARN, __GFP_NOFAIL,
 *	__GFP_DIRECT_RECLAIM (may sleep). The others are accepted.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_GFP_TYPES_H
#define _DMASIM_LINUX_GFP_TYPES_H

#include <linux/types.h>

/* clang-format off */
enum {
	___GFP_DMA_BIT,
	___GFP_HIGHMEM_BIT,
	___GFP_DMA32_BIT,
	___GFP_MOVABLE_BIT,
	___GFP_RECLAIMABLE_BIT,
	___GFP_HIGH_BIT,
	___GFP_IO_BIT,
	___GFP_FS_BIT,
	___GFP_ZERO_BIT,
	___GFP_DIRECT_RECLAIM_BIT,
	___GFP_KSWAPD_RECLAIM_BIT,
	___GFP_WRITE_BIT,
	___GFP_NOWARN_BIT,
	___GFP_RETRY_MAYFAIL_BIT,
	___GFP_NOFAIL_BIT,
	___GFP_NORETRY_BIT,
	___GFP_MEMALLOC_BIT,
	___GFP_COMP_BIT,
	___GFP_NOMEMALLOC_BIT,
	___GFP_HARDWALL_BIT,
	___GFP_THISNODE_BIT,
	___GFP_ACCOUNT_BIT,
	___GFP_ZEROTAGS_BIT,
	___GFP_NOLOCKDEP_BIT,
	___GFP_NO_OBJ_EXT_BIT,
	___GFP_LAST_BIT
};

#define __DMASIM_GFP(bit)	((__force gfp_t)(1u << ___GFP_##bit##_BIT))

#define __GFP_DMA		__DMASIM_GFP(DMA)
#define __GFP_HIGHMEM		__DMASIM_GFP(HIGHMEM)
#define __GFP_DMA32		__DMASIM_GFP(DMA32)
#define __GFP_MOVABLE		__DMASIM_GFP(MOVABLE)
#define __GFP_RECLAIMABLE	__DMASIM_GFP(RECLAIMABLE)
#define __GFP_HIGH		__DMASIM_GFP(HIGH)
#define __GFP_IO		__DMASIM_GFP(IO)
#define __GFP_FS		__DMASIM_GFP(FS)
#define __GFP_ZERO		__DMASIM_GFP(ZERO)
#define __GFP_DIRECT_RECLAIM	__DMASIM_GFP(DIRECT_RECLAIM)
#define __GFP_KSWAPD_RECLAIM	__DMASIM_GFP(KSWAPD_RECLAIM)
#define __GFP_WRITE		__DMASIM_GFP(WRITE)
#define __GFP_NOWARN		__DMASIM_GFP(NOWARN)
#define __GFP_RETRY_MAYFAIL	__DMASIM_GFP(RETRY_MAYFAIL)
#define __GFP_NOFAIL		__DMASIM_GFP(NOFAIL)
#define __GFP_NORETRY		__DMASIM_GFP(NORETRY)
#define __GFP_MEMALLOC		__DMASIM_GFP(MEMALLOC)
#define __GFP_COMP		__DMASIM_GFP(COMP)
#define __GFP_NOMEMALLOC	__DMASIM_GFP(NOMEMALLOC)
#define __GFP_HARDWALL		__DMASIM_GFP(HARDWALL)
#define __GFP_THISNODE		__DMASIM_GFP(THISNODE)
#define __GFP_ACCOUNT		__DMASIM_GFP(ACCOUNT)
#define __GFP_ZEROTAGS		__DMASIM_GFP(ZEROTAGS)
#define __GFP_NOLOCKDEP		__DMASIM_GFP(NOLOCKDEP)
#define __GFP_NO_OBJ_EXT	__DMASIM_GFP(NO_OBJ_EXT)
#define __GFP_SKIP_ZERO		((__force gfp_t)0)
#define __GFP_SKIP_KASAN	((__force gfp_t)0)

#define __GFP_RECLAIM		(__GFP_DIRECT_RECLAIM | __GFP_KSWAPD_RECLAIM)
#define GFP_ZONEMASK \
	(__GFP_DMA | __GFP_HIGHMEM | __GFP_DMA32 | __GFP_MOVABLE)

#define __GFP_BITS_SHIFT	___GFP_LAST_BIT
#define __GFP_BITS_MASK \
	((__force gfp_t)((1u << __GFP_BITS_SHIFT) - 1))

#define GFP_ATOMIC		(__GFP_HIGH | __GFP_KSWAPD_RECLAIM)
#define GFP_KERNEL		(__GFP_RECLAIM | __GFP_IO | __GFP_FS)
#define GFP_KERNEL_ACCOUNT	(GFP_KERNEL | __GFP_ACCOUNT)
#define GFP_NOWAIT		(__GFP_KSWAPD_RECLAIM | __GFP_NOWARN)
#define GFP_NOIO		__GFP_RECLAIM
#define GFP_NOFS		(__GFP_RECLAIM | __GFP_IO)
#define GFP_USER		(GFP_KERNEL | __GFP_HARDWALL)
#define GFP_DMA			__GFP_DMA
#define GFP_DMA32		__GFP_DMA32
#define GFP_HIGHUSER		(GFP_USER | __GFP_HIGHMEM)
#define GFP_HIGHUSER_MOVABLE	(GFP_HIGHUSER | __GFP_MOVABLE)
#define GFP_TRANSHUGE_LIGHT \
	((GFP_HIGHUSER_MOVABLE | __GFP_COMP | __GFP_NOMEMALLOC | \
	  __GFP_NOWARN) & ~__GFP_RECLAIM)
#define GFP_TRANSHUGE		(GFP_TRANSHUGE_LIGHT | __GFP_DIRECT_RECLAIM)
/* clang-format on */

#endif
