/* SPDX-License-Identifier: MIT */
/*
 * Which PCI devices cannot be kept from each other.
 * Models pci_device_group() of drivers/iommu/iommu.c, 6.17. Reduced: whether the
 * way up to the IOMMU isolates is not read from registers (access control
 * services) but said by the description of the machine, as a number that such
 * devices share.
 *
 * A device joins, in this order, the group of
 *
 *	1. a device whose requester id it uses, or that uses its own
 *	2. a device with the same number in the machine's description
 *	3. nobody: a new group
 *
 * Locks: none; probing is serialised.
 * Tests: tests/unit/iommu/test_groups.c
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/pci.h>

#include "iommu/group.h"
#include "pci/pci.h"

struct alias_search {
	struct pci_dev *pdev;
	struct iommu_group *group;
};

/* Does a device answer to @alias that is in a group? */
static int group_of_alias(struct pci_dev *pdev, u16 alias, void *data)
{
	struct alias_search *search = data;
	struct pci_dev *other;

	other = pci_get_domain_bus_and_slot(pci_domain_nr(pdev->bus),
					    PCI_BUS_NUM(alias), alias & 0xff);
	if (other && other != pdev)
		search->group = iommu_group_get(&other->dev);
	pci_dev_put(other);
	return search->group != NULL;
}

static bool not_isolated(struct pci_dev *a, struct pci_dev *b)
{
	unsigned int nr = pci_sim_firmware(a)->isolation_group;

	return pci_devs_are_dma_aliases(a, b) ||
	       (nr && nr == pci_sim_firmware(b)->isolation_group);
}

/**
 * pci_device_group() - the group that a PCI device belongs to
 * @dev: a PCI device in no group yet
 *
 * Context: may sleep.
 * Return: a group with a reference for @dev; ERR_PTR(-EINVAL) for other devices,
 * ERR_PTR(-ENOMEM).
 */
struct iommu_group *pci_device_group(struct device *dev)
{
	struct pci_dev *pdev, *other = NULL;
	struct alias_search search = {};

	if (WARN_ON(!dev_is_pci(dev)))
		return ERR_PTR(-EINVAL);
	pdev = to_pci_dev(dev);
	if (pci_for_each_dma_alias(pdev, group_of_alias, &search))
		return search.group;
	for_each_pci_dev(other) {
		if (other == pdev || !other->dev.iommu_group ||
		    !not_isolated(pdev, other))
			continue;
		search.group = iommu_group_get(&other->dev);
		pci_dev_put(other);
		return search.group;
	}
	return iommu_group_alloc();
}
EXPORT_SYMBOL_GPL(pci_device_group);
