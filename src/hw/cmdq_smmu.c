/* SPDX-License-Identifier: MIT */
/*
 * Decoder of SMMUv3 commands, after the Arm SMMU architecture specification.
 *
 *	TLBI_NH_*	first stage: all, an ASID, addresses
 *	TLBI_S12_VMALL	all of a VMID
 *	TLBI_S2_IPA	second stage: addresses of a VMID
 *	TLBI_NSNH_ALL	all translations
 *	TLBI_EL2_*	those of the hypervisor's own devices: there are none
 *	CFGI_*		contexts: of a stream and all its substreams, of all; of one
 *			substream, 0 being requests without
 *	ATC_INV		what a device has cached
 *	SYNC		nothing, an event (software polls), or a write
 *
 * With TG an address stands for (NUM + 1) << SCALE granules; TTL says on which
 * level the leaves are, and others stay. LEAF keeps what leads to tables.
 * Reduced: no VMIDs for first-stage translations. TLBI_NH_VAA, which means
 * an address under any ASID, drops all of the first stage.
 *
 * Tests: tests/unit/hw/test_cmdq.c
 */
#include "hw/cmdq.h"
#include "iommu/cmd/smmu_bits.h"

/* The addresses of a TLBI. */
static void span(const uint64_t word[2], struct cmdq_op *op)
{
	uint64_t tg = cmdq_field(word[1], SMMU_TLBI_TG_MASK);
	uint64_t ttl = cmdq_field(word[1], SMMU_TLBI_TTL_MASK);
	uint64_t num = cmdq_field(word[0], SMMU_TLBI_NUM_MASK);
	uint64_t scale = cmdq_field(word[0], SMMU_TLBI_SCALE_MASK);
	uint64_t addr = word[1] & SMMU_TLBI_VA_MASK;

	op->inv.type = HW_INV_RANGE;
	op->inv.leaf_only = word[1] & SMMU_TLBI_LEAF;
	op->inv.first = addr;
	op->inv.last = addr | 0xfff;
	if (!tg)
		return;
	if (!ttl && !num && !scale) {
		cmdq_illegal(op, "one granule of no level");
		return;
	}
	op->inv.leaf_level = ttl ? (uint8_t)(4 - ttl) : 0;
	op->inv.last = addr + (((num + 1) << scale) << (10 + 2 * tg)) - 1;
	if (op->inv.last < addr)
		op->inv.last = UINT64_MAX;
}

#define TLBI_RANGE (SMMU_OP_MASK | SMMU_TLBI_NUM_MASK | SMMU_TLBI_SCALE_MASK)
#define TLBI_SPAN (SMMU_TLBI_LEAF | SMMU_TLBI_TTL_MASK | SMMU_TLBI_TG_MASK)

static void nh_va(const uint64_t word[2], struct cmdq_op *op)
{
	if (cmdq_reserved(word,
			  TLBI_RANGE | SMMU_TLBI_VMID_MASK |
				  SMMU_TLBI_ASID_MASK,
			  TLBI_SPAN | SMMU_TLBI_VA_MASK, op))
		return;
	op->inv.stage = HW_FIRST_STAGE;
	op->inv.domain = (uint16_t)cmdq_field(word[0], SMMU_TLBI_ASID_MASK);
	span(word, op);
}

static void s2_ipa(const uint64_t word[2], struct cmdq_op *op)
{
	if (cmdq_reserved(word, TLBI_RANGE | SMMU_TLBI_VMID_MASK,
			  TLBI_SPAN | SMMU_TLBI_IPA_MASK, op))
		return;
	op->inv.stage = HW_SECOND_STAGE;
	op->inv.domain = (uint16_t)cmdq_field(word[0], SMMU_TLBI_VMID_MASK);
	span(word, op);
}

/* All of an ASID or VMID. */
static void tlbi_all(const uint64_t word[2], struct cmdq_op *op)
{
	if (cmdq_reserved(word,
			  SMMU_OP_MASK | SMMU_TLBI_VMID_MASK |
				  SMMU_TLBI_ASID_MASK,
			  0, op))
		return;
	switch (word[0] & SMMU_OP_MASK) {
	case SMMU_TLBI_NH_ASID:
		op->inv.type = HW_INV_DOMAIN;
		op->inv.stage = HW_FIRST_STAGE;
		op->inv.domain =
			(uint16_t)cmdq_field(word[0], SMMU_TLBI_ASID_MASK);
		return;
	case SMMU_TLBI_S12_VMALL:
		op->inv.type = HW_INV_DOMAIN;
		op->inv.stage = HW_SECOND_STAGE;
		op->inv.domain =
			(uint16_t)cmdq_field(word[0], SMMU_TLBI_VMID_MASK);
		return;
	case SMMU_TLBI_NH_ALL:
		op->inv.stage = HW_FIRST_STAGE;
		op->inv.type = HW_INV_TRANSLATIONS;
		return;
	case SMMU_TLBI_NSNH_ALL:
		op->inv.type = HW_INV_TRANSLATIONS;
		return;
	}
}

