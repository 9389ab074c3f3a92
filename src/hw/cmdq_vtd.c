/* SPDX-License-Identifier: MIT */
/*
 * Decoder of VT-d invalidation descriptors, after the VT-d specification.
 *
 *	type		drops
 *	context		cached contexts: all; of a domain; of a requester, if
 *			tagged with that domain; not those of PASIDs
 *	PASID cache	contexts of all requesters, PASID 0 being requests without:
 *			all; of a domain; of a PASID in a domain
 *	IOTLB		translations: all; of a domain; pages of a domain that
 *			came from second-stage tables
 *	PASID IOTLB	translations from first-stage tables, of one PASID
 *	device TLB	what a device has cached
 *	wait		nothing; writes a status word
 *
 * IH set keeps what leads to tables. A descriptor with a reserved bit set, a type
 * or granularity that does not exist is illegal.
 * Reduced: a requester's own context and its entry for PASID 0 are one thing
 * (struct hw_iommu_context);
 * no interrupt on waits; page requests do not exist.
 *
 * Tests: tests/unit/hw/test_cmdq.c
 */
#include "hw/cmdq.h"
#include "iommu/cmd/vtd_bits.h"

static void context(const uint64_t word[2], struct cmdq_op *op)
{
	uint64_t used = VTD_GRAN_MASK | VTD_DID_MASK | VTD_CONTEXT_SID_MASK |
			VTD_CONTEXT_FM_MASK;

	if (cmdq_reserved(word, VTD_TYPE_MASK | used, 0, op))
		return;
	op->inv.domain = (uint16_t)cmdq_field(word[0], VTD_DID_MASK);
	op->inv.by_pasid = true; /* 0: the PASID cache has its own command */
	switch (cmdq_field(word[0], VTD_GRAN_MASK)) {
	case VTD_CONTEXT_GLOBAL:
		op->inv.type = HW_INV_CONTEXTS;
		return;
	case VTD_CONTEXT_DOMAIN:
		op->inv.type = HW_INV_CONTEXTS;
		op->inv.by_domain = true;
		return;
	case VTD_CONTEXT_DEVICE:
		op->inv.type = HW_INV_CONTEXT;
		op->inv.by_domain = true;
		op->inv.rid =
			(uint16_t)cmdq_field(word[0], VTD_CONTEXT_SID_MASK);
		/* Function bits from the highest down are ignored. */
		op->inv.rid_ignore =
			7u &
			(7u << (3 - cmdq_field(word[0], VTD_CONTEXT_FM_MASK)));
		return;
	}
	cmdq_illegal(op, "granularity");
}

static void pasid_cache(const uint64_t word[2], struct cmdq_op *op)
{
	if (cmdq_reserved(word,
			  VTD_TYPE_MASK | VTD_GRAN_MASK | VTD_DID_MASK |
				  VTD_PASID_MASK,
			  0, op))
		return;
	op->inv.type = HW_INV_CONTEXTS;
	op->inv.domain = (uint16_t)cmdq_field(word[0], VTD_DID_MASK);
	switch (cmdq_field(word[0], VTD_GRAN_MASK)) {
	case VTD_PASID_CACHE_ONE:
		op->inv.by_pasid = true;
		op->inv.pasid = (uint32_t)cmdq_field(word[0], VTD_PASID_MASK);
		op->inv.by_domain = true;
		return;
	case VTD_PASID_CACHE_DOMAIN:
		op->inv.by_domain = true;
		return;
	case VTD_PASID_CACHE_GLOBAL:
		return;
	}
	cmdq_illegal(op, "granularity");
}

static void pages(const uint64_t word[2], struct cmdq_op *op)
{
	uint64_t am = word[1] & VTD_AM_MASK;

	if (am > VTD_MAX_AM) {
		cmdq_illegal(op, "address mask");
		return;
	}
	op->inv.type = HW_INV_RANGE;
	op->inv.leaf_only = word[1] & VTD_IH;
	cmdq_pages(op, word[1] & VTD_ADDR_MASK, (unsigned int)am);
}

static void iotlb(const uint64_t word[2], struct cmdq_op *op)
{
	uint64_t used = VTD_GRAN_MASK | VTD_IOTLB_DW | VTD_IOTLB_DR |
			VTD_DID_MASK;

	if (cmdq_reserved(word, VTD_TYPE_MASK | used,
			  VTD_ADDR_MASK | VTD_IH | VTD_AM_MASK, op))
		return;
	op->inv.domain = (uint16_t)cmdq_field(word[0], VTD_DID_MASK);
	switch (cmdq_field(word[0], VTD_GRAN_MASK)) {
	case VTD_IOTLB_GLOBAL:
		op->inv.type = HW_INV_TRANSLATIONS;
		return;
	case VTD_IOTLB_DOMAIN:
		op->inv.type = HW_INV_DOMAIN;
		return;
	case VTD_IOTLB_PAGE:
		op->inv.stage = HW_SECOND_STAGE;
		pages(word, op);
		return;
	}
	cmdq_illegal(op, "granularity");
}

