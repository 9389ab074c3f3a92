/* SPDX-License-Identifier: MIT */
/*
 * Enumeration: from configuration space to struct pci_dev.
 *
 * Models drivers/pci/probe.c, 6.17. Reduced: no hotplug slots, no virtual
 * functions, no I/O windows, no option ROM; firmware's addresses are ignored.
 *
 * Depth first: a function's header, its BARs by writing ones, its capabilities,
 * then, for a bridge, the bus behind it, which gets the next free number.
 *
 * P1  A bus's device list ascends by devfn.
 * P2  Sizing leaves memory decoding off and the BAR registers as they were.
 * Locks: the rescan lock (boot.c) around everything here.
 * Tests: tests/unit/pci/test_probe.c
 */
#include <linux/pci.h>
#include <linux/bitmap.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/slab.h>

#include "pci/core.h"

static unsigned int next_busnr;
static bool short_of_memory; /* a function or bus was left out */

/* ---- BARs ------------------------------------------------------------- */

/* What remains of register @reg after all ones were written to it. */
static u32 probe_ones(struct pci_dev *pdev, int reg)
{
	u32 old, got;

	pci_read_config_dword(pdev, reg, &old);
	pci_write_config_dword(pdev, reg, ~0u);
	pci_read_config_dword(pdev, reg, &got);
	pci_write_config_dword(pdev, reg, old);
	return got;
}

/* Fill resource @bar. Return: registers it takes. */
static unsigned int read_bar(struct pci_dev *pdev, unsigned int bar)
{
	struct resource *res = &pdev->resource[bar];
	int reg = PCI_BASE_ADDRESS_0 + 4 * bar;
	u32 low = probe_ones(pdev, reg);
	u64 mask;

	if (!low || low == ~0u || low & PCI_BASE_ADDRESS_SPACE_IO)
		return 1;
	mask = low & (u32)PCI_BASE_ADDRESS_MEM_MASK;
	res->flags = IORESOURCE_MEM | IORESOURCE_SIZEALIGN | IORESOURCE_UNSET |
		     (low & 0xf);
	if (low & PCI_BASE_ADDRESS_MEM_PREFETCH)
		res->flags |= IORESOURCE_PREFETCH;
	if ((low & PCI_BASE_ADDRESS_MEM_TYPE_MASK) ==
	    PCI_BASE_ADDRESS_MEM_TYPE_64) {
		res->flags |= IORESOURCE_MEM_64;
		mask |= (u64)probe_ones(pdev, reg + 4) << 32;
	} else {
		mask |= ~0ull << 32;
	}
	res->start = 0;
	res->end = ~mask;
	res->name = pci_name(pdev);
	return res->flags & IORESOURCE_MEM_64 ? 2 : 1;
}

/** pci_read_bars() - learn type and size of every BAR of @pdev. */
void pci_read_bars(struct pci_dev *pdev)
{
	unsigned int nr = pci_is_bridge(pdev) ? 2 : PCI_STD_NUM_BARS;
	unsigned int bar = 0;
	u16 command;

	/* A BAR full of ones must not claim anything meanwhile. */
	pci_read_config_word(pdev, PCI_COMMAND, &command);
	pci_write_config_word(pdev, PCI_COMMAND,
			      command & ~(PCI_COMMAND_IO | PCI_COMMAND_MEMORY));
	while (bar < nr)
		bar += read_bar(pdev, bar);
}

/* ---- functions -------------------------------------------------------- */

static void release_function(struct device *dev)
{
	struct pci_dev *pdev = to_pci_dev(dev);

	bitmap_free(pdev->dma_alias_mask);
	kfree(pdev->sim_firmware);
	kfree(pdev->driver_override);
	put_device(&pdev->bus->dev);
	kfree(pdev);
}

static int config_size(struct pci_dev *pdev)
{
	u32 first;

	if (!pci_is_pcie(pdev))
		return PCI_CFG_SPACE_SIZE;
	pci_read_config_dword(pdev, PCI_CFG_SPACE_SIZE, &first);
	return first == ~0u ? PCI_CFG_SPACE_SIZE : PCI_CFG_SPACE_EXP_SIZE;
}