static void cfgi(const uint64_t word[2], struct cmdq_op *op)
{
	uint64_t code = word[0] & SMMU_OP_MASK;

	if (cmdq_reserved(word, SMMU_OP_MASK | SMMU_SSID_MASK | SMMU_SID_MASK,
			  SMMU_CFGI_LEAF | SMMU_CFGI_RANGE_MASK, op))
		return;
	op->inv.type = code == SMMU_CFGI_ALL ? HW_INV_CONTEXTS : HW_INV_CONTEXT;
	op->inv.rid = (uint16_t)cmdq_field(word[0], SMMU_SID_MASK);
	op->inv.by_pasid = code == SMMU_CFGI_CD;
	op->inv.pasid = (uint32_t)cmdq_field(word[0], SMMU_SSID_MASK);
}

static void atc_inv(const uint64_t word[2], struct cmdq_op *op)
{
	uint64_t lg2 = word[1] & SMMU_ATC_SIZE_MASK;

	if (cmdq_reserved(word,
			  SMMU_OP_MASK | SMMU_ATC_GLOBAL | SMMU_ATC_SSV |
				  SMMU_SSID_MASK | SMMU_SID_MASK,
			  SMMU_ATC_SIZE_MASK | SMMU_ATC_ADDR_MASK, op))
		return;
	if (lg2 > 52) {
		cmdq_illegal(op, "size");
		return;
	}
	op->inv.type = HW_INV_DEVICE;
	op->inv.rid = (uint16_t)cmdq_field(word[0], SMMU_SID_MASK);
	op->inv.by_pasid = !(word[0] & SMMU_ATC_GLOBAL);
	op->inv.pasid = word[0] & SMMU_ATC_SSV ?
				(uint32_t)cmdq_field(word[0], SMMU_SSID_MASK) :
				0;
	cmdq_pages(op, word[1] & SMMU_ATC_ADDR_MASK, (unsigned int)lg2);
}

static void sync(const uint64_t word[2], struct cmdq_op *op)
{
	uint64_t cs = cmdq_field(word[0], SMMU_SYNC_CS_MASK);

	if (cmdq_reserved(word,
			  SMMU_OP_MASK | SMMU_SYNC_CS_MASK |
				  SMMU_SYNC_MSH_MASK | SMMU_SYNC_MSIATTR_MASK |
				  SMMU_SYNC_MSIDATA_MASK,
			  SMMU_SYNC_MSIADDR_MASK, op))
		return;
	if (cs > SMMU_SYNC_CS_SEV) {
		cmdq_illegal(op, "kind of completion");
		return;
	}
	op->act = CMDQ_WAIT;
	op->addr = word[1];
	op->data = cmdq_field(word[0], SMMU_SYNC_MSIDATA_MASK);
	op->size = cs == SMMU_SYNC_CS_IRQ && op->addr ? 4 : 0;
}

static void smmu_decode(const uint64_t word[2], struct cmdq_op *op)
{
	op->act = CMDQ_INVALIDATE;
	switch (word[0] & SMMU_OP_MASK) {
	case SMMU_CFGI_STE:
	case SMMU_CFGI_ALL:
	case SMMU_CFGI_CD:
	case SMMU_CFGI_CD_ALL:
		cfgi(word, op);
		return;
	case SMMU_TLBI_NH_VA:
		nh_va(word, op);
		return;
	case SMMU_TLBI_NH_VAA:
		op->inv.stage = HW_FIRST_STAGE;
		op->inv.type = HW_INV_TRANSLATIONS;
		return;
	case SMMU_TLBI_S2_IPA:
		s2_ipa(word, op);
		return;
	case SMMU_TLBI_NH_ALL:
	case SMMU_TLBI_NH_ASID:
	case SMMU_TLBI_S12_VMALL:
	case SMMU_TLBI_NSNH_ALL:
		tlbi_all(word, op);
		return;
	case SMMU_TLBI_EL2_ALL:
	case SMMU_TLBI_EL2_ASID:
	case SMMU_TLBI_EL2_VA:
		op->act = CMDQ_NOTHING;
		return;
	case SMMU_ATC_INV:
		atc_inv(word, op);
		return;
	case SMMU_SYNC:
		sync(word, op);
		return;
	}
	cmdq_illegal(op, "opcode");
}

const struct hw_cmdq_set hw_cmdq_smmu = {
	.name = "SMMU",
	.no_answer = CMDQ_STOP_AT_WAIT,
	.decode = smmu_decode,
};
