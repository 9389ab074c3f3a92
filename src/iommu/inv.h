/* SPDX-License-Identifier: MIT */
/*
 * Private to src/iommu: how the driver says "forget" to the IOMMU.
 *
 *	sim_iommu.c	what must be forgotten, for a domain and its devices
 *	inv.c		batches, the ring, waiting, errors
 *	inv_<hw>.c	which words say it (struct sim_inv_ops)
 *	sim_iommu_hw.c	doorbell and registers
 *
 *	struct sim_inv_batch b;
 *
 *	sim_inv_begin(&b);
 *	sim_inv_range(&b, &tag, first, last, leaf_only, 0);
 *	ret = sim_inv_end(&b);		everything is done now
 */
#ifndef IOMMU_INV_H
#define IOMMU_INV_H

#include <linux/bitops.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "iommu/sim_iommu.h"

#define SIM_INV_BATCH 64

/**
 * struct sim_inv_batch - commands that are written together
 * @nr: so many are in @cmd
 * @devices: devices are among those that shall forget
 * @ret: the first error of a part that was sent already
 */
struct sim_inv_batch {
	unsigned int nr;
	bool devices;
	int ret;
	u64 cmd[SIM_INV_BATCH][2];
};

struct sim_ring;

/**
 * struct sim_device_tlb - a device that keeps translations
 * @rid: its requester id
 * @depth: so many commands it takes at a time, 1..32
 */
struct sim_device_tlb {
	u16 rid;
	u8 depth;
};

/**
 * struct sim_inv_ops - a command set
 * @name: iommu_commands of the machine's configuration
 * @hw: number that the hardware knows it by (enum hw_cmdq_kind)
 * @entries: of the ring
 * @batch: most commands of a submission, at most SIM_INV_BATCH
 * @sync_each: a full batch is waited for before the next begins
 * @sync_before_device: what devices have cached is asked for after a wait only;
 *	the hardware keeps the order by itself if not
 * @nop: first word of a wait that writes nothing; the second is 0
 * @restarts: a device TLB that does not answer makes the queue drop what was in
 *	it: it must be sent again
 * @range: translations of @tag in @first..@last; @leaf_only: no table was
 *	unlinked; @pgsize: size of the leaves, 0: any
 * @all: all translations of @tag
 * @device: what @dev has cached of @first..@last under @tag
 * @context: the context entry of @rid, which said @tag
 * @wait: the words that complete when all before them has; @slot is theirs
 * @done: has the hardware said so? @seq: number of the wait
 */
struct sim_inv_ops {
	const char *name;
	u8 hw;
	u32 entries;
	u32 batch;
	bool sync_each, restarts, sync_before_device;
	u64 nop;
	void (*range)(struct sim_inv_batch *b, const struct sim_tag *tag,
		      u64 first, u64 last, bool leaf_only, size_t pgsize);
	void (*all)(struct sim_inv_batch *b, const struct sim_tag *tag);
	void (*device)(struct sim_inv_batch *b,
		       const struct sim_device_tlb *dev,
		       const struct sim_tag *tag, u64 first, u64 last);
	void (*context)(struct sim_inv_batch *b, u16 rid,
			const struct sim_tag *tag);
	void (*wait)(struct sim_ring *ring, u32 slot, u64 seq, u64 cmd[2]);
	bool (*done)(const struct sim_ring *ring, u32 slot, u64 seq);
};

/**
 * struct sim_ring - the queue as the driver sees it
 * @ops: NULL: there is none, requests act at once
 * @cmd: entry i at 2 * i
 * @status: a word a slot, for completions
 * @phys, @status_phys: where they are
 * @held: a slot whose wait somebody still looks at; see inv.c
 * @head: first slot that may not be written; positions only grow
 * @tail: next slot to write
 * @seq: waits so far
 */
struct sim_ring {
	spinlock_t lock; /* protects all but @held */
	const struct sim_inv_ops *ops;
	u64 *cmd;
	u32 *status;
	u64 phys, status_phys;
	u8 *held;
	u64 head, tail;
	u64 seq;
};

extern struct sim_ring sim_ring;

extern const struct sim_inv_ops sim_inv_vtd;
extern const struct sim_inv_ops sim_inv_amd;
extern const struct sim_inv_ops sim_inv_smmu;
extern const struct sim_inv_ops sim_inv_smmu_norange;
extern const struct sim_inv_ops sim_inv_smmu_few;
extern const struct sim_inv_ops sim_inv_riscv;

/* The smallest naturally aligned 2^n pages of 4 KiB that hold a range; n. */
static inline unsigned int sim_inv_cover(u64 first, u64 last, u64 *addr)
{
	unsigned int lg2 = fls64((first ^ last) >> 12);

	*addr = lg2 == 52 ? 0 : first >> (12 + lg2) << (12 + lg2);
	return lg2;
}

/*
 * The same in the words of PCIe ATS: address and, if it is more than a page, size
 * bit @s and ones below the highest address bit within the block.
 */
static inline u64 sim_inv_ats_address(u64 first, u64 last, u64 s)
{
	u64 addr;
	unsigned int lg2 = sim_inv_cover(first, last, &addr);

	if (!lg2)
		return addr;
	return addr | ((1ull << (lg2 + 11)) - (1ull << 12)) | s;
}

/**
 * sim_inv_boot() - make the ring and give it to the hardware
 * @ops: NULL for none
 * Return: 0, -ENOMEM
 */
int sim_inv_boot(const struct sim_inv_ops *ops);
void sim_inv_shutdown(void);

/* sim_inv_submit() - for tests and sim_inv_end(): see inv.c */
int sim_inv_submit(struct sim_ring *ring, const u64 (*cmd)[2], u32 nr,
		   bool sync, bool devices);

static inline void sim_inv_begin(struct sim_inv_batch *b)
{
	b->nr = 0;
	b->devices = false;
	b->ret = 0;
}

void sim_inv_push(struct sim_inv_batch *b, u64 word0, u64 word1);
void sim_inv_range(struct sim_inv_batch *b, const struct sim_tag *tag,
		   u64 first, u64 last, bool leaf_only, size_t pgsize);
void sim_inv_all(struct sim_inv_batch *b, const struct sim_tag *tag);
void sim_inv_context(struct sim_inv_batch *b, u16 rid,
		     const struct sim_tag *tag);
void sim_inv_device(struct sim_inv_batch *b, const struct sim_device_tlb *dev,
		    const struct sim_tag *tag, u64 first, u64 last);
int sim_inv_end(struct sim_inv_batch *b);

#endif
