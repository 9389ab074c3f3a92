/* SPDX-License-Identifier: MIT */
/*
 * Memory sanitizer hooks.
 *
 * Same:    none.
 * Reduced: none.
 * Stub:    all.
 */
#ifndef _DMASIM_LINUX_KMSAN_H
#define _DMASIM_LINUX_KMSAN_H

#include <linux/dma-direction.h>
#include <linux/kmsan-checks.h>
#include <linux/types.h>

struct page;
struct scatterlist;

static inline void kmsan_handle_dma(struct page *page, size_t offset,
				    size_t size, enum dma_data_direction dir)
{
}

static inline void kmsan_handle_dma_sg(struct scatterlist *sg, int nents,
				       enum dma_data_direction dir)
{
}

#endif
