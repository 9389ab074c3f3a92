/* SPDX-License-Identifier: MIT */
/*
 * Peer-to-peer: pages for a BAR, and how another device reaches them.
 * Models drivers/pci/p2pdma.c, 6.17. Reduced: no allocator, no distances, no
 * search for providers; a machine with one root port needs one rule.
 *
 *	client is no PCI device			NOT_SUPPORTED
 *	else what the machine does with		BUS_ADDR: straight there,
 *	requests to peers, pci_hw_peer_path()	THRU_HOST_BRIDGE, or
 *						NOT_SUPPORTED
 *
 *	bus address = physical address + bus_off of the BAR
 *
 * Departure from 6.17: size and offset that wrap are refused.
 *
 * I1  Pages of a BAR exist from add_resource until the device's managed
 *     resources are released.
 * I2  Who finds the page of a provider finds its pagemap, too: it goes after the
 *     pages.
 * Locks: none; add_resource is serialised by the device's driver.
 * Tests: tests/api/test_p2p.c
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/memremap.h>
#include <linux/overflow.h>
#include <linux/pci-p2pdma.h>
#include <linux/slab.h>
#include <trace/events/dmasim.h>

#include "pci/core.h"

/**
 * struct p2pdma_pagemap - pages of a part of a BAR
 * @bus_off: bus address - physical address, modulo 2^64
 * @pgmap: last, its ranges have no fixed number
 */
struct p2pdma_pagemap {
	u64 bus_off;
	struct dev_pagemap pgmap;
};

/* Nobody is given a reference to such a page yet. */
static void p2pdma_page_free(struct page *page)
{
	WARN_ON_ONCE(1);
}

static const struct dev_pagemap_ops p2pdma_pgmap_ops = {
	.page_free = p2pdma_page_free,
};

/**
 * pci_p2pdma_add_resource() - let other devices use a BAR as memory
 * @pdev: the provider
 * @bar: a memory BAR
 * @size: bytes, 0: up to its end; a multiple of 2 MiB
 * @offset: where in the BAR, a multiple of 2 MiB
 *
 * The pages are found by physical address. They go with the managed resources
 * of the device.
 *
 * Context: process.
 * Return: 0; -EINVAL for a BAR that is not memory or a part that it does not
 * have; -ENOMEM; what memremap_pages() says.
 */
int pci_p2pdma_add_resource(struct pci_dev *pdev, int bar, size_t size,
			    u64 offset)
{
	struct p2pdma_pagemap *map;
	u64 start, end;
	void *addr;

	if (!(pci_resource_flags(pdev, bar) & IORESOURCE_MEM))
		return -EINVAL;
	if (offset >= pci_resource_len(pdev, bar))
		return -EINVAL;
	if (!size)
		size = pci_resource_len(pdev, bar) - offset;
	if (check_add_overflow(offset, (u64)size, &end) ||
	    end > pci_resource_len(pdev, bar))
		return -EINVAL;

	map = devm_kzalloc(&pdev->dev, sizeof(*map), GFP_KERNEL);
	if (!map)
		return -ENOMEM;
	start = pci_resource_start(pdev, bar);
	map->bus_off = pci_bus_address(pdev, bar) - start;
	map->pgmap.type = MEMORY_DEVICE_PCI_P2PDMA;
	map->pgmap.ops = &p2pdma_pgmap_ops;
	map->pgmap.nr_range = 1;
	map->pgmap.range.start = start + offset;
	map->pgmap.range.end = start + end - 1;
	addr = devm_memremap_pages(&pdev->dev, &map->pgmap);
	if (IS_ERR(addr)) {
		devm_kfree(&pdev->dev, map);
		return PTR_ERR(addr);
	}
	pci_info(pdev, "peer-to-peer memory 0x%llx..0x%llx\n",
		 map->pgmap.range.start, map->pgmap.range.end);
	return 0;
}
EXPORT_SYMBOL_GPL(pci_p2pdma_add_resource);

static const char *const map_names[] = {
	[PCI_P2PDMA_MAP_UNKNOWN] = "unknown",
	[PCI_P2PDMA_MAP_NONE] = "none",
	[PCI_P2PDMA_MAP_NOT_SUPPORTED] = "not supported",
	[PCI_P2PDMA_MAP_BUS_ADDR] = "by bus address",
	[PCI_P2PDMA_MAP_THRU_HOST_BRIDGE] = "through the host bridge",
};

/** __pci_p2pdma_update_state() - pci_p2pdma_state() met another provider. */
void __pci_p2pdma_update_state(struct pci_p2pdma_map_state *state,
			       struct device *dev, struct page *page)
{
	state->pgmap = page_pgmap(page);
	state->bus_off =
		container_of(state->pgmap, struct p2pdma_pagemap, pgmap)
			->bus_off;
	state->map = dev_is_pci(dev) ? pci_hw_peer_path() :
				       PCI_P2PDMA_MAP_NOT_SUPPORTED;
	trace_p2pdma_map_type(dev, page_to_phys(page), map_names[state->map]);
}
EXPORT_SYMBOL_GPL(__pci_p2pdma_update_state);

/* ---- managed pages (here because src/mm knows no devices) ------------------- */

static void release_pages(void *pgmap)
{
	memunmap_pages(pgmap);
}

/**
 * devm_memremap_pages() - memremap_pages() that ends with @dev
 *
 * Context: may sleep. Return: as memremap_pages(), or -ENOMEM.
 */
void *devm_memremap_pages(struct device *dev, struct dev_pagemap *pgmap)
{
	void *addr = memremap_pages(pgmap, dev_to_node(dev));
	int ret;

	if (IS_ERR(addr))
		return addr;
	ret = devm_add_action_or_reset(dev, release_pages, pgmap);
	return ret ? ERR_PTR(ret) : addr;
}
EXPORT_SYMBOL_GPL(devm_memremap_pages);

/** devm_memunmap_pages() - before its time. Context: may sleep. */
void devm_memunmap_pages(struct device *dev, struct dev_pagemap *pgmap)
{
	devm_release_action(dev, release_pages, pgmap);
}
EXPORT_SYMBOL_GPL(devm_memunmap_pages);
