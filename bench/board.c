/* SPDX-License-Identifier: MIT */
/*
 * The machine under the benchmarks: one endpoint, scattered pages, fixed seed.
 */
#include <linux/dma-mapping.h>

#include <dmasim/checker.h>

#include <stdio.h>

#include "board.h"

const struct board_kind board_kinds[4] = {
	{ "vtdss/strict", "vtdss", false, NULL, 4 },
	{ "amdv1/strict", "amdv1", false, NULL, 4 },
	{ "vtdss/lazy", "vtdss", true, NULL, 4 },
	{ "amdv1/lazy", "amdv1", true, NULL, 4 },
};

const char *board_cost;

int board_up(struct board *board, const struct board_kind *kind)
{
	return board_up_cpus(board, kind, 1);
}

int board_up_cpus(struct board *board, const struct board_kind *kind,
		  unsigned int nr_cpus)
{
	struct dmasim_machine_config cfg = DMASIM_MACHINE_CONFIG_INIT;

	cfg.nr_cpus = nr_cpus;
	cfg.seed = 1;
	cfg.layout = DMASIM_LAYOUT_SCATTERED;
	if (kind && kind->format) {
		cfg.iommu = kind->lazy ? DMASIM_IOMMU_LAZY :
					 DMASIM_IOMMU_STRICT;
		cfg.iommu_format = kind->format;
		cfg.iommu_levels = kind->levels;
	}
	cfg.cost = board_cost;
	if (kind) {
		cfg.swiotlb = kind->swiotlb;
		cfg.checker = kind->checker != BOARD_CHECKER_NEVER;
	}
	if (dmasim_machine_create(&cfg, &board->machine)) {
		fprintf(stderr, "dmasim-bench: %s\n", dmasim_refusal());
		return -1;
	}
	if (dmasim_device_create(board->machine, NULL, NULL, &board->hw)) {
		fprintf(stderr, "dmasim-bench: %s\n", dmasim_refusal());
		dmasim_machine_destroy(board->machine);
		return -1;
	}
	if (kind && kind->checker == BOARD_CHECKER_OFF)
		dmasim_checker_disable();
	board->dev = dmasim_device_kernel(board->hw);
	return dma_set_mask_and_coherent(board->dev, DMA_BIT_MASK(64));
}

int board_down(struct board *board)
{
	if (!dmasim_machine_destroy(board->machine))
		return 0;
	fprintf(stderr, "dmasim-bench: the machine had leaks\n");
	dmasim_dump_events(DMASIM_EVENT_BAD);
	return -1;
}
