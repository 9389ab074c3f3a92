/* SPDX-License-Identifier: MIT */
/*
 * A page table as the IOMMU's driver begins it, and the context entry by which
 * the hardware of requester TABLE_RID walks it. For tests against twins.
 */
#ifndef TESTS_MODEL_TABLE_H
#define TESTS_MODEL_TABLE_H

#include <linux/generic_pt/iommu.h>
#include <linux/string.h>

#include "hw/hw.h"
#include "iommu/sim_iommu.h"

#define TABLE_RID 0x100

static union {
	struct pt_iommu pt;
	struct sim_table table;
} table;

static const struct sim_format *driver;

static void table_attach(const struct sim_root *root)
{
	const struct hw_iommu_context ctx = {
		.mode = HW_IOMMU_TRANSLATE,
		.format = driver->hw,
		.root = root->phys,
		.levels = root->levels,
		.va_lg2 = root->va_lg2,
		.sign_extend = root->sign_extend,
		.domain = 1,
	};

	hw_iommu_set_context(TABLE_RID, &ctx);
}

static void table_change_top(struct pt_iommu *pt, phys_addr_t pa,
			     unsigned int level)
{
	const struct sim_root root = { pa, level + 1 };

	table_attach(&root);
}

static spinlock_t *table_get_top_lock(struct pt_iommu *pt)
{
	static DEFINE_SPINLOCK(lock);

	return &lock;
}

/* An empty table of format @name, attached. Its init's errno. */
static int table_begin(const char *name, unsigned int levels)
{
	static const struct pt_iommu_driver_ops driver_ops = {
		.change_top = table_change_top,
		.get_top_lock = table_get_top_lock,
	};
	struct sim_root root = {};
	int ret;

	driver = sim_format_find(name);
	if (!driver)
		return -ENOENT;
	memset(&table, 0, sizeof(table));
	table.pt.nid = NUMA_NO_NODE;
	table.pt.driver_ops = &driver_ops;
	ret = driver->init(&table.pt, levels);
	if (ret)
		return ret;
	driver->root(&table.pt, &root);
	table_attach(&root);
	return 0;
}

static void table_end(void)
{
	const struct hw_iommu_context blocked = { .mode = HW_IOMMU_BLOCK };

	hw_iommu_set_context(TABLE_RID, &blocked);
	pt_iommu_deinit(&table.pt);
}

#endif
