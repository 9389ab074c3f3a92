/* SPDX-License-Identifier: MIT */
/*
 * Finding buses and devices, and translating between CPU and bus addresses.
 *
 * Models drivers/pci/{search,host-bridge,bus}.c, 6.17.
 *
 * F1  Devices are found in the order of their registration.
 * F2  bus address = CPU address - offset of the host bridge window that
 *     contains it; without a window the two are equal.
 * Tests: tests/unit/pci/test_probe.c
 */
#include <linux/pci.h>
#include <linux/export.h>

#include "pci/core.h"

/**
 * pci_dev_get() - take a reference; NULL stays NULL
 */
struct pci_dev *pci_dev_get(struct pci_dev *dev)
{
	if (dev)
		get_device(&dev->dev);
	return dev;
}
EXPORT_SYMBOL(pci_dev_get);

/** pci_dev_put() - drop a reference; NULL is fine. */
void pci_dev_put(struct pci_dev *dev)
{
	if (dev)
		put_device(&dev->dev);
}
EXPORT_SYMBOL(pci_dev_put);

/* What a search looks for; PCI_ANY_ID matches all. */
struct pci_wanted {
	u32 vendor, device;
	u32 class;
	int domain;
	unsigned int bus, devfn;
};

static int match_ids(struct device *dev, const void *data)
{
	const struct pci_wanted *want = data;
	struct pci_dev *pdev = to_pci_dev(dev);

	return (want->vendor == PCI_ANY_ID || want->vendor == pdev->vendor) &&
	       (want->device == PCI_ANY_ID || want->device == pdev->device);
}

static int match_class(struct device *dev, const void *data)
{
	const struct pci_wanted *want = data;

	return to_pci_dev(dev)->class == want->class;
}

static int match_address(struct device *dev, const void *data)
{
	const struct pci_wanted *want = data;
	struct pci_dev *pdev = to_pci_dev(dev);

	return pci_domain_nr(pdev->bus) == want->domain &&
	       pdev->bus->number == want->bus && pdev->devfn == want->devfn;
}

static struct pci_dev *find_from(struct pci_dev *from,
				 const struct pci_wanted *want,
				 device_match_t match)
{
	struct device *dev;

	dev = bus_find_device(&pci_bus_type, from ? &from->dev : NULL, want,
			      match);
	pci_dev_put(from);
	return dev ? to_pci_dev(dev) : NULL;
}

/**
 * pci_get_device() - the next device with these ids
 * @from: where to go on, its reference is dropped; NULL for the start
 *
 * Context: may sleep. Return: a referenced device, or NULL.
 */
struct pci_dev *pci_get_device(unsigned int vendor, unsigned int device,
			       struct pci_dev *from)
{
	struct pci_wanted want = { .vendor = vendor, .device = device };

	return find_from(from, &want, match_ids);
}
EXPORT_SYMBOL(pci_get_device);

/** pci_get_class() - the same by 24-bit class code. */
struct pci_dev *pci_get_class(unsigned int class, struct pci_dev *from)
{
	struct pci_wanted want = { .class = class };

	return find_from(from, &want, match_class);
}
EXPORT_SYMBOL(pci_get_class);

/**
 * pci_get_domain_bus_and_slot() - the device at an address
 *
 * Return: a referenced device, or NULL.
 */
struct pci_dev *pci_get_domain_bus_and_slot(int domain, unsigned int bus,
					    unsigned int devfn)
{
	struct pci_wanted want = { .domain = domain,
				   .bus = bus,
				   .devfn = devfn };

	return find_from(NULL, &want, match_address);
}
EXPORT_SYMBOL(pci_get_domain_bus_and_slot);

/** pci_get_slot() - the device at @devfn of @bus, referenced, or NULL. */
struct pci_dev *pci_get_slot(struct pci_bus *bus, unsigned int devfn)
{
	return pci_get_domain_bus_and_slot(pci_domain_nr(bus), bus->number,
					   devfn);
}
EXPORT_SYMBOL(pci_get_slot);

/** pci_dev_present() - 1 if a device is there that table @ids names, else 0. */
int pci_dev_present(const struct pci_device_id *ids)
{
	struct pci_dev *pdev = NULL;

	for_each_pci_dev(pdev) {
		if (pci_match_id(ids, pdev)) {
			pci_dev_put(pdev);
			return 1;
		}
	}
	return 0;
}
EXPORT_SYMBOL(pci_dev_present);

