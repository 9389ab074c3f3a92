/* SPDX-License-Identifier: MIT */
/*
 * Access control services: may two functions reach each other unseen by the
 * root?
 *
 * Models the ACS part of drivers/pci/pci.c, 6.17. Reduced: no vendor quirks,
 * no boot parameters.
 *
 * A1  Control registers are touched only if an IOMMU driver asked for it before
 *     the device was scanned.
 * Tests: tests/unit/pci/test_config.c
 */
#include <linux/pci.h>
#include <linux/export.h>

#include "pci/core.h"

static bool acs_wanted;

/** pci_request_acs() - have ACS enabled on devices scanned from now on. */
void pci_request_acs(void)
{
	acs_wanted = true;
}
EXPORT_SYMBOL_GPL(pci_request_acs);

/** pci_acs_boot() - nobody has asked yet. */
void pci_acs_boot(void)
{
	acs_wanted = false;
}

/** pci_acs_init() - find the capability of a new device, enable if wanted. */
void pci_acs_init(struct pci_dev *pdev)
{
	const u16 isolate = PCI_ACS_SV | PCI_ACS_RR | PCI_ACS_CR | PCI_ACS_UF;
	u16 ctrl;

	pdev->acs_cap = pci_find_ext_capability(pdev, PCI_EXT_CAP_ID_ACS);
	if (!pdev->acs_cap)
		return;
	pci_read_config_word(pdev, pdev->acs_cap + PCI_ACS_CAP,
			     &pdev->acs_capabilities);
	if (!acs_wanted)
		return;
	pci_read_config_word(pdev, pdev->acs_cap + PCI_ACS_CTRL, &ctrl);
	ctrl |= pdev->acs_capabilities & isolate;
	if (pdev->external_facing || pdev->untrusted)
		ctrl |= pdev->acs_capabilities & PCI_ACS_TB;
	pci_write_config_word(pdev, pdev->acs_cap + PCI_ACS_CTRL, ctrl);
}

static bool registers_say(struct pci_dev *pdev, u16 flags)
{
	u16 ctrl;

	if (!pdev->acs_cap)
		return false;
	/* What a function need not implement counts as given, except EC. */
	flags &= pdev->acs_capabilities | PCI_ACS_EC;
	pci_read_config_word(pdev, pdev->acs_cap + PCI_ACS_CTRL, &ctrl);
	return !(flags & ~ctrl);
}

/**
 * pci_acs_enabled() - does @pdev enforce all of @acs_flags?
 * @acs_flags: PCI_ACS_*
 */
bool pci_acs_enabled(struct pci_dev *pdev, u16 acs_flags)
{
	if (!pci_is_pcie(pdev))
		return false;
	switch (pci_pcie_type(pdev)) {
	case PCI_EXP_TYPE_ROOT_PORT:
	case PCI_EXP_TYPE_DOWNSTREAM:
		return registers_say(pdev, acs_flags);
	case PCI_EXP_TYPE_ENDPOINT:
	case PCI_EXP_TYPE_LEG_END:
	case PCI_EXP_TYPE_RC_END:
	case PCI_EXP_TYPE_UPSTREAM:
		/* A single function has nobody to talk to below the link. */
		return !pdev->multifunction || registers_say(pdev, acs_flags);
	default:
		return false;
	}
}
EXPORT_SYMBOL_GPL(pci_acs_enabled);

/**
 * pci_acs_path_enabled() - pci_acs_enabled() for all from @start up to @end
 * @end: NULL for the whole way to the root
 */
bool pci_acs_path_enabled(struct pci_dev *start, struct pci_dev *end,
			  u16 acs_flags)
{
	struct pci_dev *at;

	for (at = start; at; at = at->bus->self) {
		if (!pci_acs_enabled(at, acs_flags))
			return false;
		if (at == end)
			return true;
		if (pci_is_root_bus(at->bus))
			break;
	}
	return !end;
}
EXPORT_SYMBOL_GPL(pci_acs_path_enabled);
