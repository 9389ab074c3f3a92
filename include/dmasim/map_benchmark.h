/* SPDX-License-Identifier: MIT */
/*
 * The kernel's DMA mapping benchmark, driver "dma_map_benchmark": how long do
 * map and unmap take?
 *
 *	struct map_benchmark map = { .threads = 1, .seconds = 20, .node = -1,
 *				     .dma_bits = 32, .granule = 1 };
 *
 *	dmasim_map_benchmark_bind(dmasim_device_kernel(dev));
 *	err = dmasim_map_benchmark(DMA_MAP_BENCHMARK, &map, NULL);
 *
 * The structures are those of <linux/map_benchmark.h>. The driver is part of
 * dmasim::consumers. Times and seconds are those of the host's clock, whatever
 * clock the machine has. Its threads are kernel threads: they run side by side
 * on as many CPUs as there are host threads that wait in the machine (in
 * wait_for_completion(), say), each bound to one by dmasim_cpu_bind(); the
 * caller is one of them. tools/map_bench.c shows it.
 */
#ifndef DMASIM_MAP_BENCHMARK_H
#define DMASIM_MAP_BENCHMARK_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct device;

/**
 * DMASIM_MAP_BENCH_LINK_MODE - a map_mode of ours: granule links into one range
 *
 * map: dma_iova_try_alloc(), a dma_iova_link() a page, dma_iova_sync();
 * unmap: dma_iova_destroy(). -EOPNOTSUPP for a device that is not translated.
 */
#define DMASIM_MAP_BENCH_LINK_MODE 0x80

/**
 * struct dmasim_map_times - one of the two calls
 * @mean, @stddev: of all loops, ns
 * @min, @max: ns
 * @p50, @p90, @p99, @p999: percentiles, ns, at most 1/32 too high
 */
struct dmasim_map_times {
	uint64_t mean, stddev;
	uint64_t min, max;
	uint64_t p50, p90, p99, p999;
};

/**
 * struct dmasim_map_result - what the kernel's structure has no room for
 * @loops: mappings made and taken back, all threads
 * @elapsed: ns until the last thread ended
 */
struct dmasim_map_result {
	uint64_t loops;
	uint64_t elapsed;
	struct dmasim_map_times map, unmap;
};

/**
 * dmasim_map_benchmark_bind() - bind a device to the driver, as by sysfs
 * @dev: PCI or platform device
 *
 * Context: may sleep.
 * Return: 0; -EBUSY if @dev has a driver or the driver has a device; -EINVAL for
 * another bus; -ENOMEM.
 */
int dmasim_map_benchmark_bind(struct device *dev);

/**
 * dmasim_map_benchmark() - the ioctl() of debugfs' dma_map_benchmark
 * @cmd: DMA_MAP_BENCHMARK or DMA_MAP_BENCHMARK_V7
 * @arg: the structure that belongs to @cmd
 * @result: more results, NULL if not wanted; valid if 0 is returned
 *
 * Context: may sleep; runs for as many seconds as asked for, or until a
 * mapping fails.
 * Return: 0; -EINVAL for a parameter out of its range, or a mask that cannot
 * be set; -ENOTTY for another @cmd; -ENODEV if no device is bound; -EOPNOTSUPP
 * for the link mode of a device that gets no range (it is not translated); -ENOMEM if a mapping or an
 * allocation failed.
 */
int dmasim_map_benchmark(unsigned int cmd, void *arg,
			 struct dmasim_map_result *result);

#ifdef __cplusplus
}
#endif

#endif
