/* SPDX-License-Identifier: MIT */
/*
 * Private to src/dma: chunks of scatter-list tables.
 */
#ifndef DMA_SG_H
#define DMA_SG_H

#include <linux/scatterlist.h>

struct scatterlist *sg_chunk_alloc(unsigned int nents, gfp_t gfp);
void sg_chunk_free(struct scatterlist *chunk, unsigned int nents);

#endif
