/* SPDX-License-Identifier: MIT */
/*
 * Seam: what the IOMMU driver says to the hardware.
 *
 * Invalidations are commands in the queue (inv.c), for which this file has the
 * registers, or, without one, calls that are done when they return.
 * Tests: tests/unit/iommu/test_group.c, tests/api/test_iommu_core.c
 */
#include <linux/build_bug.h>
#include <linux/types.h>

#include "hw/hw.h"
#include "iommu/sim_iommu.h"

static void sim_hw_fill_context(struct hw_iommu_context *ctx,
				const struct sim_format *format,
				const struct sim_root *root,
				const struct sim_tag *tag, bool dirty)
{
	*ctx = (struct hw_iommu_context){
		.mode = HW_IOMMU_TRANSLATE,
		.format = format->hw,
		.root = root->phys,
		.levels = root->levels,
		.va_lg2 = root->va_lg2,
		.sign_extend = root->sign_extend,
		.domain = tag->id,
		.pasid = tag->pasid,
		.dirty = dirty,
	};
}

void sim_hw_context_table(u16 rid, const struct sim_format *format,
			  const struct sim_root *root,
			  const struct sim_tag *tag, bool deferred, bool dirty)
{
	struct hw_iommu_context ctx;

	sim_hw_fill_context(&ctx, format, root, tag, dirty);
	ctx.deferred = deferred;
	hw_iommu_set_context(rid, &ctx);
}

bool sim_hw_pasid_table(u16 rid, u32 pasid, const struct sim_format *format,
			const struct sim_root *root, const struct sim_tag *tag,
			bool dirty)
{
	struct hw_iommu_context ctx;

	sim_hw_fill_context(&ctx, format, root, tag, dirty);
	return hw_iommu_set_pasid_context(rid, pasid, &ctx);
}

void sim_hw_pasid_block(u16 rid, u32 pasid)
{
	struct hw_iommu_context ctx = { .mode = HW_IOMMU_BLOCK };

	hw_iommu_set_pasid_context(rid, pasid, &ctx);
}

void sim_hw_dirty_read(const struct sim_tag *tag, u64 first, u64 last)
{
	hw_iommu_dirty_read(tag->id, first, last);
}

void sim_hw_context_bypass(u16 rid)
{
	struct hw_iommu_context ctx = { .mode = HW_IOMMU_BYPASS };

	hw_iommu_set_context(rid, &ctx);
}

void sim_hw_context_block(u16 rid)
{
	struct hw_iommu_context ctx = { .mode = HW_IOMMU_BLOCK };

	hw_iommu_set_context(rid, &ctx);
}

/* ---- without a queue --------------------------------------------------------- */

void sim_hw_invalidate_range(const struct sim_tag *tag, u64 first, u64 last,
			     bool leaf_only)
{
	struct hw_inv_cmd cmd = {
		.type = HW_INV_RANGE,
		.domain = tag->id,
		.by_pasid = true,
		.pasid = tag->pasid,
		.leaf_only = leaf_only,
		.first = first,
		.last = last,
	};

	hw_iommu_invalidate(&cmd, 1);
}

void sim_hw_invalidate_domain(const struct sim_tag *tag)
{
	struct hw_inv_cmd cmd = {
		.type = HW_INV_DOMAIN,
		.domain = tag->id,
		.by_pasid = true,
		.pasid = tag->pasid,
	};

	hw_iommu_invalidate(&cmd, 1);
}

void sim_hw_invalidate_device(u16 rid, const struct sim_tag *tag, u64 first,
			      u64 last)
{
	struct hw_inv_cmd cmd = {
		.type = HW_INV_DEVICE,
		.rid = rid,
		.by_pasid = true,
		.pasid = tag->pasid,
		.first = first,
		.last = last,
	};

	hw_iommu_invalidate(&cmd, 1);
}

void sim_hw_invalidate_context(u16 rid)
{
	struct hw_inv_cmd cmd = { .type = HW_INV_CONTEXT, .rid = rid };

	hw_iommu_invalidate(&cmd, 1);
}

