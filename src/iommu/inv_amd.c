/* SPDX-License-Identifier: MIT */
/*
 * Invalidation in the words of AMD: the command buffer, 512 commands.
 * Models drivers/iommu/amd/iommu.c, 6.17.
 *
 *	host tables (v1)	by domain
 *	guest tables (v2)	by domain and PASID, GN set
 *
 * A range is a power of two of pages whose size is coded in its address: ones up
 * to the highest bit in which first and last byte differ. PDE is always set:
 * what leads to tables goes with every range. Where absent entries are cached
 * (NpCache) a range is cut into pieces that need no widening.
 * A wait stores its number; numbers only grow.
 * Reduced: a v2 domain has one number, not one a device.
 * Tests: tests/unit/iommu/test_inv.c
 */
#include <linux/bitops.h>
#include <linux/minmax.h>

#include "iommu/cmd/amd_bits.h"
#include "iommu/inv.h"

/* Word 1 for a range: address and size. */
static u64 amd_address(u64 first, u64 last)
{
	unsigned int msb;

	if (!((first ^ last) >> 12))
		return first & AMD_ADDR_MASK;
	msb = fls64(first ^ last) - 1;
	if (msb > 51)
		return AMD_ADDR_ALL | AMD_S;
	return ((first | ((1ull << msb) - 1)) & AMD_ADDR_MASK) | AMD_S;
}

static void amd_pages(struct sim_inv_batch *b, const struct sim_tag *tag,
		      u64 first, u64 last)
{
	u64 word0 = AMD_INV_IOMMU_PAGES << AMD_TYPE_SHIFT |
		    (u64)tag->id << AMD_PAGES_DOMAIN_SHIFT;
	u64 word1 = amd_address(first, last) | AMD_PDE;

	if (tag->first_stage) {
		word0 |= tag->pasid;
		word1 |= AMD_GN;
	}
	sim_inv_push(b, word0, word1);
}

static void amd_all(struct sim_inv_batch *b, const struct sim_tag *tag)
{
	amd_pages(b, tag, 0, U64_MAX);
}

/* Naturally aligned pieces, as large as address and rest allow. */
static void amd_pieces(struct sim_inv_batch *b, const struct sim_tag *tag,
		       u64 first, u64 last)
{
	u64 left = ((last - first) >> 12) + 1;

	while (left) {
		u64 page = first >> 12, nr = 1ull << __fls(left);

		if (page)
			nr = min(nr, page & -page);
		amd_pages(b, tag, first, first + (nr << 12) - 1);
		first += nr << 12;
		left -= nr;
	}
}

static void amd_range(struct sim_inv_batch *b, const struct sim_tag *tag,
		      u64 first, u64 last, bool leaf_only, size_t pgsize)
{
	if (sim_hw_caching_mode() && last != U64_MAX)
		amd_pieces(b, tag, first, last);
	else
		amd_pages(b, tag, first, last);
}

static void amd_device(struct sim_inv_batch *b,
		       const struct sim_device_tlb *dev,
		       const struct sim_tag *tag, u64 first, u64 last)
{
	u64 word0 = AMD_INV_IOTLB_PAGES << AMD_TYPE_SHIFT | dev->rid |
		    (u64)dev->depth << AMD_IOTLB_QDEP_SHIFT |
		    (u64)dev->rid << AMD_IOTLB_QUEUE_SHIFT;
	u64 word1 = amd_address(first, last);

	if (tag->pasid) {
		word0 |= (u64)(tag->pasid >> 16 & 0xf)
				 << AMD_IOTLB_PASID_TOP_SHIFT |
			 (u64)(tag->pasid >> 8 & 0xff)
				 << AMD_IOTLB_PASID_HIGH_SHIFT |
			 (u64)(tag->pasid & 0xff) << AMD_IOTLB_PASID_LOW_SHIFT;
		word1 |= AMD_GN;
	}
	sim_inv_push(b, word0, word1);
}

static void amd_context(struct sim_inv_batch *b, u16 rid,
			const struct sim_tag *tag)
{
	sim_inv_push(b, AMD_INV_DEVTAB_ENTRY << AMD_TYPE_SHIFT | rid, 0);
}

static void amd_wait(struct sim_ring *ring, u32 slot, u64 seq, u64 cmd[2])
{
	cmd[0] = AMD_COMPLETION_WAIT << AMD_TYPE_SHIFT | ring->status_phys |
		 AMD_WAIT_STORE;
	cmd[1] = seq;
}

static bool amd_done(const struct sim_ring *ring, u32 slot, u64 seq)
{
	return smp_load_acquire((u64 *)ring->status) >= seq;
}

const struct sim_inv_ops sim_inv_amd = {
	.name = "amd",
	.hw = SIM_QUEUE_AMD,
	.entries = 512,
	.batch = SIM_INV_BATCH,
	.nop = AMD_COMPLETION_WAIT << AMD_TYPE_SHIFT,
	.range = amd_range,
	.all = amd_all,
	.device = amd_device,
	.context = amd_context,
	.wait = amd_wait,
	.done = amd_done,
};
