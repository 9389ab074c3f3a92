/* SPDX-License-Identifier: MIT */
/*
 * Address translation services, page requests, PASIDs: finding the capabilities,
 * switching them on and off, putting them back after a reset.
 *
 * Models drivers/pci/ats.c, 6.17. Reduced: no virtual functions; enabling PASIDs
 * does not ask for access control on the way up, because here models say who is
 * isolated from whom.
 *
 * A1  ats_enabled, pri_enabled and pasid_enabled say what the registers say, but
 *     for the time of a reset.
 * A2  Who switches PASIDs while ATS is on is told so by the machine, not here.
 * Locks: none; the IOMMU driver serialises calls on one function.
 * Tests: tests/unit/pci/test_ats.c
 */
#include <linux/pci-ats.h>
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/minmax.h>

#include "pci/core.h"

/* In PCI_EXP_DEVCAP2; 0 means 4. */
#define EE_PREFIX_MAX_SHIFT 22

/** pci_ats_init() - find the three capabilities of a new function. */
void pci_ats_init(struct pci_dev *pdev)
{
	struct pci_dev *up = pci_upstream_bridge(pdev);
	u32 devcap2;
	u16 status;

	pcie_capability_read_dword(pdev, PCI_EXP_DEVCAP2, &devcap2);
	if (devcap2 & PCI_EXP_DEVCAP2_EE_PREFIX &&
	    (pci_pcie_type(pdev) == PCI_EXP_TYPE_ROOT_PORT ||
	     (up && up->eetlp_prefix_max)))
		pdev->eetlp_prefix_max = devcap2 >> EE_PREFIX_MAX_SHIFT & 3 ?:
									      4;
	pdev->ats_cap = pci_find_ext_capability(pdev, PCI_EXT_CAP_ID_ATS);
	pdev->pasid_cap = pci_find_ext_capability(pdev, PCI_EXT_CAP_ID_PASID);
	pdev->pri_cap = pci_find_ext_capability(pdev, PCI_EXT_CAP_ID_PRI);
	if (!pdev->pri_cap)
		return;
	pci_read_config_word(pdev, pdev->pri_cap + PCI_PRI_STATUS, &status);
	pdev->pasid_required = !!(status & PCI_PRI_STATUS_PASID);
}

/* ---- ATS -------------------------------------------------------------- */

bool pci_ats_supported(struct pci_dev *dev)
{
	return dev->ats_cap && !dev->untrusted;
}
EXPORT_SYMBOL_GPL(pci_ats_supported);

static int check_ats(struct pci_dev *dev, int ps)
{
	if (!pci_ats_supported(dev))
		return -EINVAL;
	if (WARN_ON(dev->ats_enabled))
		return -EBUSY;
	return ps < PCI_ATS_MIN_STU || ps > PCI_ATS_MIN_STU + 31 ? -EINVAL : 0;
}

static void write_ats(struct pci_dev *dev, u16 enable)
{
	pci_write_config_word(dev, dev->ats_cap + PCI_ATS_CTRL,
			      PCI_ATS_CTRL_STU(dev->ats_stu - PCI_ATS_MIN_STU) |
				      enable);
}

int pci_prepare_ats(struct pci_dev *dev, int ps)
{
	int ret = check_ats(dev, ps);

	if (ret)
		return ret;
	dev->ats_stu = ps;
	write_ats(dev, 0);
	return 0;
}
EXPORT_SYMBOL_GPL(pci_prepare_ats);

int pci_enable_ats(struct pci_dev *dev, int ps)
{
	int ret = check_ats(dev, ps);

	if (ret)
		return ret;
	dev->ats_stu = ps;
	write_ats(dev, PCI_ATS_CTRL_ENABLE);
	dev->ats_enabled = 1;
	return 0;
}
EXPORT_SYMBOL_GPL(pci_enable_ats);

void pci_disable_ats(struct pci_dev *dev)
{
	if (WARN_ON(!dev->ats_enabled))
		return;
	write_ats(dev, 0);
	dev->ats_enabled = 0;
}
EXPORT_SYMBOL_GPL(pci_disable_ats);

static u16 ats_register(struct pci_dev *dev)
{
	u16 cap;

	pci_read_config_word(dev, dev->ats_cap + PCI_ATS_CAP, &cap);
	return cap;
}

int pci_ats_queue_depth(struct pci_dev *dev)
{
	if (!dev->ats_cap)
		return -EINVAL;
	return PCI_ATS_CAP_QDEP(ats_register(dev)) ?: PCI_ATS_MAX_QDEP;
}
EXPORT_SYMBOL_GPL(pci_ats_queue_depth);

int pci_ats_page_aligned(struct pci_dev *dev)
{
	return dev->ats_cap && ats_register(dev) & PCI_ATS_CAP_PAGE_ALIGNED;
}
EXPORT_SYMBOL_GPL(pci_ats_page_aligned);

/* ---- page requests ---------------------------------------------------- */

bool pci_pri_supported(struct pci_dev *pdev)
{
	return pdev->pri_cap;
}
EXPORT_SYMBOL_GPL(pci_pri_supported);

