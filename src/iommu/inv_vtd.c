/* SPDX-License-Identifier: MIT */
/*
 * Invalidation in the words of VT-d: queued invalidation, 256 descriptors.
 * Models drivers/iommu/intel/{cache,dmar}.c, 6.17.
 *
 *	second stage	IOTLB descriptor, by domain
 *	first stage	PASID-IOTLB descriptor, by domain and PASID
 *
 * A range is a power of two of pages at a multiple of itself, so it is widened to
 * the smallest one that holds it; beyond what hardware takes it is everything
 * under the tag. Kinds of tables never share a descriptor (6.17 sends that of
 * the second stage for some domains of the first), and the leaf hint has a
 * place of its own (6.17 loses it).
 * Tests: tests/unit/iommu/test_inv.c
 */
#include "iommu/cmd/vtd_bits.h"
#include "iommu/inv.h"

/* Values of a status word. */
#define QI_IN_USE 1
#define QI_DONE 2

static u64 vtd_did(const struct sim_tag *tag)
{
	return (u64)tag->id << VTD_DID_SHIFT;
}

static u64 vtd_pasid(const struct sim_tag *tag)
{
	return (u64)tag->pasid << VTD_PASID_SHIFT;
}

static void vtd_all(struct sim_inv_batch *b, const struct sim_tag *tag)
{
	if (tag->first_stage)
		sim_inv_push(b,
			     VTD_TYPE_PASID_IOTLB |
				     VTD_PASID_IOTLB_ALL << VTD_GRAN_SHIFT |
				     vtd_did(tag) | vtd_pasid(tag),
			     0);
	else
		sim_inv_push(b,
			     VTD_TYPE_IOTLB |
				     VTD_IOTLB_DOMAIN << VTD_GRAN_SHIFT |
				     VTD_IOTLB_DR | VTD_IOTLB_DW | vtd_did(tag),
			     0);
}

static void vtd_range(struct sim_inv_batch *b, const struct sim_tag *tag,
		      u64 first, u64 last, bool leaf_only, size_t pgsize)
{
	u64 addr, am = sim_inv_cover(first, last, &addr);

	if (am > VTD_MAX_AM) {
		vtd_all(b, tag);
		return;
	}
	addr |= am | (leaf_only ? VTD_IH : 0);
	if (tag->first_stage)
		sim_inv_push(b,
			     VTD_TYPE_PASID_IOTLB |
				     VTD_PASID_IOTLB_PAGE << VTD_GRAN_SHIFT |
				     vtd_did(tag) | vtd_pasid(tag),
			     addr);
	else
		sim_inv_push(b,
			     VTD_TYPE_IOTLB | VTD_IOTLB_PAGE << VTD_GRAN_SHIFT |
				     VTD_IOTLB_DR | VTD_IOTLB_DW | vtd_did(tag),
			     addr);
}

static void vtd_device(struct sim_inv_batch *b,
		       const struct sim_device_tlb *dev,
		       const struct sim_tag *tag, u64 first, u64 last)
{
	u64 depth = dev->depth & VTD_DEVTLB_QDEP_MAX; /* 0: 32 */

	if (tag->pasid)
		sim_inv_push(
			b,
			VTD_TYPE_PASID_DEVTLB | vtd_pasid(tag) |
				depth << VTD_PASID_DEVTLB_QDEP_SHIFT |
				(u64)dev->rid << VTD_PASID_DEVTLB_SID_SHIFT,
			sim_inv_ats_address(first, last, VTD_PASID_DEVTLB_S));
	else
		sim_inv_push(b,
			     VTD_TYPE_DEVTLB | depth << VTD_DEVTLB_QDEP_SHIFT |
				     (u64)dev->rid << VTD_DEVTLB_SID_SHIFT,
			     sim_inv_ats_address(first, last, VTD_DEVTLB_S));
}

/* A context that said nothing is cached, if at all, under domain 0. */
static void vtd_context(struct sim_inv_batch *b, u16 rid,
			const struct sim_tag *tag)
{
	if (!tag->pasid)
		sim_inv_push(b,
			     VTD_TYPE_CONTEXT |
				     VTD_CONTEXT_DEVICE << VTD_GRAN_SHIFT |
				     vtd_did(tag) |
				     (u64)rid << VTD_CONTEXT_SID_SHIFT,
			     0);
	if (tag->pasid || tag->first_stage)
		sim_inv_push(b,
			     VTD_TYPE_PASID_CACHE |
				     VTD_PASID_CACHE_ONE << VTD_GRAN_SHIFT |
				     vtd_did(tag) | vtd_pasid(tag),
			     0);
}

static void vtd_wait(struct sim_ring *ring, u32 slot, u64 seq, u64 cmd[2])
{
	WRITE_ONCE(ring->status[slot], QI_IN_USE);
	cmd[0] = VTD_TYPE_WAIT | VTD_WAIT_SW |
		 (u64)QI_DONE << VTD_WAIT_DATA_SHIFT;
	cmd[1] = ring->status_phys + slot * sizeof(u32);
}

static bool vtd_done(const struct sim_ring *ring, u32 slot, u64 seq)
{
	return smp_load_acquire(&ring->status[slot]) == QI_DONE;
}

const struct sim_inv_ops sim_inv_vtd = {
	.name = "vtd",
	.hw = SIM_QUEUE_VTD,
	.entries = 256,
	.batch = 16,
	.sync_each = true,
	.restarts = true,
	.nop = VTD_TYPE_WAIT,
	.range = vtd_range,
	.all = vtd_all,
	.device = vtd_device,
	.context = vtd_context,
	.wait = vtd_wait,
	.done = vtd_done,
};
