/* SPDX-License-Identifier: MIT */
/*
 * Parameters and results of the DMA mapping benchmark.
 *
 * same:   layout (64 bytes) and limits of 6.17.
 * newer:  struct map_benchmark_v7 is what 7.0 calls struct map_benchmark (136
 *         bytes), DMA_MAP_BENCHMARK_V7 its command; the modes.
 */
#ifndef _DMASIM_LINUX_MAP_BENCHMARK_H
#define _DMASIM_LINUX_MAP_BENCHMARK_H

#include <linux/types.h>

/* _IOWR('d', 1, type): read | write, size, type, number */
#define __DMA_MAP_IOWR(type) \
	(3U << 30 | (__u32)sizeof(type) << 16 | 'd' << 8 | 1)
#define DMA_MAP_BENCHMARK __DMA_MAP_IOWR(struct map_benchmark)
#define DMA_MAP_BENCHMARK_V7 __DMA_MAP_IOWR(struct map_benchmark_v7)

#define DMA_MAP_MAX_THREADS 1024
#define DMA_MAP_MAX_SECONDS 300
#define DMA_MAP_MAX_TRANS_DELAY (10 * 1000 * 1000)

#define DMA_MAP_BIDIRECTIONAL 0
#define DMA_MAP_TO_DEVICE 1
#define DMA_MAP_FROM_DEVICE 2

#define DMA_MAP_BENCH_SINGLE_MODE 0
#define DMA_MAP_BENCH_SG_MODE 1

#define __DMA_MAP_FIELDS                                           \
	/* results, in units of 100 ns */                          \
	__u64 avg_map_100ns;                                       \
	__u64 map_stddev;                                          \
	__u64 avg_unmap_100ns;                                     \
	__u64 unmap_stddev;                                        \
	/* parameters */                                           \
	__u32 threads;                                             \
	__u32 seconds;                                             \
	__s32 node;                                                \
	__u32 dma_bits;                                            \
	__u32 dma_dir;                                             \
	__u32 dma_trans_ns; /* busy delay between map and unmap */ \
	__u32 granule; /* pages per mapping */

struct map_benchmark {
	__DMA_MAP_FIELDS
};

struct map_benchmark_v7 {
	__DMA_MAP_FIELDS
	__u8 map_mode; /* sg: granule entries of a page each */
	__u8 expansion[75];
};

#endif
