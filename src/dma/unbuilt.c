/* SPDX-License-Identifier: MIT */
/*
 * What this machine does not have: bounce buffers, peer memory, the checker,
 * pools for coherent memory that cannot sleep.
 *
 * Calls that ask whether something is there answer no; calls that a kernel
 * without it refuses are refused alike; calls that make no sense without it
 * panic by name. Nothing here succeeds.
 *
 * Tests: tests/unit/dma/test_direct.c
 */
#include <linux/dma-map-ops.h>
#include <linux/export.h>
#include <linux/math.h>
#include <linux/pci-p2pdma.h>
#include <linux/swiotlb.h>

#include "dma/core.h"

/* ---- bounce buffers ------------------------------------------------------------ */

/** swiotlb_init() - nothing is set up for a machine that needs no bouncing. */
void swiotlb_init(bool addressing_limited, unsigned int flags)
{
	if (addressing_limited || (flags & SWIOTLB_FORCE))
		lib_unimplemented(__func__);
}

void swiotlb_init_remap(bool addressing_limit, unsigned int flags,
			int (*remap)(void *tlb, unsigned long nslabs))
{
	swiotlb_init(addressing_limit, flags);
}

/** swiotlb_init_late() - Return: -ENOMEM, there is no memory set aside. */
int swiotlb_init_late(size_t size, gfp_t gfp_mask,
		      int (*remap)(void *tlb, unsigned long nslabs))
{
	return -ENOMEM;
}

void swiotlb_exit(void)
{
}

void swiotlb_dev_init(struct device *dev)
{
	dev->dma_io_tlb_mem = NULL;
}

void swiotlb_update_mem_attributes(void)
{
}

void swiotlb_adjust_size(unsigned long size)
{
}

unsigned long swiotlb_size_or_default(void)
{
	return IO_TLB_DEFAULT_SIZE;
}

void swiotlb_print_info(void)
{
	pr_info("software IO TLB: none\n");
}

/** swiotlb_max_mapping_size() - bytes one bounce can hold: a set of slots less
 * what the device's alignment may cost. */
size_t swiotlb_max_mapping_size(struct device *dev)
{
	size_t set = (size_t)IO_TLB_SIZE * IO_TLB_SEGSIZE;

	return set - roundup(dma_get_min_align_mask(dev), IO_TLB_SIZE);
}

bool is_swiotlb_allocated(void)
{
	return false;
}

bool is_swiotlb_active(struct device *dev)
{
	return dev->dma_io_tlb_mem && dev->dma_io_tlb_mem->nslabs;
}

phys_addr_t default_swiotlb_base(void)
{
	return 0;
}

phys_addr_t default_swiotlb_limit(void)
{
	return 0;
}

struct io_tlb_pool *__swiotlb_find_pool(struct device *dev, phys_addr_t paddr)
{
	return NULL;
}

phys_addr_t swiotlb_tbl_map_single(struct device *dev, phys_addr_t orig_addr,
				   size_t mapping_size,
				   unsigned int alloc_aligned_mask,
				   enum dma_data_direction dir,
				   unsigned long attrs)
{
	dev_warn_ratelimited(dev, "no bounce buffers\n");
	return (phys_addr_t)DMA_MAPPING_ERROR;
}

dma_addr_t swiotlb_map(struct device *dev, phys_addr_t phys, size_t size,
		       enum dma_data_direction dir, unsigned long attrs)
{
	swiotlb_tbl_map_single(dev, phys, size, 0, dir, attrs);
	return DMA_MAPPING_ERROR;
}

/* Only for an address that lies in a pool, and no address does. */
void __swiotlb_tbl_unmap_single(struct device *dev, phys_addr_t tlb_addr,
				size_t mapping_size,
				enum dma_data_direction dir,
				unsigned long attrs, struct io_tlb_pool *pool)
{
	lib_unimplemented(__func__);
}

void __swiotlb_sync_single_for_device(struct device *dev, phys_addr_t tlb_addr,
				      size_t size, enum dma_data_direction dir,
				      struct io_tlb_pool *pool)
{
	lib_unimplemented(__func__);
}

void __swiotlb_sync_single_for_cpu(struct device *dev, phys_addr_t tlb_addr,
				   size_t size, enum dma_data_direction dir,
				   struct io_tlb_pool *pool)
{
	lib_unimplemented(__func__);
}

struct page *swiotlb_alloc(struct device *dev, size_t size)
{
	return NULL;
}

bool swiotlb_free(struct device *dev, struct page *page, size_t size)
{
	return false;
}

/* ---- peer memory ------------------------------------------------------------------ */

/* A page of a provider that has lost its state cannot be reached. */
void __pci_p2pdma_update_state(struct pci_p2pdma_map_state *state,
			       struct device *dev, struct page *page)
{
	state->pgmap = page_pgmap(page);
	state->map = PCI_P2PDMA_MAP_NOT_SUPPORTED;
	state->bus_off = 0;
}
EXPORT_SYMBOL_GPL(__pci_p2pdma_update_state);

/* ---- pools and checker --------------------------------------------------------------- */

struct page *dma_alloc_from_pool(struct device *dev, size_t size,
				 void **cpu_addr, gfp_t flags,
				 bool (*phys_addr_ok)(struct device *,
						      phys_addr_t, size_t))
{
	return NULL;
}

bool dma_free_from_pool(struct device *dev, void *start, size_t size)
{
	return false;
}

void dma_debug_add_bus(const struct bus_type *bus)
{
}

void debug_dma_dump_mappings(struct device *dev)
{
	pr_info("DMA-API: no checker\n");
}
EXPORT_SYMBOL(debug_dma_dump_mappings);

/* ---- memory with a device address of its own ------------------------------------------------ */

void *arch_dma_alloc(struct device *dev, size_t size, dma_addr_t *dma_handle,
		     gfp_t gfp, unsigned long attrs)
{
	lib_unimplemented(__func__);
}

void arch_dma_free(struct device *dev, size_t size, void *cpu_addr,
		   dma_addr_t dma_addr, unsigned long attrs)
{
	lib_unimplemented(__func__);
}
