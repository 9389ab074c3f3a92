/* SPDX-License-Identifier: MIT */
/*
 * DMA mapping benchmark: the ways to map one buffer.
 *
 * single is 6.17's, sg that of newer kernels; link maps the pages of sg by the
 * two-step API.
 *
 * Locks: none; a buffer belongs to one thread.
 * Tests: tests/consumers/test_map_benchmark.c
 */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/map_benchmark.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "map_benchmark.h"

/* Any value will do; the kernel's is this one. */
#define DIRT 0x66

static size_t bytes(const struct bench_buffer *buf)
{
	return (size_t)buf->pages * PAGE_SIZE;
}

/* ---- single ---- */

static int single_alloc(struct bench_buffer *buf)
{
	buf->cpu = alloc_pages_exact_nid(buf->node, bytes(buf), GFP_KERNEL);
	return buf->cpu ? 0 : -ENOMEM;
}

static void single_free(struct bench_buffer *buf)
{
	free_pages_exact(buf->cpu, bytes(buf));
}

static void single_dirty(struct bench_buffer *buf)
{
	memset(buf->cpu, DIRT, bytes(buf));
}

static int single_map(struct bench_buffer *buf)
{
	buf->addr = dma_map_single(buf->dev, buf->cpu, bytes(buf), buf->dir);
	return dma_mapping_error(buf->dev, buf->addr) ? -ENOMEM : 0;
}

static void single_unmap(struct bench_buffer *buf)
{
	dma_unmap_single(buf->dev, buf->addr, bytes(buf), buf->dir);
}

/* ---- sg ---- */

static void sg_free(struct bench_buffer *buf)
{
	struct scatterlist *sg;
	unsigned int i;

	for_each_sgtable_sg(&buf->table, sg, i) {
		if (sg_page(sg))
			__free_page(sg_page(sg));
	}
	sg_free_table(&buf->table);
}

static int sg_alloc(struct bench_buffer *buf)
{
	struct scatterlist *sg;
	unsigned int i;

	if (sg_alloc_table(&buf->table, buf->pages, GFP_KERNEL))
		return -ENOMEM;
	for_each_sgtable_sg(&buf->table, sg, i) {
		struct page *page = alloc_pages_node(buf->node, GFP_KERNEL, 0);

		if (!page) {
			sg_free(buf);
			return -ENOMEM;
		}
		sg_set_page(sg, page, PAGE_SIZE, 0);
	}
	return 0;
}

static void sg_dirty(struct bench_buffer *buf)
{
	struct scatterlist *sg;
	unsigned int i;

	for_each_sgtable_sg(&buf->table, sg, i)
		memset(sg_virt(sg), DIRT, PAGE_SIZE);
}

static int sg_map(struct bench_buffer *buf)
{
	return dma_map_sgtable(buf->dev, &buf->table, buf->dir, 0) ? -ENOMEM :
								     0;
}

static void sg_unmap(struct bench_buffer *buf)
{
	dma_unmap_sgtable(buf->dev, &buf->table, buf->dir, 0);
}

/* ---- link ---- */

static int link_map(struct bench_buffer *buf)
{
	struct scatterlist *sg;
	size_t linked = 0;
	unsigned int i;

	if (!dma_iova_try_alloc(buf->dev, &buf->state, 0, bytes(buf)))
		return -ENOMEM;
	for_each_sgtable_sg(&buf->table, sg, i) {
		if (dma_iova_link(buf->dev, &buf->state, sg_phys(sg), linked,
				  PAGE_SIZE, buf->dir, 0))
			goto err_destroy;
		linked += PAGE_SIZE;
	}
	if (!dma_iova_sync(buf->dev, &buf->state, 0, linked))
		return 0;

err_destroy:
	dma_iova_destroy(buf->dev, &buf->state, linked, buf->dir, 0);
	return -ENOMEM;
}

static void link_unmap(struct bench_buffer *buf)
{
	dma_iova_destroy(buf->dev, &buf->state, bytes(buf), buf->dir, 0);
}

bool bench_can_link(struct device *dev)
{
	struct dma_iova_state state;

	if (!dma_iova_try_alloc(dev, &state, 0, PAGE_SIZE))
		return false;
	dma_iova_free(dev, &state);
	return true;
}

static const struct bench_mode mode_single = {
	.alloc = single_alloc,
	.free = single_free,
	.dirty = single_dirty,
	.map = single_map,
	.unmap = single_unmap,
};

static const struct bench_mode mode_sg = {
	.alloc = sg_alloc,
	.free = sg_free,
	.dirty = sg_dirty,
	.map = sg_map,
	.unmap = sg_unmap,
};

static const struct bench_mode mode_link = {
	.alloc = sg_alloc,
	.free = sg_free,
	.dirty = sg_dirty,
	.map = link_map,
	.unmap = link_unmap,
};

const struct bench_mode *bench_mode_find(unsigned int map_mode)
{
	switch (map_mode) {
	case DMA_MAP_BENCH_SINGLE_MODE:
		return &mode_single;
	case DMA_MAP_BENCH_SG_MODE:
		return &mode_sg;
	case DMASIM_MAP_BENCH_LINK_MODE:
		return &mode_link;
	default:
		return NULL;
	}
}