static void read_capabilities(struct pci_dev *pdev)
{
	pdev->pcie_cap = pci_find_capability(pdev, PCI_CAP_ID_EXP);
	if (pdev->pcie_cap) {
		pci_read_config_word(pdev, pdev->pcie_cap + PCI_EXP_FLAGS,
				     &pdev->pcie_flags_reg);
		pci_read_config_dword(pdev, pdev->pcie_cap + PCI_EXP_DEVCAP,
				      &pdev->devcap);
		pdev->pcie_mpss = pdev->devcap & PCI_EXP_DEVCAP_PAYLOAD;
	}
	pdev->cfg_size = config_size(pdev);
	pdev->pm_cap = pci_find_capability(pdev, PCI_CAP_ID_PM);
	pdev->msi_cap = pci_find_capability(pdev, PCI_CAP_ID_MSI);
	pdev->msix_cap = pci_find_capability(pdev, PCI_CAP_ID_MSIX);
	pci_ats_init(pdev);
	pci_acs_init(pdev);
}

static void read_header(struct pci_dev *pdev)
{
	u8 type;
	u32 class;

	pci_read_config_byte(pdev, PCI_HEADER_TYPE, &type);
	pdev->hdr_type = type & PCI_HEADER_TYPE_MASK;
	pdev->multifunction = !!(type & PCI_HEADER_TYPE_MFD);
	pci_read_config_dword(pdev, PCI_CLASS_REVISION, &class);
	pdev->revision = class & 0xff;
	pdev->class = class >> 8;
	pci_read_config_byte(pdev, PCI_INTERRUPT_PIN, &pdev->pin);
	if (pdev->hdr_type == PCI_HEADER_TYPE_NORMAL) {
		pci_read_config_word(pdev, PCI_SUBSYSTEM_VENDOR_ID,
				     &pdev->subsystem_vendor);
		pci_read_config_word(pdev, PCI_SUBSYSTEM_ID,
				     &pdev->subsystem_device);
	}
}

/* What a driver may rely on before it says anything else. */
static void set_dma_defaults(struct pci_dev *pdev)
{
	pdev->dma_mask = 0xffffffff;
	pdev->dev.dma_mask = &pdev->dma_mask;
	pdev->dev.coherent_dma_mask = 0xffffffff;
	pdev->dev.dma_parms = &pdev->dma_parms;
	pdev->dma_parms.max_segment_size = 65536;
	pdev->dma_parms.segment_boundary_mask = 0xffffffff;
	pdev->dev.dma_coherent = pci_hw_snoops(pci_dev_id(pdev));
}

static struct pci_dev *make_function(struct pci_bus *bus, unsigned int devfn,
				     u32 id)
{
	struct pci_dev *pdev = kzalloc(sizeof(*pdev), GFP_KERNEL);

	if (!pdev)
		return NULL;
	pdev->bus = bus;
	pdev->devfn = devfn;
	pdev->sysdata = bus->sysdata;
	pdev->vendor = id & 0xffff;
	pdev->device = id >> 16;
	pdev->error_state = pci_channel_io_normal;
	pdev->current_state = PCI_D0;
	INIT_LIST_HEAD(&pdev->bus_list);
	device_initialize(&pdev->dev);
	get_device(&bus->dev);
	pdev->dev.release = release_function;
	pdev->dev.parent = bus->bridge;
	pdev->dev.bus = &pci_bus_type;
	set_dma_defaults(pdev);
	if (dev_set_name(&pdev->dev, "%04x:%02x:%02x.%d", pci_domain_nr(bus),
			 bus->number, PCI_SLOT(devfn), PCI_FUNC(devfn))) {
		put_device(&pdev->dev);
		return NULL;
	}
	return pdev;
}

static void enter_bus(struct pci_bus *bus, struct pci_dev *pdev)
{
	struct pci_dev *other;

	list_for_each_entry(other, &bus->devices, bus_list) {
		if (other->devfn > pdev->devfn) {
			list_add_tail(&pdev->bus_list, &other->bus_list);
			return;
		}
	}
	list_add_tail(&pdev->bus_list, &bus->devices);
}

