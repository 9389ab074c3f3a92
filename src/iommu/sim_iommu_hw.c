/* SPDX-License-Identifier: MIT */
/*
 * Seam: what the IOMMU driver says to the hardware.
 *
 * A context write is followed by the invalidation that makes it effective, so
 * that no caller can forget it. Everything here is done when the call returns.
 * Tests: tests/unit/iommu/test_group.c, tests/api/test_iommu_core.c
 */
#include <linux/types.h>

#include "hw/hw.h"
#include "iommu/sim_iommu.h"

static void sim_hw_write_context(u16 rid, const struct hw_iommu_context *ctx)
{
	struct hw_inv_cmd cmd = { .type = HW_INV_CONTEXT, .rid = rid };

	hw_iommu_set_context(rid, ctx);
	hw_iommu_invalidate(&cmd, 1);
}

void sim_hw_context_table(u16 rid, const struct sim_format *format,
			  const struct sim_root *root, u16 domain_id,
			  bool deferred)
{
	struct hw_iommu_context ctx = {
		.mode = HW_IOMMU_TRANSLATE,
		.format = format->hw,
		.root = root->phys,
		.levels = root->levels,
		.va_lg2 = root->va_lg2,
		.sign_extend = root->sign_extend,
		.domain = domain_id,
		.deferred = deferred,
	};

	sim_hw_write_context(rid, &ctx);
}

void sim_hw_context_bypass(u16 rid)
{
	struct hw_iommu_context ctx = { .mode = HW_IOMMU_BYPASS };

	sim_hw_write_context(rid, &ctx);
}

void sim_hw_context_block(u16 rid)
{
	struct hw_iommu_context ctx = { .mode = HW_IOMMU_BLOCK };

	sim_hw_write_context(rid, &ctx);
}

void sim_hw_invalidate_range(u16 domain_id, u64 first, u64 last, bool leaf_only)
{
	struct hw_inv_cmd cmd = {
		.type = HW_INV_RANGE,
		.domain = domain_id,
		.leaf_only = leaf_only,
		.first = first,
		.last = last,
	};

	hw_iommu_invalidate(&cmd, 1);
}

void sim_hw_invalidate_domain(u16 domain_id)
{
	struct hw_inv_cmd cmd = { .type = HW_INV_DOMAIN, .domain = domain_id };

	hw_iommu_invalidate(&cmd, 1);
}

bool sim_hw_caching_mode(void)
{
	return hw_get_config()->iommu_caching_mode;
}

unsigned int sim_hw_fault_irq(void)
{
	return HW_IRQ_IOMMU_FAULT;
}

bool sim_hw_fault(u64 *nr, struct sim_fault *fault)
{
	struct hw_iommu_fault record;
	uint64_t at = *nr;

	if (!hw_iommu_fault_from(&at, &record))
		return false;
	*nr = at;
	*fault = (struct sim_fault){ .rid = record.rid,
				     .addr = record.addr,
				     .write = record.write };
	return true;
}

void sim_hw_table_freed(u64 phys, u64 len)
{
	hw_iommu_table_freed(phys, len);
}