static void pasid_iotlb(const uint64_t word[2], struct cmdq_op *op)
{
	if (cmdq_reserved(word,
			  VTD_TYPE_MASK | VTD_GRAN_MASK | VTD_DID_MASK |
				  VTD_PASID_MASK,
			  VTD_ADDR_MASK | VTD_IH | VTD_AM_MASK, op))
		return;
	op->inv.domain = (uint16_t)cmdq_field(word[0], VTD_DID_MASK);
	op->inv.by_pasid = true;
	op->inv.pasid = (uint32_t)cmdq_field(word[0], VTD_PASID_MASK);
	op->inv.stage = HW_FIRST_STAGE;
	switch (cmdq_field(word[0], VTD_GRAN_MASK)) {
	case VTD_PASID_IOTLB_ALL:
		op->inv.type = HW_INV_DOMAIN;
		return;
	case VTD_PASID_IOTLB_PAGE:
		pages(word, op);
		return;
	}
	cmdq_illegal(op, "granularity");
}

static void devtlb(const uint64_t word[2], struct cmdq_op *op)
{
	if (cmdq_reserved(word,
			  VTD_TYPE_MASK | VTD_DEVTLB_SID_MASK |
				  VTD_DEVTLB_QDEP_MASK | VTD_PFSID_MASK,
			  VTD_ADDR_MASK | VTD_DEVTLB_S, op))
		return;
	op->inv.type = HW_INV_DEVICE;
	op->inv.rid = (uint16_t)cmdq_field(word[0], VTD_DEVTLB_SID_MASK);
	op->inv.by_pasid = true; /* of requests without one */
	cmdq_pages(op, word[1] & VTD_ADDR_MASK,
		   word[1] & VTD_DEVTLB_S ? cmdq_ats_lg2(word[1]) : 0);
}

static void pasid_devtlb(const uint64_t word[2], struct cmdq_op *op)
{
	if (cmdq_reserved(word,
			  VTD_TYPE_MASK | VTD_PASID_MASK |
				  VTD_PASID_DEVTLB_SID_MASK |
				  VTD_PASID_DEVTLB_QDEP_MASK | VTD_PFSID_MASK,
			  (VTD_ADDR_MASK | VTD_PASID_DEVTLB_S |
			   VTD_PASID_DEVTLB_GLOBAL),
			  op))
		return;
	op->inv.type = HW_INV_DEVICE;
	op->inv.rid = (uint16_t)cmdq_field(word[0], VTD_PASID_DEVTLB_SID_MASK);
	op->inv.by_pasid = !(word[1] & VTD_PASID_DEVTLB_GLOBAL);
	op->inv.pasid = (uint32_t)cmdq_field(word[0], VTD_PASID_MASK);
	cmdq_pages(op, word[1] & VTD_ADDR_MASK,
		   word[1] & VTD_PASID_DEVTLB_S ? cmdq_ats_lg2(word[1]) : 0);
}

static void wait(const uint64_t word[2], struct cmdq_op *op)
{
	uint64_t used = VTD_WAIT_SW | VTD_WAIT_FN | VTD_WAIT_PD |
			0xffffffffull << VTD_WAIT_DATA_SHIFT;

	if (word[0] & VTD_WAIT_IF) {
		cmdq_illegal(op, "no interrupts on waits");
		return;
	}
	if (cmdq_reserved(word, VTD_TYPE_MASK | used, VTD_WAIT_ADDR_MASK, op))
		return;
	op->act = CMDQ_WAIT;
	op->size = word[0] & VTD_WAIT_SW ? 4 : 0;
	op->addr = word[1];
	op->data = word[0] >> VTD_WAIT_DATA_SHIFT;
}

static void vtd_decode(const uint64_t word[2], struct cmdq_op *op)
{
	static void (*const types[16])(const uint64_t[2], struct cmdq_op *) = {
		[VTD_TYPE_CONTEXT] = context,
		[VTD_TYPE_IOTLB] = iotlb,
		[VTD_TYPE_DEVTLB] = devtlb,
		[VTD_TYPE_WAIT] = wait,
		[VTD_TYPE_PASID_IOTLB] = pasid_iotlb,
		[VTD_TYPE_PASID_CACHE] = pasid_cache,
		[VTD_TYPE_PASID_DEVTLB] = pasid_devtlb,
	};
	unsigned int type = word[0] & VTD_TYPE_MASK;

	op->act = CMDQ_INVALIDATE;
	if (types[type])
		types[type](word, op);
	else
		cmdq_illegal(op, "type");
}

const struct hw_cmdq_set hw_cmdq_vtd = {
	.name = "VT-d",
	.no_answer = CMDQ_STOP_DROP,
	.decode = vtd_decode,
};
