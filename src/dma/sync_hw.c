/* SPDX-License-Identifier: MIT */
/*
 * Seam: CPU caches and devices that do not snoop.
 * Models arch/<any>/mm (arch_sync_dma_*, arch_dma_*): a machine whose CPUs write
 * back and invalidate lines by physical address, and can be told to leave pages
 * out of their caches.
 *
 * Before a transfer lines are written back whatever its direction: a dirty line
 * evicted later would overwrite what the device wrote, and a device that writes
 * only part of the buffer must leave the CPU's bytes in the rest.
 *
 * "Uncached" is a property of pages here, not of one CPU view of them: the same
 * address stays in use, and any other view of the page is uncached as well.
 *
 * The memory of a peer is in no cache of the CPU.
 *
 * I1  A page is uncached from the allocation of coherent memory for a device
 *     that does not snoop to its free, and at no other time.
 * Tests: tests/api/test_noncoherent.c
 */
#include <linux/dma-map-ops.h>
#include <linux/err.h>
#include <linux/mm.h>

#include "dma/core.h"
#include "hw/hw.h"

/** arch_sync_dma_for_device() - let the device see what the CPU wrote. */
void arch_sync_dma_for_device(phys_addr_t paddr, size_t size,
			      enum dma_data_direction dir)
{
	if (!dma_phys_is_peer(paddr))
		hw_cache_clean(paddr, size);
}

/** arch_sync_dma_for_cpu() - let the CPU see what the device wrote. */
void arch_sync_dma_for_cpu(phys_addr_t paddr, size_t size,
			   enum dma_data_direction dir)
{
	if (dir != DMA_TO_DEVICE && !dma_phys_is_peer(paddr))
		hw_cache_invalidate(paddr, size);
}

/**
 * arch_sync_dma_flush() - wait for the maintenance begun so far
 *
 * Once for a list or a batch of links: before the device is told, before the CPU
 * looks. Context: any.
 */
void arch_sync_dma_flush(void)
{
	hw_cache_wait();
}

/** arch_dma_prep_coherent() - no line of @page may be left in a cache. */
void arch_dma_prep_coherent(struct page *page, size_t size)
{
	hw_cache_clean(page_to_phys(page), size);
	hw_cache_invalidate(page_to_phys(page), size);
}

/**
 * arch_dma_set_uncached() - CPU accesses to pages bypass the caches
 * @addr: linear address, page aligned
 * @size: whole pages
 *
 * Context: any. Return: an uncached address of them (@addr itself), or an error
 * pointer.
 */
void *arch_dma_set_uncached(void *addr, size_t size)
{
	if (!hw_cache_set_uncached(virt_to_phys(addr), size, true))
		return ERR_PTR(-ENOMEM);
	return addr;
}

/** arch_dma_clear_uncached() - undo it; what is in memory is seen by all. */
void arch_dma_clear_uncached(void *addr, size_t size)
{
	hw_cache_set_uncached(virt_to_phys(addr), size, false);
}
