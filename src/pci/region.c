/* SPDX-License-Identifier: MIT */
/*
 * BARs for drivers: claiming and mapping them.
 *
 * Models the region part of drivers/pci/{pci,iomap,devres}.c, 6.17.
 *
 * G1  pci_request_*() is all or nothing.
 * Tests: tests/unit/pci/test_driver.c
 */
#include <linux/pci.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/io.h>

#include "pci/core.h"

#define ALL_BARS ((1 << PCI_STD_NUM_BARS) - 1)

/** pci_select_bars() - bit mask of the BARs with one of @flags. */
int pci_select_bars(struct pci_dev *dev, unsigned long flags)
{
	int bar, mask = 0;

	for (bar = 0; bar < PCI_NUM_RESOURCES; bar++)
		if (dev->resource[bar].flags & flags)
			mask |= 1 << bar;
	return mask;
}
EXPORT_SYMBOL(pci_select_bars);

static int claim_bar(struct pci_dev *pdev, int bar, const char *name, int flags)
{
	struct resource *res = &pdev->resource[bar];

	if (!pci_resource_len(pdev, bar) || !(res->flags & IORESOURCE_MEM))
		return 0;
	if (__request_region(&iomem_resource, res->start, resource_size(res),
			     name, flags))
		return 0;
	pci_warn(pdev, "BAR %d: cannot have %pR, it is taken\n", bar, res);
	return -EBUSY;
}

/**
 * pci_request_region() - claim one BAR
 *
 * Context: may sleep. Return: 0, also for an empty BAR; -EBUSY.
 */
int pci_request_region(struct pci_dev *pdev, int bar, const char *name)
{
	return claim_bar(pdev, bar, name, 0);
}
EXPORT_SYMBOL(pci_request_region);

/** pci_release_region() - give one BAR back. */
void pci_release_region(struct pci_dev *pdev, int bar)
{
	struct resource *res = &pdev->resource[bar];

	if (pci_resource_len(pdev, bar) && res->flags & IORESOURCE_MEM)
		release_mem_region(res->start, resource_size(res));
}
EXPORT_SYMBOL(pci_release_region);

/** pci_release_selected_regions() - give back the BARs in mask @bars. */
void pci_release_selected_regions(struct pci_dev *pdev, int bars)
{
	int bar;

	for (bar = 0; bar < PCI_STD_NUM_BARS; bar++)
		if (bars & 1 << bar)
			pci_release_region(pdev, bar);
}
EXPORT_SYMBOL(pci_release_selected_regions);

static int claim_bars(struct pci_dev *pdev, int bars, const char *name,
		      int flags)
{
	int bar;

	for (bar = 0; bar < PCI_STD_NUM_BARS; bar++) {
		if (!(bars & 1 << bar))
			continue;
		if (claim_bar(pdev, bar, name, flags)) {
			pci_release_selected_regions(pdev,
						     bars & ((1 << bar) - 1));
			return -EBUSY;
		}
	}
	return 0;
}

/**
 * pci_request_selected_regions() - claim the BARs in mask @bars
 *
 * Context: may sleep. Return: 0; -EBUSY with none of them claimed.
 */
int pci_request_selected_regions(struct pci_dev *pdev, int bars,
				 const char *name)
{
	return claim_bars(pdev, bars, name, 0);
}
EXPORT_SYMBOL(pci_request_selected_regions);

/** pci_request_selected_regions_exclusive() - nor may user space map them. */
int pci_request_selected_regions_exclusive(struct pci_dev *pdev, int bars,
					   const char *name)
{
	return claim_bars(pdev, bars, name, IORESOURCE_EXCLUSIVE);
}
EXPORT_SYMBOL(pci_request_selected_regions_exclusive);

/** pci_request_regions() - claim all BARs; 0 or -EBUSY. */
int pci_request_regions(struct pci_dev *pdev, const char *name)
{
	return claim_bars(pdev, ALL_BARS, name, 0);
}
EXPORT_SYMBOL(pci_request_regions);

