/* SPDX-License-Identifier: MIT */
/*
 * Address translation services (ATS), page requests (PRI), PASIDs: what an IOMMU
 * driver switches in a function's extended configuration space.
 *
 * Same:    all calls, and the registers that they read and write.
 * Reduced: no virtual functions; enabling PASIDs does not ask for access control
 *	    on the way up.
 * Stub:    none.
 *
 * Source: drivers/pci/ats.c; PCI Express, sections 7.8.8, 10.5.1, 10.5.2.
 * Context: all may be called in atomic context; calls on one function are
 * serialised by the caller.
 */
#ifndef _DMASIM_LINUX_PCI_ATS_H
#define _DMASIM_LINUX_PCI_ATS_H

#include <linux/pci.h>

/** pci_ats_supported() - has it the capability, and is it trusted? */
bool pci_ats_supported(struct pci_dev *dev);

/**
 * pci_enable_ats() - let a device ask for translations and keep them
 * @ps: lg2 of the smallest translation unit in bytes, 12..43: that of the IOMMU
 *
 * PASIDs are to be switched on before and off after.
 * Return: 0; -EINVAL: not supported, or @ps is out of range; -EBUSY, with a WARN:
 * it is on already.
 */
int pci_enable_ats(struct pci_dev *dev, int ps);

/** pci_prepare_ats() - set the unit only. Return: as pci_enable_ats(). */
int pci_prepare_ats(struct pci_dev *dev, int ps);

/** pci_disable_ats() - the device forgets; WARN if it was not on. */
void pci_disable_ats(struct pci_dev *dev);

/** pci_ats_queue_depth() - invalidations at a time, 1..32; -EINVAL: no ATS. */
int pci_ats_queue_depth(struct pci_dev *dev);

/** pci_ats_page_aligned() - does it ask for whole pages only? 0 or 1. */
int pci_ats_page_aligned(struct pci_dev *dev);

/** pci_pri_supported() - has it page requests? */
bool pci_pri_supported(struct pci_dev *pdev);

/**
 * pci_enable_pri() - let a device ask for pages
 * @reqs: how many at a time; cut to what it can
 *
 * Return: 0; -EINVAL: it has no PRI; -EBUSY: requests are under way, or, with a
 * WARN, it is on already.
 */
int pci_enable_pri(struct pci_dev *pdev, u32 reqs);

/** pci_disable_pri() - no more requests; WARN if it was not on. */
void pci_disable_pri(struct pci_dev *pdev);

/** pci_reset_pri() - 0; -EINVAL: no PRI; -EBUSY, with a WARN: it is on. */
int pci_reset_pri(struct pci_dev *pdev);

/** pci_prg_resp_pasid_required() - must answers carry the PASID? 0 or 1. */
int pci_prg_resp_pasid_required(struct pci_dev *pdev);

/**
 * pci_enable_pasid() - let requests carry PASIDs
 * @features: PCI_PASID_CAP_EXEC, PCI_PASID_CAP_PRIV, or 0
 *
 * Return: 0; -EINVAL: it has none, the way up does not carry them, or it lacks a
 * feature; -EBUSY, with a WARN: they are on already.
 */
int pci_enable_pasid(struct pci_dev *pdev, int features);

/** pci_disable_pasid() - none any more; WARN if they were not on. */
void pci_disable_pasid(struct pci_dev *pdev);

/** pci_pasid_features() - PCI_PASID_CAP_* it has; -EINVAL: no PASIDs. */
int pci_pasid_features(struct pci_dev *pdev);

/** pci_max_pasids() - number of PASIDs it can tell apart; -EINVAL: none. */
int pci_max_pasids(struct pci_dev *pdev);

/** pci_pasid_status() - PCI_PASID_CTRL_* that are on; -EINVAL: no PASIDs. */
int pci_pasid_status(struct pci_dev *pdev);

#endif
