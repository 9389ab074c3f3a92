/* SPDX-License-Identifier: MIT */
/*
 * Inbound windows of the host bridge, from the configuration to the hardware.
 *
 * What no board would have is refused with the window's number and all three of
 * its figures, because one of them is wrong and only the caller knows which.
 *
 * Locks: none; one thread builds a machine.
 * Tests: tests/unit/sim/test_machine.c
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sizes.h>
#include <linux/sort.h>

#include <asm/page.h>

#include "sim/sim.h"

static bool overlap(u64 a, u64 b, u64 a_size, u64 b_size)
{
	return a <= b + (b_size - 1) && b <= a + (a_size - 1);
}

static bool holds_ram(const struct dmasim_machine_config *cfg,
		      const struct dmasim_dma_range *r)
{
	u64 low = min(cfg->ram_bytes, cfg->ram_hole_start);

	/* Page 0 is none. */
	return overlap(r->cpu, PAGE_SIZE, r->size, low - PAGE_SIZE) ||
	       (cfg->ram_bytes > low &&
		overlap(r->cpu, SZ_4G, r->size, cfg->ram_bytes - low));
}

/* Would devices that send these addresses be heard by somebody else? */
static bool is_taken(const struct dmasim_machine_config *cfg,
		     const struct dmasim_dma_range *r)
{
	return overlap(r->bus, cfg->ram_hole_start, r->size,
		       SZ_4G - cfg->ram_hole_start) ||
	       overlap(r->bus, SIM_MMIO64_START, r->size, SIM_MMIO64_SIZE);
}

/* What is wrong with a window by itself; NULL: nothing. */
static const char *misfit(const struct dmasim_machine_config *cfg,
			  const struct dmasim_dma_range *r)
{
	if (!r->size)
		return "it has no size";
	if ((r->bus | r->cpu | r->size) & (PAGE_SIZE - 1))
		return "it is not made of whole pages";
	if (r->bus + (r->size - 1) < r->bus || r->cpu + (r->size - 1) < r->cpu)
		return "it wraps around";
	if (r->bus != r->cpu && cfg->iommu != DMASIM_IOMMU_OFF)
		return "with an IOMMU behind it a window cannot move addresses: make bus and cpu equal";
	/* What an IOMMU gets from a window are no physical addresses. */
	if (cfg->iommu == DMASIM_IOMMU_OFF && !holds_ram(cfg, r))
		return "there is no RAM behind it";
	if (r->bus != r->cpu && is_taken(cfg, r))
		return "its bus addresses are those of BARs and interrupts: keep off [ram_hole_start, 4 GiB) and the 64 GiB from 1 TiB on";
	return NULL;
}

static int refuse(const struct dmasim_machine_config *cfg, unsigned int nr,
		  const char *why)
{
	const struct dmasim_dma_range *r = &cfg->dma_range[nr];

	return sim_refuse(
		-EINVAL,
		"machine: dma_range[%u], 0x%llx bytes at bus 0x%llx, cpu 0x%llx: %s",
		nr, (u64)r->size, (u64)r->bus, (u64)r->cpu, why);
}

static int check_pair(const struct dmasim_machine_config *cfg, unsigned int nr,
		      unsigned int other)
{
	const struct dmasim_dma_range *r = &cfg->dma_range[nr];
	const struct dmasim_dma_range *o = &cfg->dma_range[other];
	char why[48];

	if (!o->size || (!overlap(r->bus, o->bus, r->size, o->size) &&
			 !overlap(r->cpu, o->cpu, r->size, o->size)))
		return 0;
	scnprintf(why, sizeof(why), "it overlaps dma_range[%u]", other);
	return refuse(cfg, nr, why);
}

int sim_dma_ranges_check(const struct dmasim_machine_config *cfg)
{
	unsigned int i, j;
	const char *why;

	for (i = 0; i < DMASIM_MAX_DMA_RANGES; i++) {
		const struct dmasim_dma_range *r = &cfg->dma_range[i];

		if (!(r->bus | r->cpu | r->size))
			continue;
		why = misfit(cfg, r);
		if (why)
			return refuse(cfg, i, why);
		for (j = 0; j < i; j++)
			if (check_pair(cfg, i, j))
				return -EINVAL;
	}
	return 0;
}

static int by_bus(const void *a, const void *b)
{
	const struct hw_dma_window *x = a, *y = b;

	return x->bus < y->bus ? -1 : x->bus > y->bus;
}

void sim_dma_ranges_fill(const struct dmasim_machine_config *cfg,
			 struct hw_config *hw)
{
	unsigned int i;

	static_assert(DMASIM_MAX_DMA_RANGES <= HW_MAX_DMA_WINDOWS);
	for (i = 0; i < DMASIM_MAX_DMA_RANGES; i++) {
		const struct dmasim_dma_range *r = &cfg->dma_range[i];

		if (r->size)
			hw->dma_window[hw->nr_dma_windows++] =
				(struct hw_dma_window){ r->bus, r->cpu,
							r->size };
	}
	sort(hw->dma_window, hw->nr_dma_windows, sizeof(hw->dma_window[0]),
	     by_bus, NULL);
}
