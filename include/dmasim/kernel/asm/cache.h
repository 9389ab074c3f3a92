/* SPDX-License-Identifier: MIT */
/*
 * The size of a cache line, and of what DMA must not share.
 *
 * Same:    L1_CACHE_BYTES.
 * Reduced: devices may be non-coherent, so DMA buffers are kept apart by lines:
 *          ARCH_DMA_MINALIGN is 64.
 * Stub:    none.
 */
#ifndef _DMASIM_ASM_CACHE_H
#define _DMASIM_ASM_CACHE_H

#define L1_CACHE_SHIFT CONFIG_L1_CACHE_SHIFT
#define L1_CACHE_BYTES (1 << L1_CACHE_SHIFT)

#define ARCH_HAS_DMA_MINALIGN 1
#define ARCH_DMA_MINALIGN L1_CACHE_BYTES

#endif