/* ---- buses ------------------------------------------------------------ */

/**
 * pci_find_host_bridge() - the bridge above the root bus of @bus
 */
struct pci_host_bridge *pci_find_host_bridge(struct pci_bus *bus)
{
	while (bus->parent)
		bus = bus->parent;
	return to_pci_host_bridge(bus->bridge);
}
EXPORT_SYMBOL_GPL(pci_find_host_bridge);

static struct pci_bus *search_below(struct pci_bus *bus, int busnr)
{
	struct pci_bus *child, *found;

	if (bus->number == busnr)
		return bus;
	list_for_each_entry(child, &bus->children, node) {
		found = search_below(child, busnr);
		if (found)
			return found;
	}
	return NULL;
}

/** pci_find_bus() - the bus of this number, NULL if unknown. */
struct pci_bus *pci_find_bus(int domain, int busnr)
{
	if (!pci_the_bridge || domain != pci_the_bridge->domain_nr)
		return NULL;
	return search_below(pci_the_bridge->bus, busnr);
}
EXPORT_SYMBOL(pci_find_bus);

/** pci_find_next_bus() - iterate over root buses: there is one. */
struct pci_bus *pci_find_next_bus(const struct pci_bus *from)
{
	return from || !pci_the_bridge ? NULL : pci_the_bridge->bus;
}
EXPORT_SYMBOL(pci_find_next_bus);

static int walk_below(struct pci_bus *bus, int (*cb)(struct pci_dev *, void *),
		      void *userdata)
{
	struct pci_dev *pdev;
	int ret;

	list_for_each_entry(pdev, &bus->devices, bus_list) {
		ret = cb(pdev, userdata);
		if (!ret && pdev->subordinate)
			ret = walk_below(pdev->subordinate, cb, userdata);
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * pci_walk_bus() - call @cb for every device below @top until non-zero
 *
 * @cb must not add or remove devices. Context: that of @cb.
 */
void pci_walk_bus(struct pci_bus *top, int (*cb)(struct pci_dev *, void *),
		  void *userdata)
{
	walk_below(top, cb, userdata);
}
EXPORT_SYMBOL_GPL(pci_walk_bus);

/** pcie_find_root_port() - the nearest root port at or above @dev, or NULL. */
struct pci_dev *pcie_find_root_port(struct pci_dev *dev)
{
	for (; dev; dev = pci_upstream_bridge(dev))
		if (pci_is_pcie(dev) &&
		    pci_pcie_type(dev) == PCI_EXP_TYPE_ROOT_PORT)
			return dev;
	return NULL;
}
EXPORT_SYMBOL(pcie_find_root_port);

/* ---- addresses -------------------------------------------------------- */

/*
 * CPU address - bus address of the window that holds [@first, @last]: CPU
 * addresses, or bus addresses if @from_bus.
 */
static u64 window_offset(struct pci_bus *bus, unsigned long type, u64 first,
			 u64 last, bool from_bus)
{
	struct resource_entry *entry;

	resource_list_for_each_entry(entry, &pci_find_host_bridge(bus)->windows)
	{
		u64 shift = from_bus ? entry->offset : 0;

		if (resource_type(entry->res) == type &&
		    first >= entry->res->start - shift &&
		    last <= entry->res->end - shift)
			return entry->offset;
	}
	return 0;
}

/**
 * pcibios_resource_to_bus() - bus addresses of a CPU range
 * @region: result
 */
void pcibios_resource_to_bus(struct pci_bus *bus, struct pci_bus_region *region,
			     struct resource *res)
{
	u64 shift = 0;

	if (!(res->flags & IORESOURCE_UNSET))
		shift = window_offset(bus, resource_type(res), res->start,
				      res->end, false);
	*region =
		(struct pci_bus_region){ res->start - shift, res->end - shift };
}
EXPORT_SYMBOL(pcibios_resource_to_bus);

/**
 * pcibios_bus_to_resource() - CPU range of bus addresses
 * @res: flags select the windows looked at; start and end are the result
 */
void pcibios_bus_to_resource(struct pci_bus *bus, struct resource *res,
			     struct pci_bus_region *region)
{
	u64 shift = window_offset(bus, resource_type(res), region->start,
				  region->end, true);

	res->start = region->start + shift;
	res->end = region->end + shift;
}
EXPORT_SYMBOL(pcibios_bus_to_resource);
