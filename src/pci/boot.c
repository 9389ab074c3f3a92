/* SPDX-License-Identifier: MIT */
/*
 * The folder's life: power-on, plugging, the final check, power-off.
 *
 * One host bridge in domain 0 whose windows are the machine's MMIO ranges,
 * without the range 0xfee00000..0xfeefffff, which never decodes as device
 * memory. Outbound, CPU and bus addresses are equal (offset 0); inbound windows
 * are in inbound.c.
 *
 * T1  pci_the_bridge is NULL exactly while the machine is off.
 * Locks: rescan lock (a mutex) around everything that adds or removes
 * functions; taken before any device mutex.
 * Tests: tests/unit/pci/test_probe.c
 */
#include <linux/pci.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "lib/lib.h"
#include "pci/core.h"
#include "swiotlb/swiotlb.h"

#define MSI_FIRST 0xfee00000ull
#define MSI_LAST 0xfeefffffull

static DEFINE_MUTEX(rescan_lock);

struct pci_host_bridge *pci_the_bridge;
static const struct pci_dma_hooks *dma_hooks;

/** pci_lock_rescan_remove() - keep others from adding or removing functions. */
void pci_lock_rescan_remove(void)
{
	mutex_lock(&rescan_lock);
}
EXPORT_SYMBOL_GPL(pci_lock_rescan_remove);

/** pci_unlock_rescan_remove() - end of pci_lock_rescan_remove(). */
void pci_unlock_rescan_remove(void)
{
	mutex_unlock(&rescan_lock);
}
EXPORT_SYMBOL_GPL(pci_unlock_rescan_remove);

/* ---- the DMA layers' part in binding ---------------------------------- */

void pci_set_dma_hooks(const struct pci_dma_hooks *hooks)
{
	dma_hooks = hooks;
}

/** sim_dma_configure() - bus callback before a probe; the hook's result. */
int sim_dma_configure(struct device *dev)
{
	return dma_hooks && dma_hooks->configure ? dma_hooks->configure(dev) :
						   0;
}

/** sim_dma_cleanup() - bus callback after a failed probe and after remove. */
void sim_dma_cleanup(struct device *dev)
{
	if (dma_hooks && dma_hooks->cleanup)
		dma_hooks->cleanup(dev);
}

/** sim_prepare_message() - may the device of @desc write to @msi_addr? 0 or -errno. */
int sim_prepare_message(struct msi_desc *desc, phys_addr_t msi_addr)
{
	return dma_hooks && dma_hooks->prepare_msi ?
		       dma_hooks->prepare_msi(desc, msi_addr) :
		       0;
}

/* ---- host bridge ------------------------------------------------------ */

static int machine_read(struct pci_bus *bus, unsigned int devfn, int where,
			int size, u32 *val)
{
	if (where + size > PCI_CFG_SPACE_EXP_SIZE)
		return PCIBIOS_BAD_REGISTER_NUMBER;
	*val = pci_hw_read(PCI_DEVID(bus->number, devfn), where, size);
	return PCIBIOS_SUCCESSFUL;
}

static int machine_write(struct pci_bus *bus, unsigned int devfn, int where,
			 int size, u32 val)
{
	if (where + size > PCI_CFG_SPACE_EXP_SIZE)
		return PCIBIOS_BAD_REGISTER_NUMBER;
	pci_hw_write(PCI_DEVID(bus->number, devfn), where, size, val);
	return PCIBIOS_SUCCESSFUL;
}

static struct pci_ops machine_ops = {
	.read = machine_read,
	.write = machine_write,
};

static void release_bridge(struct device *dev)
{
	struct pci_host_bridge *bridge = to_pci_host_bridge(dev);

	resource_list_free(&bridge->windows);
	resource_list_free(&bridge->dma_ranges);
	kfree(bridge);
}

static int add_window(struct pci_host_bridge *bridge, u64 start, u64 end)
{
	struct resource_entry *entry;

	if (start >= end)
		return 0;
	entry = resource_list_create_entry(NULL, 0);
	if (!entry)
		return -ENOMEM;
	entry->res->name = "PCI Bus 0000:00";
	entry->res->start = start;
	entry->res->end = end - 1;
	entry->res->flags = IORESOURCE_MEM | IORESOURCE_WINDOW;
	if (insert_resource(&iomem_resource, entry->res)) {
		resource_list_free_entry(entry);
		return -EBUSY;
	}
	resource_list_add_tail(entry, &bridge->windows);
	return 0;
}

static int add_windows(struct pci_host_bridge *bridge)
{
	unsigned int nr;
	u64 start, end;
	int ret = 0;

	for (nr = 0; nr < 2 && !ret; nr++) {
		pci_hw_window(nr, &start, &end);
		if (start <= MSI_LAST && end > MSI_FIRST) {
			ret = add_window(bridge, start, MSI_FIRST);
			start = MSI_LAST + 1;
		}
		if (!ret)
			ret = add_window(bridge, start, end);
	}
	if (!ret && list_empty(&bridge->windows))
		ret = -ENODEV;
	return ret;
}

static void drop_windows(struct pci_host_bridge *bridge)
{
	struct resource_entry *entry;

	resource_list_for_each_entry(entry, &bridge->windows)
		release_resource(entry->res);
}

