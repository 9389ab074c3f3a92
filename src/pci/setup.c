/* SPDX-License-Identifier: MIT */
/*
 * Addresses: windows for bridges, then BARs inside the windows.
 *
 * Models drivers/pci/setup-{bus,res}.c, 6.17. Reduced: windows are not sized by
 * what lies below. Each bridge gets an equal share of the largest free range of
 * its bus, because functions are plugged in later; BARs are placed first fit,
 * large ones first.
 *
 *   bus window  |  BARs on this bus | bridge 1 share | bridge 2 share |
 *
 * W1  A BAR is aligned to its size and lies in the window of every bridge
 *     above it.
 * W2  What found no room keeps IORESOURCE_UNSET and is in no tree; its register
 *     holds 0.
 * Locks: the rescan lock (boot.c).
 * Tests: tests/unit/pci/test_probe.c
 */
#include <linux/pci.h>
#include <linux/align.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/sizes.h>

#include "pci/core.h"

#define BELOW_4G 0xffffffffull
#define MAX_WINDOWS 8

/* Windows of @bus for a resource of this kind, best first. */
static unsigned int windows_for(struct pci_bus *bus, unsigned long flags,
				struct resource **out)
{
	bool wide = flags & IORESOURCE_MEM_64;
	bool pref = flags & IORESOURCE_PREFETCH;
	struct resource_entry *entry;
	unsigned int nr = 0;
	int pass;

	if (!pci_is_root_bus(bus)) {
		struct resource *mem = bus->resource[1];
		struct resource *pmem = bus->resource[2];

		if (pref && pmem->parent && (wide || pmem->end <= BELOW_4G))
			out[nr++] = pmem;
		if (mem->parent)
			out[nr++] = mem;
		return nr;
	}
	/* High windows first for what may go there without hurting. */
	for (pass = 0; pass < 2; pass++) {
		resource_list_for_each_entry(entry, &pci_the_bridge->windows)
		{
			bool high = entry->res->end > BELOW_4G;

			if (high != (pass == !(wide && pref)) ||
			    (high && !wide) || nr == MAX_WINDOWS)
				continue;
			out[nr++] = entry->res;
		}
	}
	return nr;
}

static bool take_room(struct pci_bus *bus, struct resource *res)
{
	resource_size_t size = resource_size(res);
	resource_size_t last = ~(resource_size_t)0;
	struct resource *window[MAX_WINDOWS];
	unsigned int i, nr;

	if (!(res->flags & IORESOURCE_MEM_64))
		last = BELOW_4G;
	nr = windows_for(bus, res->flags, window);
	for (i = 0; i < nr; i++) {
		/* Kept for W2: a failed attempt leaves the size readable. */
		if (!allocate_resource(window[i], res, size, window[i]->start,
				       last, size, NULL, NULL)) {
			res->flags &= ~IORESOURCE_UNSET;
			return true;
		}
	}
	return false;
}

static void write_bar(struct pci_dev *pdev, unsigned int bar)
{
	struct resource *res = &pdev->resource[bar];
	int reg = PCI_BASE_ADDRESS_0 + 4 * bar;
	struct pci_bus_region region = {};

	if (!(res->flags & IORESOURCE_UNSET))
		pcibios_resource_to_bus(pdev->bus, &region, res);
	pci_write_config_dword(pdev, reg,
			       (u32)region.start | (res->flags & 0xf));
	if (res->flags & IORESOURCE_MEM_64)
		pci_write_config_dword(pdev, reg + 4, region.start >> 32);
}

/* The largest BAR that has no place and was not tried in this round. */
static int largest_unset(struct pci_dev *pdev, unsigned int tried)
{
	resource_size_t best = 0;
	int bar, found = -1;

	for (bar = 0; bar < PCI_STD_NUM_BARS; bar++) {
		struct resource *res = &pdev->resource[bar];

		if (tried & 1u << bar || !(res->flags & IORESOURCE_UNSET) ||
		    resource_size(res) <= best)
			continue;
		best = resource_size(res);
		found = bar;
	}
	return found;
}

/** pci_assign_device() - place and program every BAR that has no address. */
void pci_assign_device(struct pci_dev *pdev)
{
	unsigned int tried = 0;
	int bar;

	while ((bar = largest_unset(pdev, tried)) >= 0) {
		struct resource *res = &pdev->resource[bar];

		tried |= 1u << bar;
		if (take_room(pdev->bus, res))
			pci_info(pdev, "BAR %d: assigned %pR\n", bar, res);
		else
			pci_err(pdev, "BAR %d: no room for %#llx bytes\n", bar,
				(u64)resource_size(res));
		write_bar(pdev, bar);
	}
}

