/* SPDX-License-Identifier: MIT */
/*
 * DMA mapping benchmark: what core.c (driver, threads), modes.c (ways to map)
 * and stat.c (times) share.
 */
#ifndef MAP_BENCHMARK_H
#define MAP_BENCHMARK_H

#include <linux/dma-mapping.h>
#include <linux/scatterlist.h>
#include <linux/types.h>

#include <dmasim/map_benchmark.h>

/* ---- modes.c ---- */

/**
 * struct bench_buffer - what one thread maps again and again
 * @pages: number of them
 * @cpu: single: contiguous pages
 * @addr: single: device address while mapped
 * @table: sg, link: entries of a page each
 * @state: link: the range while mapped
 */
struct bench_buffer {
	struct device *dev;
	enum dma_data_direction dir;
	unsigned int pages;
	int node;
	void *cpu;
	dma_addr_t addr;
	struct sg_table table;
	struct dma_iova_state state;
};

/**
 * struct bench_mode - a way to map
 * @alloc: get the memory; 0 or -ENOMEM with nothing taken
 * @dirty: write to all of it, as a driver would have before it maps
 * @map: 0 or -ENOMEM with nothing mapped
 */
struct bench_mode {
	int (*alloc)(struct bench_buffer *buf);
	void (*free)(struct bench_buffer *buf);
	void (*dirty)(struct bench_buffer *buf);
	int (*map)(struct bench_buffer *buf);
	void (*unmap)(struct bench_buffer *buf);
};

/* The mode of a number; NULL: there is none. */
const struct bench_mode *bench_mode_find(unsigned int map_mode);

/* Can @dev have a range of its own? */
bool bench_can_link(struct device *dev);

/* ---- stat.c ---- */

/* 32 steps an octave, so that a step is 1/32 of its value at most. */
#define BENCH_STEPS_LG2 5
#define BENCH_STEPS ((64 - BENCH_STEPS_LG2 + 1) << BENCH_STEPS_LG2)

/**
 * struct bench_stat - times of one call
 * @sum100, @square100: the kernel's sums, of times in truncated 100 ns
 * @sum, @square: of ns; a square sum that would wrap stays at the largest
 * @steps: how many times fell into which step
 */
struct bench_stat {
	u64 loops;
	u64 sum100, square100;
	u64 sum, square;
	u64 min, max;
	u64 steps[BENCH_STEPS];
};

void bench_stat_init(struct bench_stat *stat);
void bench_stat_add(struct bench_stat *stat, u64 ns);
void bench_stat_merge(struct bench_stat *to, const struct bench_stat *from);
void bench_stat_100ns(const struct bench_stat *stat, u64 *mean, u64 *stddev);
void bench_stat_times(const struct bench_stat *stat,
		      struct dmasim_map_times *times);

#endif