static int start_bridge(void)
{
	struct pci_host_bridge *bridge = kzalloc(sizeof(*bridge), GFP_KERNEL);
	int ret;

	if (!bridge)
		return -ENOMEM;
	INIT_LIST_HEAD(&bridge->windows);
	INIT_LIST_HEAD(&bridge->dma_ranges);
	bridge->ops = &machine_ops;
	device_initialize(&bridge->dev);
	bridge->dev.release = release_bridge;
	ret = dev_set_name(&bridge->dev, "pci0000:00");
	if (!ret)
		ret = device_add(&bridge->dev);
	if (ret)
		goto err_put;
	ret = add_windows(bridge) ?: pci_inbound_add(bridge);
	if (ret)
		goto err_del;
	pci_the_bridge = bridge;
	if (!pci_scan_root()) {
		ret = -ENOMEM;
		pci_the_bridge = NULL;
		goto err_del;
	}
	return 0;

err_del:
	drop_windows(bridge);
	device_del(&bridge->dev);
err_put:
	put_device(&bridge->dev);
	return ret;
}

static void stop_bridge(void)
{
	struct pci_host_bridge *bridge = pci_the_bridge;

	pci_remove_root();
	pci_the_bridge = NULL;
	drop_windows(bridge);
	device_unregister(&bridge->dev);
}

/* ---- machine life ----------------------------------------------------- */

static const char *dev_name_of(const struct device *dev)
{
	return dev_name(dev) ?: "(unnamed)";
}

int pci_boot(void)
{
	int ret;

	lib_set_dev_name(dev_name_of, dev_driver_string);
	resource_boot();
	pci_acs_boot();
	dma_hooks = NULL;
	ret = platform_boot();
	if (ret) {
		lib_set_dev_name(NULL, NULL);
		return ret;
	}
	ret = bus_register(&pci_bus_type);
	if (ret)
		goto err_platform;
	ret = start_bridge();
	if (ret)
		goto err_bus;
	pci_assign_bus(pci_the_bridge->bus);
	ret = pci_add_bus_devices(pci_the_bridge->bus);
	if (ret)
		pci_shutdown();
	return ret;

err_bus:
	bus_unregister(&pci_bus_type);
err_platform:
	platform_shutdown();
	lib_set_dev_name(NULL, NULL);
	return ret;
}

unsigned int pci_check(void)
{
	return bus_core_check() + pci_msix_check() + resource_check();
}

void pci_shutdown(void)
{
	if (!pci_the_bridge)
		return;
	stop_bridge();
	bus_unregister(&pci_bus_type);
	platform_shutdown();
	bus_core_shutdown();
	resource_shutdown();
	lib_set_dev_name(NULL, NULL);
	dma_hooks = NULL;
}

/* ---- plugging --------------------------------------------------------- */

const struct pci_sim_firmware *pci_sim_firmware(struct pci_dev *pdev)
{
	static const struct pci_sim_firmware silent;

	return pdev->sim_firmware ?: &silent;
}

/* Return: 0 or -ENOMEM. */
static int apply_firmware(struct pci_dev *pdev,
			  const struct pci_sim_firmware *firmware)
{
	int ret = pci_inbound_apply(&pdev->dev, pci_the_bridge);

	if (ret)
		return ret;
	if (!firmware)
		return 0;
	pdev->sim_firmware = kmemdup(firmware, sizeof(*firmware), GFP_KERNEL);
	if (!pdev->sim_firmware)
		return -ENOMEM;
	pdev->untrusted |= firmware->untrusted;
	if (firmware->alias) {
		pci_add_dma_alias(pdev, firmware->alias & 0xff, 1);
		if (!pdev->dma_alias_mask)
			return -ENOMEM;
	}
	if (!firmware->restricted)
		return 0;
	return swiotlb_region_attach(&pdev->dev, firmware->restricted);
}

struct device *pci_sim_attach(u16 rid, const struct pci_sim_firmware *firmware)
{
	struct pci_dev *pdev = NULL;
	struct pci_bus *bus;

	pci_lock_rescan_remove();
	bus = pci_find_bus(0, PCI_BUS_NUM(rid));
	if (bus)
		pdev = pci_scan_function(bus, rid & 0xff);
	if (pdev && !pdev->is_added) {
		pci_assign_device(pdev);
		if (!apply_firmware(pdev, firmware))
			pci_add_bus_devices(bus);
		if (!pdev->is_added) {
			pci_stop_and_remove_bus_device(pdev);
			pdev = NULL;
		}
	}
	pci_unlock_rescan_remove();
	return pdev ? &pdev->dev : NULL;
}

void pci_sim_detach(u16 rid)
{
	struct pci_dev *pdev;

	pci_lock_rescan_remove();
	pdev = pci_get_domain_bus_and_slot(0, PCI_BUS_NUM(rid), rid & 0xff);
	if (pdev) {
		/* Pulled without a word: its driver must not wait for it. */
		if (!pci_device_is_present(pdev))
			pdev->error_state = pci_channel_io_perm_failure;
		pci_stop_and_remove_bus_device(pdev);
		pci_dev_put(pdev);
	}
	pci_unlock_rescan_remove();
}
