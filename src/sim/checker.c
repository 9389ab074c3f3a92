/* SPDX-License-Identifier: MIT */
/*
 * <dmasim/checker.h>. Everything is done by src/dma/debug*.c.
 *
 * Tests: tests/api/test_checker.c
 */
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/export.h>

#include <dmasim/checker.h>

#include "dma/dma.h"
#include "sim/sim.h"

static_assert(sizeof(struct dmasim_checker_stats) ==
	      sizeof(struct dma_checker_stats));

int dmasim_checker_enable(void)
{
	if (!sim_machine())
		return sim_refuse(-ENODEV, "checker: there is no machine");
	if (dma_checker_enable())
		return sim_refuse(-ENOMEM, "checker: no memory");
	return 0;
}
EXPORT_SYMBOL(dmasim_checker_enable);

void dmasim_checker_disable(void)
{
	dma_checker_disable();
}
EXPORT_SYMBOL(dmasim_checker_disable);

bool dmasim_checker_enabled(void)
{
	return dma_checker_enabled();
}
EXPORT_SYMBOL(dmasim_checker_enabled);

void dmasim_checker_newer(bool newer)
{
	dma_checker_set_newer(newer);
}
EXPORT_SYMBOL(dmasim_checker_newer);

void dmasim_checker_copy_limit(uint64_t bytes)
{
	dma_checker_set_copy_limit(bytes);
}
EXPORT_SYMBOL(dmasim_checker_copy_limit);

void dmasim_checker_all_errors(bool all)
{
	dma_checker_set_all_errors(all);
}
EXPORT_SYMBOL(dmasim_checker_all_errors);

void dmasim_checker_num_errors(uint64_t nr)
{
	dma_checker_set_num_errors(nr);
}
EXPORT_SYMBOL(dmasim_checker_num_errors);

void dmasim_checker_driver_filter(const char *driver)
{
	dma_checker_set_filter(driver);
}
EXPORT_SYMBOL(dmasim_checker_driver_filter);

void dmasim_checker_get_stats(struct dmasim_checker_stats *stats)
{
	dma_checker_get_stats((struct dma_checker_stats *)stats);
}
EXPORT_SYMBOL(dmasim_checker_get_stats);

void dmasim_checker_dump(void (*line)(const char *text, void *arg), void *arg)
{
	dma_checker_dump(line, arg);
}
EXPORT_SYMBOL(dmasim_checker_dump);
