/* SPDX-License-Identifier: MIT */
/*
 * Message signalled interrupts.
 *
 * Same: struct msi_msg, reading back a vector's message, addresses behind an IOMMU
 *	that translates messages.
 * Reduced: one flat table of vectors a device; no MSI domains, no per-device
 * domain callbacks.
 */
#ifndef _DMASIM_LINUX_MSI_H
#define _DMASIM_LINUX_MSI_H

#include <linux/types.h>
#include <linux/list.h>

struct device;

/** struct msi_msg - what a device writes, and where, to interrupt. */
struct msi_msg {
	u32 address_lo;
	u32 address_hi;
	u32 data;
};

/**
 * struct msi_desc - one vector of one device
 * @irq: Linux interrupt number
 * @msi_index: index in the device's table
 * @affinity: CPUs it is steered to, NULL if it is not managed
 * @iommu_msi_iova, @iommu_msi_shift: where the IOMMU leads to the message's address, in
 *	units of 1 << shift bytes; shift 0: nowhere, the device writes to the address itself
 */
struct msi_desc {
	unsigned int irq;
	unsigned int nvec_used;
	struct device *dev;
	struct msi_msg msg;
	u16 msi_index;
	struct irq_affinity_desc *affinity;
	u64 iommu_msi_iova : 58;
	u64 iommu_msi_shift : 6;
};

#define msi_desc_to_dev(desc) ((desc)->dev)

/**
 * msi_desc_set_iommu_msi_iova() - say where the IOMMU leads to the message's address
 * @msi_iova: device address of the piece that holds it
 * @msi_shift: lg2 of the bytes of that piece; 0: the IOMMU does not translate it
 */
static inline void msi_desc_set_iommu_msi_iova(struct msi_desc *desc,
					       u64 msi_iova,
					       unsigned int msi_shift)
{
	desc->iommu_msi_shift = msi_shift;
	desc->iommu_msi_iova = msi_iova >> msi_shift;
}

/**
 * msi_msg_set_addr() - what a device must write to, to reach @msi_addr
 * @desc: after iommu_dma_prepare_msi()
 * @msg: gets the address
 * @msi_addr: physical address of the doorbell
 */
static inline void msi_msg_set_addr(struct msi_desc *desc, struct msi_msg *msg,
				    phys_addr_t msi_addr)
{
	u64 addr = msi_addr, piece;

	if (desc->iommu_msi_shift) {
		piece = 1ull << desc->iommu_msi_shift;
		addr = desc->iommu_msi_iova * piece + addr % piece;
	}
	msg->address_lo = (u32)addr;
	msg->address_hi = addr >> 32;
}

unsigned int msi_get_virq(struct device *dev, unsigned int index);
void get_cached_msi_msg(unsigned int irq, struct msi_msg *msg);

#endif
