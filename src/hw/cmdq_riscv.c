/* SPDX-License-Identifier: MIT */
/*
 * Decoder of RISC-V IOMMU commands, after the RISC-V IOMMU architecture
 * specification.
 *
 *	IOTINVAL.VMA	first stage: all, of a PSCID; with AV one page of it, and
 *			only leaves: what leads to tables stays
 *	IOTINVAL.GVMA	second stage: all, of a GSCID; AV likewise
 *	IODIR		contexts: of a device and all its processes, of all; of one
 *			process of a device, 0 being requests without
 *	ATS.INVAL	what a device has cached
 *	IOFENCE.C	waits, and may write 32 bits
 *
 * Reduced: an address without PSCID or GSCID drops all of its stage; no
 * interrupts on fences; segment numbers do not exist.
 *
 * Tests: tests/unit/hw/test_cmdq.c
 */
#include "hw/cmdq.h"
#include "iommu/cmd/riscv_bits.h"

#define CODE (RISCV_OP_MASK | RISCV_FUNC_MASK)

static void iotinval(const uint64_t word[2], struct cmdq_op *op)
{
	uint64_t func = cmdq_field(word[0], RISCV_FUNC_MASK);
	bool first = func == RISCV_IOTINVAL_VMA;
	bool tagged = word[0] & (first ? RISCV_PSCV : RISCV_GV);

	if (func > RISCV_IOTINVAL_GVMA || (!first && word[0] & RISCV_PSCV) ||
	    (first && word[0] & RISCV_GV)) {
		cmdq_illegal(op, "function");
		return;
	}
	if (cmdq_reserved(word,
			  CODE | RISCV_IOTINVAL_AV | RISCV_PSCID_MASK |
				  RISCV_PSCV | RISCV_GV | RISCV_GSCID_MASK,
			  RISCV_PAGE_MASK, op))
		return;
	op->inv.stage = first ? HW_FIRST_STAGE : HW_SECOND_STAGE;
	op->inv.domain =
		(uint16_t)(first ? cmdq_field(word[0], RISCV_PSCID_MASK) :
				   cmdq_field(word[0], RISCV_GSCID_MASK));
	op->inv.leaf_only = word[0] & RISCV_IOTINVAL_AV;
	if (!tagged)
		op->inv.type = HW_INV_TRANSLATIONS;
	else if (!op->inv.leaf_only)
		op->inv.type = HW_INV_DOMAIN;
	else
		op->inv.type = HW_INV_RANGE;
	cmdq_pages(op, word[1] >> RISCV_PAGE_SHIFT << 12, 0);
}

static void iofence(const uint64_t word[2], struct cmdq_op *op)
{
	if (cmdq_field(word[0], RISCV_FUNC_MASK) != RISCV_IOFENCE_C) {
		cmdq_illegal(op, "function");
		return;
	}
	if (word[0] & RISCV_IOFENCE_WSI) {
		cmdq_illegal(op, "no interrupts on waits");
		return;
	}
	if (cmdq_reserved(word,
			  CODE | RISCV_IOFENCE_AV | RISCV_IOFENCE_PR |
				  RISCV_IOFENCE_PW | RISCV_IOFENCE_DATA_MASK,
			  RISCV_IOFENCE_ADDR_MASK, op))
		return;
	op->act = CMDQ_WAIT;
	op->size = word[0] & RISCV_IOFENCE_AV ? 4 : 0;
	op->addr = word[1] << RISCV_IOFENCE_ADDR_SHIFT;
	op->data = cmdq_field(word[0], RISCV_IOFENCE_DATA_MASK);
}

static void iodir(const uint64_t word[2], struct cmdq_op *op)
{
	uint64_t func = cmdq_field(word[0], RISCV_FUNC_MASK);
	bool process = func == RISCV_IODIR_PDT;

	if (func > RISCV_IODIR_PDT) {
		cmdq_illegal(op, "function");
		return;
	}
	if (cmdq_reserved(word,
			  CODE | RISCV_DV | RISCV_DID_MASK |
				  (process ? RISCV_PID_MASK : 0),
			  0, op))
		return;
	if (process && !(word[0] & RISCV_DV)) {
		cmdq_illegal(op, "a process of no device");
		return;
	}
	op->inv.type = word[0] & RISCV_DV ? HW_INV_CONTEXT : HW_INV_CONTEXTS;
	op->inv.rid = (uint16_t)cmdq_field(word[0], RISCV_DID_MASK);
	op->inv.by_pasid = process;
	op->inv.pasid = (uint32_t)cmdq_field(word[0], RISCV_PID_MASK);
}

static void ats(const uint64_t word[2], struct cmdq_op *op)
{
	if (cmdq_field(word[0], RISCV_FUNC_MASK) != RISCV_ATS_INVAL) {
		cmdq_illegal(op, "function");
		return;
	}
	if (cmdq_reserved(
		    word,
		    CODE | RISCV_PID_MASK | RISCV_ATS_PV | RISCV_ATS_RID_MASK,
		    RISCV_ATS_ADDR_MASK | RISCV_ATS_S | RISCV_ATS_GLOBAL, op))
		return;
	op->inv.type = HW_INV_DEVICE;
	op->inv.rid = (uint16_t)cmdq_field(word[0], RISCV_ATS_RID_MASK);
	op->inv.by_pasid = !(word[1] & RISCV_ATS_GLOBAL);
	op->inv.pasid = word[0] & RISCV_ATS_PV ?
				(uint32_t)cmdq_field(word[0], RISCV_PID_MASK) :
				0;
	cmdq_pages(op, word[1] & RISCV_ATS_ADDR_MASK,
		   word[1] & RISCV_ATS_S ? cmdq_ats_lg2(word[1]) : 0);
}

static void riscv_decode(const uint64_t word[2], struct cmdq_op *op)
{
	op->act = CMDQ_INVALIDATE;
	switch (word[0] & RISCV_OP_MASK) {
	case RISCV_IOTINVAL:
		iotinval(word, op);
		return;
	case RISCV_IOFENCE:
		iofence(word, op);
		return;
	case RISCV_IODIR:
		iodir(word, op);
		return;
	case RISCV_ATS:
		ats(word, op);
		return;
	}
	cmdq_illegal(op, "opcode");
}

const struct hw_cmdq_set hw_cmdq_riscv = {
	.name = "RISC-V",
	.no_answer = CMDQ_STOP_AT_WAIT,
	.decode = riscv_decode,
};
