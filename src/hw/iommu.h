/* SPDX-License-Identifier: MIT */
/*
 * The IOMMU as the fabric sees it. Private to src/hw.
 *
 * Translation has three speeds. Each device keeps its last translations in a
 * direct-mapped table; a slot is good while the IOMMU's generation has not moved
 * since it was filled. What a slot does not know it copies from the IOTLB
 * (hw_iommu_refill()), as long as there is nothing else to do. Everything else
 * goes the long way (iommu.c), and to the walkers. A device with ATS asks its own
 * TLB (atc.c) instead.
 */
#ifndef HW_IOMMU_H
#define HW_IOMMU_H

#include "hw/machine.h"

/* 16 MiB in pages of 4 KiB. Memory of those that are not used is not touched. */
#define HW_DEV_TLB_SLOTS 4096

/**
 * struct hw_tlb_slot - a translation that a device used lately
 * @gen: generation of the IOMMU when it was filled; 0: empty
 * @first: first device address
 * @span: bytes minus 1
 * @phys: where @first leads
 * @cached: it came from the IOTLB (and a use counts as a hit)
 * @ram: all of it is RAM, and no address of it is routed otherwise
 */
struct hw_tlb_slot {
	uint64_t gen;
	uint64_t first, span;
	uint64_t phys;
	bool read, write, cached, ram;
};

/**
 * struct hw_dev_tlb - a device's own translations
 * @slot: direct-mapped
 * @hits: uses of those that came from the IOTLB
 * @next: page behind those that were filled in last
 */
struct hw_dev_tlb {
	struct hw_tlb_slot slot[HW_DEV_TLB_SLOTS];
	uint64_t hits;
	uint64_t next;
};

/**
 * struct hw_xlate - answer of the IOMMU
 * @phys: physical address
 * @run_last: the translation holds for so many bytes more, minus one
 * @level, @entry: on a refusal, the entry to blame; 0 if none was read
 */
struct hw_xlate {
	uint64_t phys;
	uint64_t run_last;
	uint64_t entry;
	uint8_t level;
};

extern uint64_t hw_iommu_gen;

const char *hw_iommu_init(void);
void hw_iommu_exit(void);
void hw_iommu_forget_slots(void);
bool hw_iommu_execute(const struct hw_inv_cmd *cmd);
void hw_iommu_dev_gone(const struct hw_dev_tlb *tlb);
unsigned int hw_iommu_refill(struct hw_dev *dev, uint64_t addr,
			     unsigned int max);
enum hw_status hw_iommu_translate_pasid(struct hw_dev *dev, uint32_t pasid,
					uint64_t addr, uint64_t len, bool write,
					struct hw_xlate *x);
enum hw_status hw_iommu_translate_slow(struct hw_dev *dev,
				       struct hw_tlb_slot *slot, uint64_t addr,
				       uint64_t len, bool write,
				       struct hw_xlate *x);

/** hw_tlb_slot() - the only slot that may know @addr. */
static inline struct hw_tlb_slot *hw_tlb_slot(struct hw_dev_tlb *tlb,
					      uint64_t addr)
{
	uint64_t page = addr >> HW_PAGE_LG2;

	/* Buffers that begin at round addresses must not all meet in a slot. */
	return &tlb->slot[(page ^ page / HW_DEV_TLB_SLOTS) % HW_DEV_TLB_SLOTS];
}

/** hw_tlb_knows() - does @s hold for @addr, and allow the access? */
static inline bool hw_tlb_knows(const struct hw_tlb_slot *s, uint64_t addr,
				bool write)
{
	return s->gen == __atomic_load_n(&hw_iommu_gen, __ATOMIC_SEQ_CST) &&
	       addr - s->first <= s->span && (write ? s->write : s->read);
}

/**
 * hw_iommu_translate() - device address to physical address
 * @dev: the requester
 * @tlb: its slots
 * @addr: device address
 * @len: bytes wanted, for reports only
 * @write: the right that is needed
 * @x: result
 *
 * Context: the device's dma_lock held.
 * Return: HW_OK or the reason of the refusal.
 */
static inline enum hw_status hw_iommu_translate(struct hw_dev *dev,
						struct hw_dev_tlb *tlb,
						uint64_t addr, uint64_t len,
						bool write, struct hw_xlate *x)
{
	struct hw_tlb_slot *s = hw_tlb_slot(tlb, addr);

	if (hw_tlb_knows(s, addr, write)) {
		tlb->hits += s->cached;
		x->phys = s->phys + (addr - s->first);
		x->run_last = s->span - (addr - s->first);
		return HW_OK;
	}
	return hw_iommu_translate_slow(dev, s, addr, len, write, x);
}

#endif
