/* SPDX-License-Identifier: MIT */
/*
 * Requester ids: under which names a function's requests may arrive.
 *
 * Models drivers/pci/search.c and quirks.c (DMA aliases), 6.17. Reduced: bridges
 * are PCI Express and pass ids on as they are.
 *
 * Locks: none; aliases are added before the function is in the device model.
 * Tests: tests/unit/iommu/test_groups.c
 */
#include <linux/pci.h>
#include <linux/bitmap.h>
#include <linux/export.h>
#include <linux/minmax.h>

#include "pci/core.h"

#define NR_DEVFNS 256

void pci_add_dma_alias(struct pci_dev *dev, u8 devfn_from,
		       unsigned int nr_devfns)
{
	nr_devfns = min(nr_devfns, NR_DEVFNS - (unsigned int)devfn_from);
	if (!dev->dma_alias_mask)
		dev->dma_alias_mask = bitmap_zalloc(NR_DEVFNS, GFP_KERNEL);
	if (!dev->dma_alias_mask) {
		pci_warn(dev, "no memory to note its DMA aliases\n");
		return;
	}
	bitmap_set(dev->dma_alias_mask, devfn_from, nr_devfns);
}
EXPORT_SYMBOL_GPL(pci_add_dma_alias);

static bool may_use(struct pci_dev *dev, struct pci_dev *other)
{
	return dev->bus == other->bus && dev->dma_alias_mask &&
	       test_bit(other->devfn, dev->dma_alias_mask);
}

/** pci_devs_are_dma_aliases() - can one's requests be taken for the other's? */
bool pci_devs_are_dma_aliases(struct pci_dev *dev1, struct pci_dev *dev2)
{
	return may_use(dev1, dev2) || may_use(dev2, dev1);
}
EXPORT_SYMBOL_GPL(pci_devs_are_dma_aliases);

int pci_for_each_dma_alias(struct pci_dev *pdev,
			   int (*fn)(struct pci_dev *pdev, u16 alias,
				     void *data),
			   void *data)
{
	unsigned int devfn;
	int ret;

	ret = fn(pdev, pci_dev_id(pdev), data);
	if (ret || !pdev->dma_alias_mask)
		return ret;
	for_each_set_bit(devfn, pdev->dma_alias_mask, NR_DEVFNS) {
		if (devfn == pdev->devfn)
			continue;
		ret = fn(pdev, PCI_DEVID(pdev->bus->number, devfn), data);
		if (ret)
			return ret;
	}
	return 0;
}
EXPORT_SYMBOL_GPL(pci_for_each_dma_alias);
