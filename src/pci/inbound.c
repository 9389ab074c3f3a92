/* SPDX-License-Identifier: MIT */
/*
 * Inbound windows of the host bridge: what of memory its devices reach, and at
 * which addresses. Firmware describes them as "dma-ranges".
 * Models the part of drivers/of/address.c and drivers/of/device.c that fills
 * dev->dma_range_map and dev->bus_dma_limit, 6.17. Linux does that when a driver
 * is bound, here it is done when the function is found, as everything that
 * firmware says.
 *
 * W1  bridge->dma_ranges is sorted by bus address and never changes.
 * W2  A function has all windows of its bridge as its map, or no map.
 * Locks: rescan lock, held by the callers.
 * Tests: tests/api/test_dma_ranges.c, tests/unit/pci/test_probe.c
 */
#include <linux/dma-direct.h>
#include <linux/errno.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include "pci/core.h"

/**
 * pci_inbound_add() - write the machine's windows down in @bridge
 *
 * Context: may sleep. Return: 0 or -ENOMEM; what was added goes with the bridge.
 */
int pci_inbound_add(struct pci_host_bridge *bridge)
{
	struct resource_entry *entry;
	u64 bus, phys, size;
	unsigned int nr;

	for (nr = 0; pci_hw_inbound(nr, &bus, &phys, &size); nr++) {
		entry = resource_list_create_entry(NULL, 0);
		if (!entry)
			return -ENOMEM;
		entry->res->name = "inbound window";
		entry->res->start = phys;
		entry->res->end = phys + size - 1;
		entry->res->flags = IORESOURCE_MEM;
		entry->offset = phys - bus;
		resource_list_add_tail(entry, &bridge->dma_ranges);
	}
	return 0;
}

/**
 * pci_inbound_apply() - let @dev see memory through the windows of @bridge
 *
 * Context: may sleep, before anything is mapped. Return: 0 or -ENOMEM.
 */
int pci_inbound_apply(struct device *dev, struct pci_host_bridge *bridge)
{
	size_t nr = list_count_nodes(&bridge->dma_ranges);
	struct resource_entry *window;
	struct bus_dma_region *map;

	if (!nr)
		return 0;
	/* The last entry, of size 0, ends the map. */
	map = kcalloc(nr + 1, sizeof(*map), GFP_KERNEL);
	if (!map)
		return -ENOMEM;
	dev->dma_range_map = map;
	resource_list_for_each_entry(window, &bridge->dma_ranges) *map++ =
		(struct bus_dma_region){
			.cpu_start = window->res->start,
			.dma_start = window->res->start - window->offset,
			.size = resource_size(window->res),
		};
	dev->bus_dma_limit = dma_range_map_max(dev->dma_range_map);
	return 0;
}