/* ---- the queue's registers ----------------------------------------------------- */

static_assert((int)SIM_QUEUE_VTD == HW_CMDQ_VTD &&
	      (int)SIM_QUEUE_AMD == HW_CMDQ_AMD &&
	      (int)SIM_QUEUE_SMMU == HW_CMDQ_SMMU &&
	      (int)SIM_QUEUE_RISCV == HW_CMDQ_RISCV);
static_assert((int)SIM_QUEUE_GOOD == HW_CMDQ_GOOD &&
	      (int)SIM_QUEUE_ILLEGAL == HW_CMDQ_ILLEGAL &&
	      (int)SIM_QUEUE_NO_ANSWER == HW_CMDQ_NO_ANSWER);

bool sim_hw_queue_enable(u8 hw, u64 phys, u32 entries)
{
	return hw_cmdq_enable(hw, phys, entries);
}

void sim_hw_queue_disable(void)
{
	hw_cmdq_disable();
}

void sim_hw_queue_doorbell(u32 tail)
{
	hw_cmdq_doorbell(tail);
}

u32 sim_hw_queue_head(void)
{
	return hw_cmdq_head();
}

void sim_hw_queue_poll(void)
{
	hw_cmdq_poll();
}

unsigned int sim_hw_queue_error(void)
{
	return hw_cmdq_error();
}

void sim_hw_queue_restart(void)
{
	hw_cmdq_restart();
}

void sim_hw_device_tlb_lose(void)
{
	hw_atc_lose(1);
}

/* ---- walks that do not snoop ------------------------------------------------------- */

bool sim_hw_walks_snoop(void)
{
	return !hw_get_config()->walk_noncoherent;
}

void sim_hw_clean(u64 phys, u64 len)
{
	hw_cache_clean(phys, len);
}

void sim_hw_clean_wait(void)
{
	hw_cache_wait();
}

void sim_hw_flush(const struct sim_tag *tag, bool done)
{
#ifdef DMASIM_DEBUG
	hw_iommu_flush(tag->id, done);
#endif
}

void sim_hw_mapped(const struct sim_tag *tag, u64 first, u64 last)
{
	hw_iommu_mapped(tag->id, tag->pasid, first, last);
}

void sim_hw_iova_freed(const struct sim_tag *tag, u64 first, u64 last,
		       void *const *origin, unsigned int nr)
{
	hw_iommu_iova_freed(tag->id, tag->first_stage, tag->pasid, first, last,
			    origin, nr);
}

/* ---- the rest -------------------------------------------------------------------- */

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
				     .pasid = record.pasid,
				     .addr = record.addr,
				     .write = record.write };
	return true;
}

void sim_hw_table_freed(u64 phys, u64 len)
{
	hw_iommu_table_freed(phys, len);
}

/* ---- page requests ------------------------------------------------------------------ */

/* Codes of the kernel's answers are those of the hardware's. */
static_assert((int)IOMMU_PAGE_RESP_SUCCESS == HW_PAGE_SUCCESS &&
	      (int)IOMMU_PAGE_RESP_INVALID == HW_PAGE_INVALID &&
	      (int)IOMMU_PAGE_RESP_FAILURE == HW_PAGE_FAILURE);

unsigned int sim_hw_page_irq(void)
{
	return HW_IRQ_IOMMU_PAGES;
}

bool sim_hw_page_request(struct sim_page_request *rq, bool *lost)
{
	struct hw_page_request hw;

	if (!hw_page_request_next(&hw, lost))
		return false;
	*rq = (struct sim_page_request){ .rid = hw.rid,
					 .pasid = hw.pasid,
					 .grpid = hw.grpid,
					 .addr = hw.addr,
					 .read = hw.read,
					 .write = hw.write,
					 .last = hw.last };
	return true;
}

void sim_hw_page_respond(u16 rid, u32 pasid, u32 grpid, u32 code)
{
	hw_page_respond(rid, pasid, grpid, code);
}