static void write_pri(struct pci_dev *pdev, u16 ctrl)
{
	pci_write_config_word(pdev, pdev->pri_cap + PCI_PRI_CTRL, ctrl);
}

int pci_enable_pri(struct pci_dev *pdev, u32 reqs)
{
	u16 status;
	u32 most;

	if (WARN_ON(pdev->pri_enabled))
		return -EBUSY;
	if (!pdev->pri_cap)
		return -EINVAL;
	/* Not stopped: what it asked for before is still under way. */
	pci_read_config_word(pdev, pdev->pri_cap + PCI_PRI_STATUS, &status);
	if (!(status & PCI_PRI_STATUS_STOPPED))
		return -EBUSY;
	pci_read_config_dword(pdev, pdev->pri_cap + PCI_PRI_MAX_REQ, &most);
	pdev->pri_reqs_alloc = min(most, reqs);
	pci_write_config_dword(pdev, pdev->pri_cap + PCI_PRI_ALLOC_REQ,
			       pdev->pri_reqs_alloc);
	write_pri(pdev, PCI_PRI_CTRL_ENABLE);
	pdev->pri_enabled = 1;
	return 0;
}
EXPORT_SYMBOL_GPL(pci_enable_pri);

void pci_disable_pri(struct pci_dev *pdev)
{
	if (WARN_ON(!pdev->pri_enabled))
		return;
	write_pri(pdev, 0);
	pdev->pri_enabled = 0;
}
EXPORT_SYMBOL_GPL(pci_disable_pri);

int pci_reset_pri(struct pci_dev *pdev)
{
	if (WARN_ON(pdev->pri_enabled))
		return -EBUSY;
	if (!pdev->pri_cap)
		return -EINVAL;
	write_pri(pdev, PCI_PRI_CTRL_RESET);
	return 0;
}
EXPORT_SYMBOL_GPL(pci_reset_pri);

int pci_prg_resp_pasid_required(struct pci_dev *pdev)
{
	return pdev->pasid_required;
}
EXPORT_SYMBOL_GPL(pci_prg_resp_pasid_required);

/* ---- PASIDs ----------------------------------------------------------- */

#define PASID_FEATURES (PCI_PASID_CAP_EXEC | PCI_PASID_CAP_PRIV)

static u16 pasid_register(struct pci_dev *pdev, unsigned int reg)
{
	u16 val;

	pci_read_config_word(pdev, pdev->pasid_cap + reg, &val);
	return val;
}

static void write_pasid(struct pci_dev *pdev, u16 ctrl)
{
	pci_write_config_word(pdev, pdev->pasid_cap + PCI_PASID_CTRL, ctrl);
}

int pci_pasid_features(struct pci_dev *pdev)
{
	if (!pdev->pasid_cap)
		return -EINVAL;
	return pasid_register(pdev, PCI_PASID_CAP) & PASID_FEATURES;
}
EXPORT_SYMBOL_GPL(pci_pasid_features);

int pci_max_pasids(struct pci_dev *pdev)
{
	if (!pdev->pasid_cap)
		return -EINVAL;
	return 1 << ((pasid_register(pdev, PCI_PASID_CAP) &
		      PCI_PASID_CAP_WIDTH) >>
		     8);
}
EXPORT_SYMBOL_GPL(pci_max_pasids);

int pci_pasid_status(struct pci_dev *pdev)
{
	if (!pdev->pasid_cap)
		return -EINVAL;
	return pasid_register(pdev, PCI_PASID_CTRL) &
	       (PCI_PASID_CTRL_ENABLE | PASID_FEATURES);
}
EXPORT_SYMBOL_GPL(pci_pasid_status);

int pci_enable_pasid(struct pci_dev *pdev, int features)
{
	if (WARN_ON(pdev->pasid_enabled))
		return -EBUSY;
	if (!pdev->pasid_cap || !pdev->eetlp_prefix_max ||
	    features & ~pci_pasid_features(pdev))
		return -EINVAL;
	pdev->pasid_features = features;
	write_pasid(pdev, PCI_PASID_CTRL_ENABLE | features);
	pdev->pasid_enabled = 1;
	return 0;
}
EXPORT_SYMBOL_GPL(pci_enable_pasid);

void pci_disable_pasid(struct pci_dev *pdev)
{
	if (WARN_ON(!pdev->pasid_enabled))
		return;
	write_pasid(pdev, 0);
	pdev->pasid_enabled = 0;
}
EXPORT_SYMBOL_GPL(pci_disable_pasid);

/* ---- after a reset ---------------------------------------------------- */

/** pci_ats_restore() - write back what was on. PASIDs come before ATS. */
void pci_ats_restore(struct pci_dev *pdev)
{
	if (pdev->pasid_enabled)
		write_pasid(pdev, PCI_PASID_CTRL_ENABLE | pdev->pasid_features);
	if (pdev->pri_enabled) {
		pci_write_config_dword(pdev, pdev->pri_cap + PCI_PRI_ALLOC_REQ,
				       pdev->pri_reqs_alloc);
		write_pri(pdev, PCI_PRI_CTRL_ENABLE);
	}
	if (pdev->ats_enabled)
		write_ats(pdev, PCI_ATS_CTRL_ENABLE);
}
