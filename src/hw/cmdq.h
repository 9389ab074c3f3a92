/* SPDX-License-Identifier: MIT */
/*
 * Invalidation queues: from command words to what they ask for. Private.
 *
 * One decoder a command set, written from the hardware's documentation; it
 * shares with the driver's encoder only the numbers in iommu/cmd/<hw>_bits.h.
 * A decoder has no state and touches nothing; src/hw/cmdq.c acts.
 */
#ifndef HW_CMDQ_H
#define HW_CMDQ_H

#include "hw/machine.h"

enum cmdq_act {
	CMDQ_NOTHING, /* accepted, and there is nothing to do */
	CMDQ_INVALIDATE, /* .inv */
	CMDQ_WAIT, /* .wait: what came before is complete */
	CMDQ_ILLEGAL, /* .why */
};

/**
 * struct cmdq_op - a decoded command
 * @inv: what to forget
 * @addr, @data, @size: a wait writes @size (0, 4, 8) bytes there
 * @why: static text
 */
struct cmdq_op {
	enum cmdq_act act;
	struct hw_inv_cmd inv;
	uint64_t addr, data;
	unsigned int size;
	const char *why;
};

/** enum cmdq_no_answer - what a device TLB that does not answer does. */
enum cmdq_no_answer {
	CMDQ_STOP_DROP, /* queue stops; what was fetched is dropped */
	CMDQ_STOP_AT_WAIT, /* the next wait stops the queue */
	CMDQ_GO_ON, /* it is logged */
};

/**
 * struct hw_cmdq_set - a command set
 * @decode: fill in a zeroed @op from two words
 */
struct hw_cmdq_set {
	const char *name;
	enum cmdq_no_answer no_answer;
	void (*decode)(const uint64_t word[2], struct cmdq_op *op);
};

extern const struct hw_cmdq_set hw_cmdq_vtd;
extern const struct hw_cmdq_set hw_cmdq_amd;
extern const struct hw_cmdq_set hw_cmdq_smmu;
extern const struct hw_cmdq_set hw_cmdq_riscv;

static inline void cmdq_illegal(struct cmdq_op *op, const char *why)
{
	op->act = CMDQ_ILLEGAL;
	op->why = why;
}

/* Is a bit set beyond @used0 and @used1? Then @op is illegal. */
static inline bool cmdq_reserved(const uint64_t word[2], uint64_t used0,
				 uint64_t used1, struct cmdq_op *op)
{
	if (!(word[0] & ~used0) && !(word[1] & ~used1))
		return false;
	cmdq_illegal(op, "reserved bits");
	return true;
}

/* Field @mask of @word, moved down to bit 0. */
static inline uint64_t cmdq_field(uint64_t word, uint64_t mask)
{
	return (word & mask) >> __builtin_ctzll(mask);
}

/*
 * How many pages (lg2) a PCIe ATS range has whose size is coded in the address:
 * ones up to bit 12 + lg2 - 2, then a zero; 52: all of them.
 */
static inline unsigned int cmdq_ats_lg2(uint64_t addr)
{
	uint64_t zeroes = ~(addr | 0xfff);

	return zeroes ? __builtin_ctzll(zeroes) - 11u : 52;
}

/* .inv covers the 2^@lg2 pages of 4 KiB around @addr. */
static inline void cmdq_pages(struct cmdq_op *op, uint64_t addr,
			      unsigned int lg2)
{
	uint64_t span = lg2 + 12 < 64 ? (1ull << (lg2 + 12)) - 1 : UINT64_MAX;

	op->inv.first = addr & ~span;
	op->inv.last = addr | span;
}

#endif
