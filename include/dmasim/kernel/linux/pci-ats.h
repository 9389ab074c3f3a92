/* SPDX-License-Identifier: MIT */
/*
 * Address translation services: no simulated endpoint caches translations.
 *
 * Stub: support is false, enabling fails with -ENODEV, as in a kernel built
 * without CONFIG_PCI_ATS, PRI and PASID.
 */
#ifndef _DMASIM_LINUX_PCI_ATS_H
#define _DMASIM_LINUX_PCI_ATS_H

#include <linux/pci.h>

static inline bool pci_ats_supported(struct pci_dev *dev)
{
	return false;
}

static inline int pci_enable_ats(struct pci_dev *dev, int ps)
{
	return -ENODEV;
}

static inline void pci_disable_ats(struct pci_dev *dev)
{
}

static inline int pci_enable_pasid(struct pci_dev *pdev, int features)
{
	return -EINVAL;
}

static inline void pci_disable_pasid(struct pci_dev *pdev)
{
}

#endif
