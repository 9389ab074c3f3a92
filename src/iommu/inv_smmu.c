/* SPDX-License-Identifier: MIT */
/*
 * Invalidation in the words of SMMUv3: the command queue, 256 commands.
 * Models drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c, 6.17.
 *
 *	stage 1		by ASID
 *	stage 2		by VMID, intermediate addresses
 *
 * With range commands (RANGE_INV) n granules are said in pieces of k << scale:
 *
 *	515 pages	3 << 0, then 1 << 9
 *
 * without ("smmu-norange") a command a leaf, however many; newer kernels
 * ("smmu-norange-7.0") drop all under the tag from 512 granules of 4 KiB on. The size of the leaves, if it is
 * known, says on which level they are (TTL); a piece of one granule on no level
 * does not exist, so one more is asked for then.
 * A SYNC writes 0 over the first word of its own slot.
 * Tests: tests/unit/iommu/test_inv.c
 */
#include <linux/bitops.h>
#include <linux/log2.h>

#include "iommu/cmd/smmu_bits.h"
#include "iommu/inv.h"

#define NUM_BITS 5
#define NUM_MASK ((1u << NUM_BITS) - 1)

static u64 smmu_va(const struct sim_tag *tag)
{
	if (tag->first_stage)
		return SMMU_TLBI_NH_VA | (u64)tag->id << SMMU_TLBI_ASID_SHIFT;
	return SMMU_TLBI_S2_IPA | (u64)tag->id << SMMU_TLBI_VMID_SHIFT;
}

static void smmu_all(struct sim_inv_batch *b, const struct sim_tag *tag)
{
	if (tag->first_stage)
		sim_inv_push(b,
			     SMMU_TLBI_NH_ASID |
				     (u64)tag->id << SMMU_TLBI_ASID_SHIFT,
			     0);
	else
		sim_inv_push(b,
			     SMMU_TLBI_S12_VMALL |
				     (u64)tag->id << SMMU_TLBI_VMID_SHIFT,
			     0);
}

/* Level of leaves of @pgsize as TTL names it: 3 for the smallest; 0: any. */
static u64 smmu_ttl(const struct sim_tag *tag, bool leaf_only, size_t pgsize)
{
	if (!leaf_only || !pgsize)
		return 0;
	return 4 - (ilog2(pgsize) - 3) / (tag->granule_lg2 - 3);
}

static void smmu_range(struct sim_inv_batch *b, const struct sim_tag *tag,
		       u64 first, u64 last, bool leaf_only, size_t pgsize)
{
	unsigned int lg2 = tag->granule_lg2;
	u64 at = first >> lg2 << lg2;
	u64 n = ((last - at) >> lg2) + 1;
	u64 ttl = smmu_ttl(tag, leaf_only, pgsize);
	u64 word1 = leaf_only ? SMMU_TLBI_LEAF : 0;

	/* More than the pieces can say, at one go. */
	if (n >> 32) {
		smmu_all(b, tag);
		return;
	}
	word1 |= ttl << SMMU_TLBI_TTL_SHIFT;
	word1 |= (u64)(lg2 - 10) / 2 << SMMU_TLBI_TG_SHIFT;
	if (!ttl && (n & NUM_MASK) == 1)
		n++;
	while (n) {
		unsigned int scale = __ffs(n);
		u64 k = n >> scale & NUM_MASK;

		sim_inv_push(b,
			     smmu_va(tag) | (k - 1) << SMMU_TLBI_NUM_SHIFT |
				     (u64)scale << SMMU_TLBI_SCALE_SHIFT,
			     word1 | at);
		at += k << scale << lg2;
		n -= k << scale;
	}
}

static void smmu_range_single(struct sim_inv_batch *b,
			      const struct sim_tag *tag, u64 first, u64 last,
			      bool leaf_only, size_t pgsize)
{
	u64 step = leaf_only && pgsize ? pgsize : 1ull << tag->granule_lg2;
	u64 at = first & -step;
	u64 nr = (last - at) / step + 1;

	for (; nr; nr--, at += step)
		sim_inv_push(b, smmu_va(tag),
			     at | (leaf_only ? SMMU_TLBI_LEAF : 0));
}

/* As many granules as a table has entries are taken for as bad as all. */
static void smmu_range_few(struct sim_inv_batch *b, const struct sim_tag *tag,
			   u64 first, u64 last, bool leaf_only, size_t pgsize)
{
	unsigned int lg2 = tag->granule_lg2;

	if ((last >> lg2) - (first >> lg2) + 1 >= 1ull << (lg2 - 3))
		smmu_all(b, tag);
	else
		smmu_range_single(b, tag, first, last, leaf_only, pgsize);
}

static void smmu_device(struct sim_inv_batch *b,
			const struct sim_device_tlb *dev,
			const struct sim_tag *tag, u64 first, u64 last)
{
	u64 addr, lg2 = sim_inv_cover(first, last, &addr);
	u64 word0 = SMMU_ATC_INV | (u64)dev->rid << SMMU_SID_SHIFT;

	if (tag->pasid)
		word0 |= SMMU_ATC_SSV | (u64)tag->pasid << SMMU_SSID_SHIFT;
	sim_inv_push(b, word0, addr | lg2);
}

static void smmu_context(struct sim_inv_batch *b, u16 rid,
			 const struct sim_tag *tag)
{
	if (tag->pasid || tag->first_stage)
		sim_inv_push(b,
			     SMMU_CFGI_CD | (u64)rid << SMMU_SID_SHIFT |
				     (u64)tag->pasid << SMMU_SSID_SHIFT,
			     SMMU_CFGI_LEAF);
	if (!tag->pasid)
		sim_inv_push(b, SMMU_CFGI_STE | (u64)rid << SMMU_SID_SHIFT,
			     SMMU_CFGI_LEAF);
}

static void smmu_wait(struct sim_ring *ring, u32 slot, u64 seq, u64 cmd[2])
{
	cmd[0] = SMMU_SYNC | SMMU_SYNC_CS_IRQ << SMMU_SYNC_CS_SHIFT |
		 SMMU_SYNC_MSH_ISH << SMMU_SYNC_MSH_SHIFT |
		 SMMU_SYNC_MSIATTR_OIWB << SMMU_SYNC_MSIATTR_SHIFT;
	cmd[1] = ring->phys + slot * 2 * sizeof(u64);
}

static bool smmu_done(const struct sim_ring *ring, u32 slot, u64 seq)
{
	return !smp_load_acquire((u32 *)&ring->cmd[2 * slot]);
}

#define SMMU_OPS(_name, _range)                                               \
	{                                                                     \
		.name = _name, .hw = SIM_QUEUE_SMMU, .entries = 256,          \
		.batch = SIM_INV_BATCH, .nop = SMMU_SYNC,                     \
		.sync_before_device = true, .range = _range, .all = smmu_all, \
		.device = smmu_device, .context = smmu_context,               \
		.wait = smmu_wait, .done = smmu_done,                         \
	}

const struct sim_inv_ops sim_inv_smmu = SMMU_OPS("smmu", smmu_range);
const struct sim_inv_ops sim_inv_smmu_norange =
	SMMU_OPS("smmu-norange", smmu_range_single);
const struct sim_inv_ops sim_inv_smmu_few =
	SMMU_OPS("smmu-norange-7.0", smmu_range_few);