/**
 * pci_scan_function() - look for a function and describe it
 *
 * It is in the bus's list afterwards, but not in the device model yet.
 * Context: may sleep. Return: the function; the one that is known already;
 * NULL if nobody answers or memory ran out.
 */
struct pci_dev *pci_scan_function(struct pci_bus *bus, unsigned int devfn)
{
	struct pci_dev *pdev;
	u32 id;

	list_for_each_entry(pdev, &bus->devices, bus_list)
		if (pdev->devfn == devfn)
			return pdev;
	if (pci_bus_read_config_dword(bus, devfn, PCI_VENDOR_ID, &id))
		return NULL;
	if (id == ~0u || (id & 0xffff) == 0xffff || !(id & 0xffff))
		return NULL;
	pdev = make_function(bus, devfn, id);
	if (!pdev) {
		short_of_memory = true;
		return NULL;
	}
	read_header(pdev);
	read_capabilities(pdev);
	pci_read_bars(pdev);
	enter_bus(bus, pdev);
	pci_info(pdev, "[%04x:%04x] type %02x class %#08x\n", pdev->vendor,
		 pdev->device, pdev->hdr_type, pdev->class);
	return pdev;
}

/* ---- buses ------------------------------------------------------------ */

static void release_bus(struct device *dev)
{
	kfree(to_pci_bus(dev));
}

static struct pci_bus *make_bus(struct pci_bus *parent, unsigned int number)
{
	struct pci_bus *bus = kzalloc(sizeof(*bus), GFP_KERNEL);

	if (!bus)
		return NULL;
	INIT_LIST_HEAD(&bus->node);
	INIT_LIST_HEAD(&bus->children);
	INIT_LIST_HEAD(&bus->devices);
	bus->parent = parent;
	bus->number = number;
	bus->busn_res.start = number;
	bus->busn_res.end = number;
	bus->busn_res.flags = IORESOURCE_BUS;
	device_initialize(&bus->dev);
	bus->dev.release = release_bus;
	if (dev_set_name(&bus->dev, "0000:%02x", number)) {
		put_device(&bus->dev);
		return NULL;
	}
	scnprintf(bus->name, sizeof(bus->name), "PCI Bus 0000:%02x", number);
	if (parent) {
		bus->ops = parent->ops;
		bus->sysdata = parent->sysdata;
		bus->primary = parent->number;
		list_add_tail(&bus->node, &parent->children);
	}
	return bus;
}

static void write_bus_numbers(struct pci_dev *bridge, unsigned int last)
{
	pci_write_config_byte(bridge, PCI_PRIMARY_BUS, bridge->bus->number);
	pci_write_config_byte(bridge, PCI_SECONDARY_BUS,
			      bridge->subordinate->number);
	pci_write_config_byte(bridge, PCI_SUBORDINATE_BUS, last);
}

/* Number the bus behind @bridge, scan it, then close its range. */
static void scan_behind(struct pci_dev *bridge)
{
	struct pci_bus *bus;
	int i;

	if (bridge->subordinate || next_busnr > 0xff)
		return;
	bus = make_bus(bridge->bus, next_busnr++);
	if (!bus) {
		short_of_memory = true;
		return;
	}
	bus->self = bridge;
	bus->bridge = &bridge->dev;
	for (i = 0; i < PCI_BRIDGE_RESOURCE_NUM; i++)
		bus->resource[i] = &bridge->resource[PCI_BRIDGE_RESOURCES + i];
	bridge->subordinate = bus;
	/* Open while the depth below is unknown. */
	write_bus_numbers(bridge, 0xff);
	pci_scan_children(bus);
	bus->busn_res.end = next_busnr - 1;
	write_bus_numbers(bridge, bus->busn_res.end);
}

/**
 * pci_scan_children() - scan every slot of @bus, then behind its bridges
 *
 * Context: may sleep. Return: highest bus number found below.
 */
unsigned int pci_scan_children(struct pci_bus *bus)
{
	struct pci_dev *pdev;
	unsigned int slot, func;

	for (slot = 0; slot < 32; slot++) {
		pdev = pci_scan_function(bus, PCI_DEVFN(slot, 0));
		if (!pdev || !pdev->multifunction)
			continue;
		for (func = 1; func < 8; func++) {
			struct pci_dev *other;

			other = pci_scan_function(bus, PCI_DEVFN(slot, func));
			if (other)
				other->multifunction = 1;
		}
	}
	list_for_each_entry(pdev, &bus->devices, bus_list)
		if (pci_is_bridge(pdev))
			scan_behind(pdev);
	return next_busnr - 1;
}

