/* SPDX-License-Identifier: MIT */
/*
 * Seam: CPU cache maintenance for devices that do not snoop.
 * Models arch/<any>/mm (arch_sync_dma_*): a machine whose CPUs write back and
 * invalidate lines by physical address.
 *
 * Before a transfer lines are written back whatever its direction: a dirty line
 * evicted later would overwrite what the device wrote, and a device that writes
 * only part of the buffer must leave the CPU's bytes in the rest.
 *
 * Tests: none yet, the machine has no device that does not snoop.
 */
#include <linux/dma-map-ops.h>

#include "hw/hw.h"

/** arch_sync_dma_for_device() - let the device see what the CPU wrote. */
void arch_sync_dma_for_device(phys_addr_t paddr, size_t size,
			      enum dma_data_direction dir)
{
	hw_cache_clean(paddr, size);
}

/** arch_sync_dma_for_cpu() - let the CPU see what the device wrote. */
void arch_sync_dma_for_cpu(phys_addr_t paddr, size_t size,
			   enum dma_data_direction dir)
{
	if (dir != DMA_TO_DEVICE)
		hw_cache_invalidate(paddr, size);
}
