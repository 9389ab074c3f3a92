/* SPDX-License-Identifier: MIT */
/*
 * Invalidation in the words of RISC-V: the command queue, 256 commands.
 * Models drivers/iommu/riscv/iommu.c, 6.17.
 *
 *	first stage	IOTINVAL.VMA by PSCID
 *	second stage	IOTINVAL.GVMA by GSCID
 *
 * A command with an address drops leaves of one page of 4 KiB and nothing else.
 * So less than 2 MiB is said page by page, more by dropping all under the tag, and
 * so is every range in which a table was unlinked: what leads to it goes no
 * other way. With the quirk "walk-cache-kept" tables are not thought of, and the
 * damage shows.
 * A fence writes its number to a word of its slot.
 * Tests: tests/unit/iommu/test_inv.c, tests/gallery/test_iommu.c
 */
#include <linux/sizes.h>

#include "iommu/cmd/riscv_bits.h"
#include "iommu/inv.h"
#include "lib/lib.h"

static u64 riscv_tag(const struct sim_tag *tag)
{
	if (tag->first_stage)
		return RISCV_IOTINVAL | RISCV_IOTINVAL_VMA << RISCV_FUNC_SHIFT |
		       RISCV_PSCV | (u64)tag->id << RISCV_PSCID_SHIFT;
	return RISCV_IOTINVAL | RISCV_IOTINVAL_GVMA << RISCV_FUNC_SHIFT |
	       RISCV_GV | (u64)tag->id << RISCV_GSCID_SHIFT;
}

static void riscv_all(struct sim_inv_batch *b, const struct sim_tag *tag)
{
	sim_inv_push(b, riscv_tag(tag), 0);
}

static void riscv_range(struct sim_inv_batch *b, const struct sim_tag *tag,
			u64 first, u64 last, bool leaf_only, size_t pgsize)
{
	u64 at = first >> 12, end = last >> 12;
	bool few = last - first < SZ_2M - 1 || lib_quirk(QUIRK_WALK_CACHE_KEPT);

	if (!leaf_only || !few) {
		riscv_all(b, tag);
		return;
	}
	for (; at <= end; at++)
		sim_inv_push(b, riscv_tag(tag) | RISCV_IOTINVAL_AV,
			     at << RISCV_PAGE_SHIFT);
}

static void riscv_device(struct sim_inv_batch *b,
			 const struct sim_device_tlb *dev,
			 const struct sim_tag *tag, u64 first, u64 last)
{
	u64 word0 = RISCV_ATS | RISCV_ATS_INVAL << RISCV_FUNC_SHIFT |
		    (u64)dev->rid << RISCV_ATS_RID_SHIFT;
	u64 addr = sim_inv_ats_address(first, last, RISCV_ATS_S);

	if (tag->pasid)
		word0 |= RISCV_ATS_PV | (u64)tag->pasid << RISCV_PID_SHIFT;
	sim_inv_push(b, word0, addr);
}

static void riscv_context(struct sim_inv_batch *b, u16 rid,
			  const struct sim_tag *tag)
{
	u64 word0 = RISCV_IODIR | RISCV_DV | (u64)rid << RISCV_DID_SHIFT;

	if (tag->pasid)
		word0 |= RISCV_IODIR_PDT << RISCV_FUNC_SHIFT |
			 (u64)tag->pasid << RISCV_PID_SHIFT;
	else
		word0 |= RISCV_IODIR_DDT << RISCV_FUNC_SHIFT;
	sim_inv_push(b, word0, 0);
}

static void riscv_wait(struct sim_ring *ring, u32 slot, u64 seq, u64 cmd[2])
{
	WRITE_ONCE(ring->status[slot], ~(u32)seq);
	cmd[0] = RISCV_IOFENCE | RISCV_IOFENCE_C << RISCV_FUNC_SHIFT |
		 RISCV_IOFENCE_AV | RISCV_IOFENCE_PR | RISCV_IOFENCE_PW |
		 (u64)(u32)seq << RISCV_IOFENCE_DATA_SHIFT;
	cmd[1] = (ring->status_phys + slot * sizeof(u32)) >>
		 RISCV_IOFENCE_ADDR_SHIFT;
}

static bool riscv_done(const struct sim_ring *ring, u32 slot, u64 seq)
{
	return smp_load_acquire(&ring->status[slot]) == (u32)seq;
}

const struct sim_inv_ops sim_inv_riscv = {
	.name = "riscv",
	.hw = SIM_QUEUE_RISCV,
	.entries = 256,
	.batch = SIM_INV_BATCH,
	.nop = RISCV_IOFENCE,
	.sync_before_device = true,
	.range = riscv_range,
	.all = riscv_all,
	.device = riscv_device,
	.context = riscv_context,
	.wait = riscv_wait,
	.done = riscv_done,
};
