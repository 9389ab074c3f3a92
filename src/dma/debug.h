/* SPDX-License-Identifier: MIT */
/*
 * The checker of the DMA API: the hooks that the other files of src/dma call.
 *
 * Off, the checker costs one branch a call, dma_debug_active(), and where a call
 * is made a million times it shares that branch with the trace: dma_watched().
 * Hooks are called only while it is on, and look again under the checker's lock.
 *
 * A mapping is known to the checker from the end of the call that makes it to
 * the begin of the call that takes it away. Its address cannot be another
 * mapping's before that (6.17 reports the unmap of a page afterwards).
 */
#ifndef DMA_DEBUG_H
#define DMA_DEBUG_H

#include <linux/compiler.h>
#include <linux/dma-mapping.h>
#include <linux/scatterlist.h>

#include "lib/lib.h"

static __always_inline bool dma_debug_active(void)
{
	return lib_watched(LIB_WATCH_CHECKER);
}

/** dma_watched() - is this call traced or checked, or what it maps counted? */
static __always_inline bool dma_watched(void)
{
	return lib_watched(LIB_WATCH_TRACE | LIB_WATCH_CHECKER |
			   LIB_WATCH_PAGES);
}

/** enum dma_debug_type - which calls made a mapping. */
enum dma_debug_type {
	DMA_DEBUG_SINGLE, /* dma_map_page(), dma_map_single(), dma_map_phys() */
	DMA_DEBUG_SG,
	DMA_DEBUG_COHERENT,
	DMA_DEBUG_RESOURCE,
	DMA_DEBUG_NONCOHERENT, /* dma_alloc_pages() */
	DMA_DEBUG_STATE, /* address range of the two-step API */
	DMA_DEBUG_LINK, /* what is linked into one */
};

/* ---- debug_map.c: streaming and allocated memory -------------------------------- */

/** debug_dma_map_phys() - after a map of one range; @addr may be an error. */
void debug_dma_map_phys(struct device *dev, phys_addr_t phys, size_t size,
			enum dma_data_direction dir, dma_addr_t addr,
			unsigned long attrs);
void debug_dma_unmap_phys(struct device *dev, dma_addr_t addr, size_t size,
			  enum dma_data_direction dir, unsigned long attrs);

/** debug_dma_map_sg() - after a map of a list; @ents as the back end says. */
void debug_dma_map_sg(struct device *dev, struct scatterlist *sg, int nents,
		      int ents, enum dma_data_direction dir,
		      unsigned long attrs);
/**
 * debug_dma_alloc_sg() - after an allocation of pages that are one segment
 *
 * The CPU fills them first. No mapping of the caller's, so of any length.
 */
void debug_dma_alloc_sg(struct device *dev, struct scatterlist *sg, int nents,
			enum dma_data_direction dir, unsigned long attrs);
/** debug_dma_unmap_sg() - before an unmap of a list, and a free of those pages. */
void debug_dma_unmap_sg(struct device *dev, struct scatterlist *sg, int nents,
			enum dma_data_direction dir, unsigned long attrs);

/** debug_dma_no_mask() - dma_map_sgtable() says 0 and has mapped nothing. */
void debug_dma_no_mask(struct device *dev);

/**
 * debug_dma_alloc() - after an allocation; @cpu NULL: it failed
 * @phys: of the first byte, what a free must come with again
 */
void debug_dma_alloc(struct device *dev, enum dma_debug_type type,
		     const void *cpu, phys_addr_t phys, size_t size,
		     dma_addr_t addr, enum dma_data_direction dir,
		     unsigned long attrs);
void debug_dma_free(struct device *dev, enum dma_debug_type type,
		    phys_addr_t phys, size_t size, dma_addr_t addr,
		    enum dma_data_direction dir, unsigned long attrs);
phys_addr_t debug_dma_cpu_to_phys(const void *cpu);

/* ---- debug_sync.c ------------------------------------------------------------------ */

void debug_dma_sync(struct device *dev, dma_addr_t addr, size_t size,
		    enum dma_data_direction dir, bool for_cpu);
void debug_dma_sync_sg(struct device *dev, struct scatterlist *sg, int nents,
		       enum dma_data_direction dir, bool for_cpu);

/* ---- debug_iova.c: the two-step API ---------------------------------------------- */

/** debug_dma_iova_reuse() - before try_alloc clears @state. */
void debug_dma_iova_reuse(struct device *dev,
			  const struct dma_iova_state *state);
void debug_dma_iova_alloc(struct device *dev, struct dma_iova_state *state);

/** debug_dma_iova_link() - after a link that said @ret. */
void debug_dma_iova_link(struct device *dev, struct dma_iova_state *state,
			 phys_addr_t phys, size_t offset, size_t size,
			 enum dma_data_direction dir, unsigned long attrs,
			 int ret);
void debug_dma_iova_sync(struct device *dev, struct dma_iova_state *state,
			 size_t offset, size_t size);
void debug_dma_iova_unlink(struct device *dev, struct dma_iova_state *state,
			   size_t offset, size_t size,
			   enum dma_data_direction dir, unsigned long attrs);
/** debug_dma_iova_destroy() - before destroy; @mapped_len 0: before free. */
void debug_dma_iova_destroy(struct device *dev, struct dma_iova_state *state,
			    size_t mapped_len, enum dma_data_direction dir,
			    unsigned long attrs);

/* ---- debug.c: life ------------------------------------------------------------------- */

int dma_debug_boot(bool on, unsigned int nr_entries);
unsigned int dma_debug_check(void);
void dma_debug_shutdown(void);

#endif
