/* SPDX-License-Identifier: MIT */
/*
 * What src/dma offers to the layers above it and to src/sim. The DMA API itself
 * is in <linux/dma-mapping.h>.
 */
#ifndef DMA_DMA_H
#define DMA_DMA_H

#include <linux/types.h>

/**
 * struct dma_params
 * @forcedac: PCI devices do not try below 4 GiB first
 * @iova_allocator: of all domains, a name that iova_allocator_find() knows
 * @coherent_pool: bytes of each atomic pool; 0: by the size of RAM
 * @kmalloc_bounce: CONFIG_DMA_BOUNCE_UNALIGNED_KMALLOC
 * @checker: start with the checker on
 * @checker_entries: mappings that it can hold before it asks for more, 0: 65536
 */
struct dma_params {
	bool forcedac;
	const char *iova_allocator;
	u64 coherent_pool;
	bool kmalloc_bounce;
	bool checker;
	unsigned int checker_entries;
};

/** struct dma_stats - counters since boot. */
struct dma_stats {
	u64 iova_allocs; /* address ranges taken */
	u64 iova_frees; /* given back; later than the unmap if lazy */
	u64 maps; /* mapping calls that succeeded */
	u64 unmaps;
	u64 pool_bytes; /* atomic pools: size of all */
	u64 pool_used; /* bytes handed out now */
	u64 pool_used_hiwater;
	u64 pool_allocs; /* calls that got memory, and that did not */
	u64 pool_refusals;
	u64 fq_full; /* flushes because a queue was full */
	u64 fq_timeouts; /* flushes because an entry was old */
	u64 sg_padding; /* bytes between entries of lists, for boundaries */
};

/**
 * dma_boot() - start the DMA layer
 *
 * Registers with src/iommu, so that devices probed from now on get their DMA
 * set up. Return: 0 or -ENOMEM.
 */
int dma_boot(const struct dma_params *params);

/**
 * dma_check() - report what was not given back
 *
 * Completes deferred invalidations first. Adds one leak event for the IOVA
 * ranges of the whole machine and one for each dma_pool.
 * Return: the number of events added.
 */
unsigned int dma_check(void);

/**
 * dma_atomic_pools_need() - a device that does not snoop is about to be probed
 *
 * Sets the atomic pools up, once. Context: process. Return: 0 or -ENOMEM.
 */
int dma_atomic_pools_need(void);

/** dma_shutdown() - after it no device may be probed. */
void dma_shutdown(void);

/** dma_get_stats() - Context: any. */
void dma_get_stats(struct dma_stats *stats);

struct device;
struct iova_domain;

/** dma_iova_domain() - where @dev gets its addresses; NULL: not translated. */
struct iova_domain *dma_iova_domain(struct device *dev);

/** dma_lost_granules() - usable ones of @dev's domain that are reserved (D16). */
unsigned long dma_lost_granules(struct device *dev);

/** dma_deferred() - ranges in the flush queue of @dev's domain now. */
unsigned long dma_deferred(struct device *dev);

/* ---- the checker; behind <dmasim/checker.h>, one for one ---- */

/** struct dma_checker_stats - see struct dmasim_checker_stats. */
struct dma_checker_stats {
	u64 errors, printed;
	u64 free_entries, min_free_entries, total_entries;
};

int dma_checker_enable(void);
void dma_checker_disable(void);
bool dma_checker_enabled(void);
void dma_checker_set_newer(bool newer);
void dma_checker_set_copy_limit(u64 bytes);
void dma_checker_set_all_errors(bool all);
void dma_checker_set_num_errors(u64 nr);
void dma_checker_set_filter(const char *text);
void dma_checker_get_stats(struct dma_checker_stats *stats);
void dma_checker_dump(void (*line)(const char *text, void *arg), void *arg);

#endif
