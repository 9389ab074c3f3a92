/* SPDX-License-Identifier: MIT */
/*
 * Replaying a log through the NVMe driver.
 */
#ifndef TOOLS_REPLAY_H
#define TOOLS_REPLAY_H

#include <dmasim/cost.h>
#include <dmasim/machine.h>

#include "iolog.h"

#define REPLAY_BLOCK 512u
#define REPLAY_MAX_DEPTH 1024u

enum replay_path { REPLAY_LINK, REPLAY_MAP, REPLAY_SG, REPLAY_NR_PATHS };

extern const char *const replay_path_names[REPLAY_NR_PATHS];

/* A page: with a larger granule the disk would have no DMA API. */
extern const uint64_t replay_max_granule;

struct dmasim_device;

/**
 * struct replay_setup - the machine and how it is driven
 * @stop: I/O of the log, from 1, at which @at_stop is called: done by the device,
 *	not unmapped yet; 0: never
 * @at_stop: told the controller and the index of the I/O
 */
struct replay_setup {
	enum dmasim_iommu iommu;
	const char *format; /* NULL when nothing is translated */
	unsigned int levels; /* to start with, 0: the format's default */
	bool caching; /* the IOMMU remembers what is not mapped */
	bool ats; /* the controller keeps translations for itself */
	uint64_t granule; /* smallest page of the IOMMU, 0: 4 KiB */
	enum dmasim_layout layout;
	uint64_t seed; /* 0: DMASIM_SEED or 1 */
	unsigned int max_io_kb; /* 0: 8 MiB */
	unsigned int depth;
	const char *cost; /* as in the machine's configuration */
	const char *trace; /* file for the trace events, or NULL */
	size_t stop;
	void (*at_stop)(void *ctx, struct dmasim_device *nvme, size_t io);
	void *ctx;
};

/**
 * struct replay_result - what one path did; counters cover the I/O, not the
 * set-up of the controller
 * @priced: there is a cost model; @steps of the I/O, and their price in ns by
 *	CPUs and by the IOMMU for devices
 * @mismatches: reads, or blocks of the store, that differ from the model, and
 *	I/Os that failed
 */
struct replay_result {
	const char *log;
	enum replay_path path;
	uint64_t ios, bytes, verified_bytes, mismatches;
	uint64_t maps, iova_allocs, iotlb_invalidations, pte_writes;
	double bookkeeping_bytes_per_io;
	uint64_t dma_ns_median, dma_ns_p99;
	bool priced;
	uint64_t steps[DMASIM_NR_COSTS];
	double cost_cpu_ns, cost_device_ns;
	uint64_t faults, leaks, warnings;
	uint64_t seed;
	bool incomplete; /* the trace could not be written whole */
};

/**
 * replay_run() - one log over one path, on a machine of its own
 * @progress: show a bar on stderr
 *
 * Return: 0, or -1 if the machine could not be built (said on stderr); whether
 * the data was right is in @result.
 */
int replay_run(const struct iolog *log, const struct replay_setup *setup,
	       enum replay_path path, bool progress,
	       struct replay_result *result);

/** replay_clean() - nothing wrong in @result. */
bool replay_clean(const struct replay_result *result);

/* report.c */
void report_table(const struct replay_setup *setup,
		  const struct replay_result *results, unsigned int nr);

/** report_json() - 0, or -1 with the reason on stderr. */
int report_json(const char *file, const struct replay_setup *setup,
		const struct replay_result *results, unsigned int nr);

#endif
