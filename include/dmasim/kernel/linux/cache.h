/* SPDX-License-Identifier: MIT */
/*
 * Cache lines.
 *
 * Same:    SMP_CACHE_BYTES, alignment attributes.
 * Reduced: lines are 64 bytes.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_CACHE_H
#define _DMASIM_LINUX_CACHE_H

#include <asm/cache.h>
#include <linux/align.h>
#include <linux/compiler.h>
#include <linux/types.h>

#define L1_CACHE_ALIGN(x) ALIGN(x, L1_CACHE_BYTES)
#define SMP_CACHE_ALIGN(x) L1_CACHE_ALIGN(x)
#define LARGEST_ALIGN(x) ALIGN(x, __BIGGEST_ALIGNMENT__)
#define SMP_CACHE_BYTES L1_CACHE_BYTES
#define INTERNODE_CACHE_SHIFT L1_CACHE_SHIFT
#define INTERNODE_CACHE_BYTES L1_CACHE_BYTES

#ifndef __read_mostly
#define __read_mostly
#endif
#define __ro_after_init
#define ____cacheline_aligned __aligned(SMP_CACHE_BYTES)
#define ____cacheline_aligned_in_smp ____cacheline_aligned
#define __cacheline_aligned ____cacheline_aligned
#define __cacheline_aligned_in_smp ____cacheline_aligned
#define ____cacheline_internodealigned_in_smp ____cacheline_aligned
#define __cacheline_group_begin(GROUP) __u8 __cacheline_group_begin__##GROUP[0]
#define __cacheline_group_end(GROUP) __u8 __cacheline_group_end__##GROUP[0]
#define __cacheline_group_begin_aligned(GROUP, ...) \
	__cacheline_group_begin(GROUP) ____cacheline_aligned
#define __cacheline_group_end_aligned(GROUP, ...) __cacheline_group_end(GROUP)
#define cache_line_size() L1_CACHE_BYTES

struct cacheline_padding {
	char x[0];
} ____cacheline_aligned_in_smp;
#define CACHELINE_PADDING(name) struct cacheline_padding name

#endif
