/* SPDX-License-Identifier: MIT */
/*
 * Decoder of AMD IOMMU commands, after the AMD I/O Virtualization Technology
 * specification.
 *
 *	INVALIDATE_IOMMU_PAGES	pages of a domain, or, with GN, of a PASID in it;
 *				what leads to tables only with PDE
 *	INVALIDATE_DEVTAB_ENTRY	the cached contexts of a requester, those of its PASIDs
 *				included: what its entry led to
 *	INVALIDATE_IOTLB_PAGES	what a device has cached
 *	INVALIDATE_ALL		everything
 *	COMPLETION_WAIT		writes 64 bits
 *
 * Several pages are coded in the address: ones from bit 12 up to the first zero,
 * which is the highest bit within the block.
 * Reduced: no interrupt on waits; interrupt tables and page requests do not
 * exist, their commands do nothing. A device that does not answer is logged.
 *
 * Tests: tests/unit/hw/test_cmdq.c
 */
#include "hw/cmdq.h"
#include "iommu/cmd/amd_bits.h"

static void pages(const uint64_t word[2], struct cmdq_op *op)
{
	cmdq_pages(op, word[1] & AMD_ADDR_MASK,
		   word[1] & AMD_S ? cmdq_ats_lg2(word[1]) : 0);
}

static void iommu_pages(const uint64_t word[2], struct cmdq_op *op)
{
	if (cmdq_reserved(word,
			  AMD_TYPE_MASK | AMD_PAGES_DOMAIN_MASK |
				  AMD_PAGES_PASID_MASK,
			  AMD_ADDR_MASK | AMD_S | AMD_PDE | AMD_GN, op))
		return;
	op->inv.type = HW_INV_RANGE;
	op->inv.domain = (uint16_t)cmdq_field(word[0], AMD_PAGES_DOMAIN_MASK);
	op->inv.leaf_only = !(word[1] & AMD_PDE);
	op->inv.stage = word[1] & AMD_GN ? HW_FIRST_STAGE : HW_SECOND_STAGE;
	op->inv.by_pasid = word[1] & AMD_GN;
	op->inv.pasid = (uint32_t)cmdq_field(word[0], AMD_PAGES_PASID_MASK);
	pages(word, op);
}

static void iotlb_pages(const uint64_t word[2], struct cmdq_op *op)
{
	if (cmdq_reserved(
		    word,
		    AMD_TYPE_MASK | AMD_DEVID_MASK | AMD_IOTLB_PASID_HIGH_MASK |
			    AMD_IOTLB_QDEP_MASK | AMD_IOTLB_QUEUE_MASK |
			    AMD_IOTLB_PASID_LOW_MASK | AMD_IOTLB_PASID_TOP_MASK,
		    AMD_ADDR_MASK | AMD_S | AMD_GN, op))
		return;
	op->inv.type = HW_INV_DEVICE;
	op->inv.rid = (uint16_t)cmdq_field(word[0], AMD_DEVID_MASK);
	op->inv.by_pasid = true; /* without GN: of requests without one */
	if (word[1] & AMD_GN)
		op->inv.pasid =
			(uint32_t)(cmdq_field(word[0], AMD_IOTLB_PASID_TOP_MASK)
					   << 16 |
				   cmdq_field(word[0], AMD_IOTLB_PASID_HIGH_MASK)
					   << 8 |
				   cmdq_field(word[0],
					      AMD_IOTLB_PASID_LOW_MASK));
	pages(word, op);
}

static void devtab_entry(const uint64_t word[2], struct cmdq_op *op)
{
	if (cmdq_reserved(word, AMD_TYPE_MASK | AMD_DEVID_MASK, 0, op))
		return;
	op->inv.type = HW_INV_CONTEXT;
	op->inv.rid = (uint16_t)cmdq_field(word[0], AMD_DEVID_MASK);
}

static void completion_wait(const uint64_t word[2], struct cmdq_op *op)
{
	if (word[0] & AMD_WAIT_INTERRUPT) {
		cmdq_illegal(op, "no interrupts on waits");
		return;
	}
	if (cmdq_reserved(word,
			  AMD_TYPE_MASK | AMD_WAIT_STORE | AMD_WAIT_FLUSH |
				  AMD_WAIT_ADDR_MASK,
			  UINT64_MAX, op))
		return;
	op->act = CMDQ_WAIT;
	op->size = word[0] & AMD_WAIT_STORE ? 8 : 0;
	op->addr = word[0] & AMD_WAIT_ADDR_MASK;
	op->data = word[1];
}

static void amd_decode(const uint64_t word[2], struct cmdq_op *op)
{
	op->act = CMDQ_INVALIDATE;
	switch (cmdq_field(word[0], AMD_TYPE_MASK)) {
	case AMD_COMPLETION_WAIT:
		completion_wait(word, op);
		return;
	case AMD_INV_DEVTAB_ENTRY:
		devtab_entry(word, op);
		return;
	case AMD_INV_IOMMU_PAGES:
		iommu_pages(word, op);
		return;
	case AMD_INV_IOTLB_PAGES:
		iotlb_pages(word, op);
		return;
	case AMD_INV_INTERRUPT:
	case AMD_COMPLETE_PPR:
		op->act = CMDQ_NOTHING;
		return;
	case AMD_INV_ALL:
		op->inv.type = HW_INV_ALL;
		return;
	}
	cmdq_illegal(op, "type");
}

const struct hw_cmdq_set hw_cmdq_amd = {
	.name = "AMD",
	.no_answer = CMDQ_GO_ON,
	.decode = amd_decode,
};
