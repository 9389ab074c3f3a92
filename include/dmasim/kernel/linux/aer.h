/* SPDX-License-Identifier: MIT */
/*
 * PCIe advanced error reporting: no root port reports errors here.
 *
 * Same: severities. Stub: pci_aer_clear_nonfatal_status() -EINVAL as without
 * CONFIG_PCIEAER; pcie_aer_is_native() is 0.
 */
#ifndef _DMASIM_LINUX_AER_H
#define _DMASIM_LINUX_AER_H

#include <linux/types.h>
#include <linux/errno.h>

#define AER_NONFATAL 0
#define AER_FATAL 1
#define AER_CORRECTABLE 2
#define DPC_FATAL 3

struct pci_dev;

static inline int pci_aer_clear_nonfatal_status(struct pci_dev *dev)
{
	return -EINVAL;
}

static inline int pcie_aer_is_native(struct pci_dev *dev)
{
	return 0;
}

#endif
