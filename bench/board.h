/* SPDX-License-Identifier: MIT */
/*
 * The machine that a suite measures on, in kernel dialect.
 */
#ifndef BENCH_BOARD_H
#define BENCH_BOARD_H

#include <dmasim/device.h>
#include <dmasim/inspect.h>

struct device;

/** enum board_checker - the checker of the DMA API was never on, is off, is on */
enum board_checker { BOARD_CHECKER_NEVER, BOARD_CHECKER_OFF, BOARD_CHECKER_ON };

/**
 * struct board_kind - @format NULL: no IOMMU; @swiotlb: boot option; @levels of
 * page tables, 0: the default of the format
 */
struct board_kind {
	const char *name;
	const char *format;
	bool lazy;
	const char *swiotlb;
	unsigned int levels;
	enum board_checker checker;
};

struct board {
	struct dmasim_machine *machine;
	struct dmasim_device *hw;
	struct device *dev;
};

/* Cost model of the next machines, NULL: none. */
extern const char *board_cost;

extern const struct board_kind board_kinds[4]; /* strict first, then lazy */

/** board_up() - 0, or -1 with the reason on stderr. */
int board_up(struct board *board, const struct board_kind *kind);

/** board_up_cpus() - the same with more CPUs than the caller's. */
int board_up_cpus(struct board *board, const struct board_kind *kind,
		  unsigned int nr_cpus);

/** board_down() - -1 with a message if anything was left over. */
int board_down(struct board *board);

#endif