/** pci_request_regions_exclusive() - claim all BARs, exclusively. */
int pci_request_regions_exclusive(struct pci_dev *pdev, const char *name)
{
	return claim_bars(pdev, ALL_BARS, name, IORESOURCE_EXCLUSIVE);
}
EXPORT_SYMBOL(pci_request_regions_exclusive);

/** pci_release_regions() - give all BARs back. */
void pci_release_regions(struct pci_dev *pdev)
{
	pci_release_selected_regions(pdev, ALL_BARS);
}
EXPORT_SYMBOL(pci_release_regions);

/* ---- mapping ---------------------------------------------------------- */

/**
 * pci_iomap_range() - map part of a BAR
 * @offset: first byte
 * @maxlen: at most so many bytes; 0: to the end
 *
 * Context: may sleep. Return: the mapping; NULL for an empty BAR, an offset
 * behind its end, or no memory.
 */
void __iomem *pci_iomap_range(struct pci_dev *dev, int bar,
			      unsigned long offset, unsigned long maxlen)
{
	struct resource *res = &dev->resource[bar];
	resource_size_t len = pci_resource_len(dev, bar);

	if (!res->parent || !(res->flags & IORESOURCE_MEM) || len <= offset)
		return NULL;
	len -= offset;
	if (maxlen && len > maxlen)
		len = maxlen;
	return ioremap(res->start + offset, len);
}
EXPORT_SYMBOL(pci_iomap_range);

/** pci_iomap() - map a BAR from its start; as pci_iomap_range(). */
void __iomem *pci_iomap(struct pci_dev *dev, int bar, unsigned long max)
{
	return pci_iomap_range(dev, bar, 0, max);
}
EXPORT_SYMBOL(pci_iomap);

/** pci_iounmap() - end of pci_iomap(). */
void pci_iounmap(struct pci_dev *dev, void __iomem *addr)
{
	iounmap(addr);
}
EXPORT_SYMBOL(pci_iounmap);

/**
 * pci_ioremap_bar() - map a whole memory BAR
 *
 * Return: the mapping; NULL with a message if the BAR has no address.
 */
void __iomem *pci_ioremap_bar(struct pci_dev *pdev, int bar)
{
	struct resource *res = &pdev->resource[bar];

	if (res->flags & IORESOURCE_UNSET || !(res->flags & IORESOURCE_MEM)) {
		pci_err(pdev, "can't ioremap BAR %d: %pR\n", bar, res);
		return NULL;
	}
	return pci_iomap_range(pdev, bar, 0, 0);
}
EXPORT_SYMBOL_GPL(pci_ioremap_bar);

/** pcim_iomap() - pci_iomap() undone when the driver goes. */
void __iomem *pcim_iomap(struct pci_dev *pdev, int bar, unsigned long maxlen)
{
	resource_size_t len = pci_resource_len(pdev, bar);

	if (!pdev->resource[bar].parent || !len)
		return NULL;
	if (maxlen && len > maxlen)
		len = maxlen;
	return devm_ioremap(&pdev->dev, pci_resource_start(pdev, bar), len);
}
EXPORT_SYMBOL(pcim_iomap);

/**
 * pcim_iomap_region() - claim and map a BAR, both managed
 *
 * Return: the mapping; ERR_PTR of -EINVAL for an empty BAR, -EBUSY, -ENOMEM.
 */
void __iomem *pcim_iomap_region(struct pci_dev *pdev, int bar, const char *name)
{
	resource_size_t len = pci_resource_len(pdev, bar);
	resource_size_t start = pci_resource_start(pdev, bar);
	void __iomem *addr;

	if (!pdev->resource[bar].parent || !len)
		return IOMEM_ERR_PTR(-EINVAL);
	if (!devm_request_mem_region(&pdev->dev, start, len, name))
		return IOMEM_ERR_PTR(-EBUSY);
	addr = devm_ioremap(&pdev->dev, start, len);
	if (addr)
		return addr;
	devm_release_mem_region(&pdev->dev, start, len);
	return IOMEM_ERR_PTR(-ENOMEM);
}
EXPORT_SYMBOL(pcim_iomap_region);
