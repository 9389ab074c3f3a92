/* SPDX-License-Identifier: MIT */
/*
 * Which way data moves in a DMA mapping.
 *
 * same: all of it.
 */
#ifndef _DMASIM_LINUX_DMA_DIRECTION_H
#define _DMASIM_LINUX_DMA_DIRECTION_H

/** enum dma_data_direction - as seen from memory: TO_DEVICE is read by it. */
enum dma_data_direction {
	DMA_BIDIRECTIONAL = 0,
	DMA_TO_DEVICE = 1,
	DMA_FROM_DEVICE = 2,
	DMA_NONE = 3,
};

/** valid_dma_direction() - true for the directions data can really move in. */
static inline int valid_dma_direction(enum dma_data_direction dir)
{
	return (unsigned int)dir < DMA_NONE;
}

#endif
