/* SPDX-License-Identifier: MIT */
/*
 * Pools of small blocks cut from coherent memory.
 *
 * same: all of it.
 */
#ifndef _DMASIM_LINUX_DMAPOOL_H
#define _DMASIM_LINUX_DMAPOOL_H

#include <linux/nodemask.h>
#include <linux/numa.h>
#include <linux/gfp.h>
#include <linux/types.h>

struct device;
struct dma_pool;

struct dma_pool *dma_pool_create_node(const char *name, struct device *dev,
				      size_t size, size_t align,
				      size_t boundary, int node);
void dma_pool_destroy(struct dma_pool *pool);
void *dma_pool_alloc(struct dma_pool *pool, gfp_t mem_flags,
		     dma_addr_t *handle);
void dma_pool_free(struct dma_pool *pool, void *vaddr, dma_addr_t addr);
struct dma_pool *dmam_pool_create(const char *name, struct device *dev,
				  size_t size, size_t align, size_t allocation);
void dmam_pool_destroy(struct dma_pool *pool);

static inline struct dma_pool *dma_pool_create(const char *name,
					       struct device *dev, size_t size,
					       size_t align, size_t boundary)
{
	return dma_pool_create_node(name, dev, size, align, boundary,
				    NUMA_NO_NODE);
}

static inline void *dma_pool_zalloc(struct dma_pool *pool, gfp_t mem_flags,
				    dma_addr_t *handle)
{
	return dma_pool_alloc(pool, mem_flags | __GFP_ZERO, handle);
}

#endif
