/* SPDX-License-Identifier: MIT */
/*
 * Seam: what RAM the machine has and where it is visible.
 *
 * Locks: none.
 * Tests: tests/unit/mm/test_memmap.c
 */
#include <linux/minmax.h>

#include "hw/hw.h"
#include "mm/internal.h"

/**
 * memmap_hw_ranges() - RAM as whole page frames
 * @ranges: result, room for MM_MAX_RANGES
 *
 * Context: after power on.
 * Return: number of ranges.
 */
unsigned int memmap_hw_ranges(struct mm_range *ranges)
{
	const struct hw_config *cfg = hw_get_config();
	unsigned int i, nr = 0;

	for (i = 0; i < cfg->nr_ram && nr < MM_MAX_RANGES; i++) {
		u64 end = cfg->ram[i].start + cfg->ram[i].size;

		ranges[nr].start = (cfg->ram[i].start + PAGE_SIZE - 1) >>
				   PAGE_SHIFT;
		ranges[nr].end = end >> PAGE_SHIFT;
		if (ranges[nr].start < ranges[nr].end)
			nr++;
	}
	return nr;
}

/**
 * memmap_hw_base() - host address of physical 0
 *
 * Context: after power on.
 */
unsigned long memmap_hw_base(void)
{
	return (unsigned long)hw_ram_base();
}

/**
 * memmap_hw_span() - one past the highest address that may get a struct page
 *
 * RAM and, because peer-to-peer memory has struct pages, the MMIO windows.
 *
 * Context: after power on.
 */
u64 memmap_hw_span(void)
{
	const struct hw_config *cfg = hw_get_config();
	u64 end = hw_ram_end();

	end = max(end, (u64)cfg->mmio32_end);
	return max(end, (u64)cfg->mmio64_end);
}