/* ---- bridge windows --------------------------------------------------- */

static void write_windows(struct pci_dev *bridge)
{
	struct resource *mem = &bridge->resource[PCI_BRIDGE_MEM_WINDOW];
	struct resource *pref = &bridge->resource[PCI_BRIDGE_PREF_MEM_WINDOW];
	struct pci_bus_region region;
	u32 packed = 0x0000fff0; /* base above limit: closed */

	if (mem->parent) {
		pcibios_resource_to_bus(bridge->bus, &region, mem);
		packed = (region.start >> 16 & 0xfff0) |
			 (region.end & 0xfff00000);
	}
	pci_write_config_dword(bridge, PCI_MEMORY_BASE, packed);

	packed = 0x0000fff0;
	region = (struct pci_bus_region){};
	if (pref->parent) {
		pcibios_resource_to_bus(bridge->bus, &region, pref);
		packed = (region.start >> 16 & 0xfff0) |
			 (region.end & 0xfff00000);
	}
	pci_write_config_dword(bridge, PCI_PREF_MEMORY_BASE, packed);
	pci_write_config_dword(bridge, PCI_PREF_BASE_UPPER32,
			       region.start >> 32);
	pci_write_config_dword(bridge, PCI_PREF_LIMIT_UPPER32,
			       region.end >> 32);
}

/* Give @bridge 1/@share of the largest gap that suits its window @index. */
static void share_window(struct pci_dev *bridge, int index, unsigned int share)
{
	struct resource *res = &bridge->resource[index];
	struct resource *window[MAX_WINDOWS], *home = NULL;
	struct resource best = {}, gap = {};
	resource_size_t size = 0, room;
	unsigned int i, nr;

	res->name = bridge->subordinate->name;
	res->flags = IORESOURCE_MEM | IORESOURCE_WINDOW;
	if (index == PCI_BRIDGE_PREF_MEM_WINDOW)
		res->flags |= IORESOURCE_PREFETCH | IORESOURCE_MEM_64;
	nr = windows_for(bridge->bus, res->flags, window);
	for (i = 0; i < nr; i++) {
		/* On a root bus prefetchable memory is what lies high. */
		if (pci_is_root_bus(bridge->bus) &&
		    (window[i]->end > BELOW_4G) !=
			    !!(res->flags & IORESOURCE_PREFETCH))
			continue;
		if (!resource_largest_gap(window[i], &gap))
			continue;
		gap.start = ALIGN(gap.start, SZ_1M);
		room = ALIGN_DOWN(gap.end + 1, SZ_1M);
		if (room <= gap.start || room - gap.start <= size)
			continue;
		size = room - gap.start;
		best = gap;
		home = window[i];
	}
	size = ALIGN_DOWN(size / share, SZ_1M);
	if (home && size) {
		res->start = best.start;
		res->end = best.start + size - 1;
		if (!request_resource(home, res)) {
			pci_info(bridge, "window %pR\n", res);
			return;
		}
	}
	res->start = 0;
	res->end = 0;
	res->flags = 0;
}

static bool wants_windows(struct pci_dev *pdev)
{
	return pdev->subordinate &&
	       !pdev->resource[PCI_BRIDGE_MEM_WINDOW].parent &&
	       !pdev->resource[PCI_BRIDGE_PREF_MEM_WINDOW].parent;
}

/** pci_assign_bus() - place everything on @bus and below that has no place. */
void pci_assign_bus(struct pci_bus *bus)
{
	unsigned int share = 0;
	struct pci_dev *pdev;

	list_for_each_entry(pdev, &bus->devices, bus_list) {
		pci_assign_device(pdev);
		share += wants_windows(pdev);
	}
	list_for_each_entry(pdev, &bus->devices, bus_list) {
		if (!wants_windows(pdev))
			continue;
		share_window(pdev, PCI_BRIDGE_MEM_WINDOW, share);
		share_window(pdev, PCI_BRIDGE_PREF_MEM_WINDOW, share);
		write_windows(pdev);
		share--;
	}
	list_for_each_entry(pdev, &bus->devices, bus_list)
		if (pdev->subordinate)
			pci_assign_bus(pdev->subordinate);
}

/** pci_release_bars() - give back all ranges of a function or bridge. */
void pci_release_bars(struct pci_dev *pdev)
{
	int i;

	for (i = 0; i < PCI_NUM_RESOURCES; i++)
		if (pdev->resource[i].parent)
			release_resource(&pdev->resource[i]);
}