/**
 * pci_scan_root() - build the root bus below pci_the_bridge and scan it
 *
 * Context: may sleep. Return: the bus, or NULL when memory ran out.
 */
struct pci_bus *pci_scan_root(void)
{
	struct pci_bus *bus = make_bus(NULL, 0);

	if (!bus)
		return NULL;
	next_busnr = 1;
	short_of_memory = false;
	bus->bridge = &pci_the_bridge->dev;
	bus->ops = pci_the_bridge->ops;
	pci_the_bridge->bus = bus;
	pci_scan_children(bus);
	bus->busn_res.end = 0xff;
	if (short_of_memory) {
		pci_remove_root();
		return NULL;
	}
	return bus;
}

/**
 * pci_add_bus_devices() - hand the functions of @bus and below to the device
 * model, parents first; those already there are skipped
 *
 * Context: may sleep; probes. Return: 0, or the error of a function that could
 * not be added; the others are.
 */
int pci_add_bus_devices(struct pci_bus *bus)
{
	struct pci_dev *pdev, *next;
	int err, ret = 0;

	list_for_each_entry_safe(pdev, next, &bus->devices, bus_list) {
		if (pdev->is_added)
			continue;
		pdev->is_added = 1;
		err = device_add(&pdev->dev);
		if (err) {
			pci_err(pdev, "not in the device model: %d\n", err);
			pdev->is_added = 0;
			ret = err;
		}
	}
	list_for_each_entry(pdev, &bus->devices, bus_list) {
		err = 0;
		if (pdev->subordinate)
			err = pci_add_bus_devices(pdev->subordinate);
		ret = ret ?: err;
	}
	return ret;
}

/* ---- removal ---------------------------------------------------------- */

static void remove_function(struct pci_dev *pdev);

static void remove_bus(struct pci_bus *bus)
{
	struct pci_dev *pdev, *next;

	list_for_each_entry_safe_reverse(pdev, next, &bus->devices, bus_list)
		remove_function(pdev);
	list_del_init(&bus->node);
	put_device(&bus->dev);
}

static void remove_function(struct pci_dev *pdev)
{
	if (pdev->subordinate) {
		struct pci_bus *bus = pdev->subordinate;

		pdev->subordinate = NULL;
		remove_bus(bus);
	}
	if (pdev->is_added) {
		pdev->is_added = 0;
		device_del(&pdev->dev);
	}
	list_del_init(&pdev->bus_list);
	pci_release_bars(pdev);
	put_device(&pdev->dev);
}

/**
 * pci_stop_and_remove_bus_device() - unbind and remove @dev and what is below
 *
 * Context: may sleep; rescan lock held.
 */
void pci_stop_and_remove_bus_device(struct pci_dev *dev)
{
	remove_function(dev);
}
EXPORT_SYMBOL(pci_stop_and_remove_bus_device);

/** pci_stop_and_remove_bus_device_locked() - the same, taking the lock. */
void pci_stop_and_remove_bus_device_locked(struct pci_dev *dev)
{
	pci_lock_rescan_remove();
	remove_function(dev);
	pci_unlock_rescan_remove();
}
EXPORT_SYMBOL_GPL(pci_stop_and_remove_bus_device_locked);

/** pci_remove_root() - remove the whole tree below the host bridge. */
void pci_remove_root(void)
{
	if (pci_the_bridge->bus)
		remove_bus(pci_the_bridge->bus);
	pci_the_bridge->bus = NULL;
}

/**
 * pci_rescan_bus() - look for new functions on @bus and bind them
 *
 * Context: may sleep; rescan lock held. Return: highest bus number below.
 */
unsigned int pci_rescan_bus(struct pci_bus *bus)
{
	unsigned int last = pci_scan_children(bus);

	pci_assign_bus(bus);
	pci_add_bus_devices(bus);
	return last;
}
EXPORT_SYMBOL_GPL(pci_rescan_bus);
