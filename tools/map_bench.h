/* SPDX-License-Identifier: MIT */
/*
 * "dmasim map-benchmark": what the options say, and what comes out.
 */
#ifndef TOOLS_MAP_BENCH_H
#define TOOLS_MAP_BENCH_H

#include <dmasim/machine.h>
#include <dmasim/map_benchmark.h>

/**
 * struct map_bench - one run
 * @machine: the machine to build
 * @threads, @seconds, @node, @bits, @dir, @delay, @granule: of the kernel's tool
 * @mode: map_mode
 * @avg_map_100ns, @map_stddev, @avg_unmap_100ns, @unmap_stddev: results in the
 *	kernel's unit
 * @result: results in ns
 */
struct map_bench {
	struct dmasim_machine_config machine;
	uint32_t threads, seconds;
	int32_t node;
	uint32_t bits, dir, delay, granule;
	uint8_t mode;
	uint64_t avg_map_100ns, map_stddev, avg_unmap_100ns, unmap_stddev;
	struct dmasim_map_result result;
};

/**
 * map_bench_run() - build the machine, run, destroy it
 *
 * A host thread for each CPU of the machine runs the driver's threads.
 * Return: 0, or 1 with a message on stderr.
 */
int map_bench_run(struct map_bench *b);

#endif
