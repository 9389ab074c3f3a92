/* SPDX-License-Identifier: MIT */
/*
 * Message signalled interrupts.
 *
 * Same: struct msi_msg, reading back a vector's message.
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
 */
struct msi_desc {
	unsigned int irq;
	unsigned int nvec_used;
	struct device *dev;
	struct msi_msg msg;
	u16 msi_index;
	struct irq_affinity_desc *affinity;
};

unsigned int msi_get_virq(struct device *dev, unsigned int index);
void get_cached_msi_msg(unsigned int irq, struct msi_msg *msg);

#endif
