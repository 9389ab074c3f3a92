/* SPDX-License-Identifier: MIT */
/*
 * Switching functions on and off: memory decoding and bus mastering.
 *
 * Models the enabling part of drivers/pci/{pci,devres}.c, 6.17.
 *
 * E1  Memory decoding is on from the first pci_enable_device() on; disabling
 *     takes bus mastering away, not decoding.
 * E2  An enabled function has every bridge above it enabled and mastering.
 * Locks: enable_cnt is atomic; drivers serialise calls on one function.
 * Tests: tests/unit/pci/test_driver.c
 */
#include <linux/pci.h>
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/export.h>

#include "pci/core.h"

static void change_command(struct pci_dev *dev, u16 clear, u16 set)
{
	u16 old, new;

	pci_read_config_word(dev, PCI_COMMAND, &old);
	new = (old & ~clear) | set;
	if (new != old)
		pci_write_config_word(dev, PCI_COMMAND, new);
}

static int enable_decoding(struct pci_dev *dev)
{
	bool memory = false;
	int i;

	for (i = 0; i < PCI_STD_NUM_BARS; i++) {
		struct resource *res = &dev->resource[i];

		if (!(res->flags & IORESOURCE_MEM))
			continue;
		if (!res->parent) {
			pci_err(dev, "not enabled: BAR %d %pR has no address\n",
				i, res);
			return -EINVAL;
		}
		memory = true;
	}
	if (memory || pci_is_bridge(dev))
		change_command(dev, 0, PCI_COMMAND_MEMORY);
	return 0;
}

/* E2, top down. */
static void enable_bridges(struct pci_dev *bridge)
{
	if (!bridge)
		return;
	enable_bridges(pci_upstream_bridge(bridge));
	if (!pci_is_enabled(bridge) && pci_enable_device(bridge))
		pci_err(bridge, "bridge could not be enabled\n");
	if (!bridge->is_busmaster)
		pci_set_master(bridge);
}

/**
 * pci_enable_device() - power up and decode; counted
 *
 * Context: may sleep. Return: 0; -EINVAL if a BAR has no address.
 */
int pci_enable_device(struct pci_dev *dev)
{
	int ret;

	dev->current_state = PCI_D0;
	if (atomic_inc_return(&dev->enable_cnt) > 1)
		return 0;
	enable_bridges(pci_upstream_bridge(dev));
	ret = enable_decoding(dev);
	if (ret)
		atomic_dec(&dev->enable_cnt);
	return ret;
}
EXPORT_SYMBOL(pci_enable_device);

/** pci_enable_device_mem() - the same; there is no I/O space to leave out. */
int pci_enable_device_mem(struct pci_dev *dev)
{
	return pci_enable_device(dev);
}
EXPORT_SYMBOL(pci_enable_device_mem);

/** pci_reenable_device() - decode again after a reset, if it is enabled. */
int pci_reenable_device(struct pci_dev *dev)
{
	return pci_is_enabled(dev) ? enable_decoding(dev) : 0;
}
EXPORT_SYMBOL(pci_reenable_device);

/**
 * pci_disable_device() - undo one pci_enable_device()
 *
 * The last one takes bus mastering away. Context: any.
 */
void pci_disable_device(struct pci_dev *dev)
{
	int left = atomic_dec_return(&dev->enable_cnt);

	dev_WARN_ONCE(&dev->dev, left < 0,
		      "disabling a device that is not enabled\n");
	if (left)
		return;
	change_command(dev, PCI_COMMAND_MASTER, 0);
	dev->is_busmaster = 0;
}
EXPORT_SYMBOL(pci_disable_device);

/** pci_set_master() - let @dev start accesses of its own. */
void pci_set_master(struct pci_dev *dev)
{
	change_command(dev, 0, PCI_COMMAND_MASTER);
	dev->is_busmaster = 1;
}
EXPORT_SYMBOL(pci_set_master);

/** pci_clear_master() - end of pci_set_master(). */
void pci_clear_master(struct pci_dev *dev)
{
	change_command(dev, PCI_COMMAND_MASTER, 0);
	dev->is_busmaster = 0;
}
EXPORT_SYMBOL(pci_clear_master);

/** pci_intx() - allow or forbid line interrupts (nobody sends any). */
void pci_intx(struct pci_dev *pdev, int enable)
{
	if (enable)
		change_command(pdev, PCI_COMMAND_INTX_DISABLE, 0);
	else
		change_command(pdev, 0, PCI_COMMAND_INTX_DISABLE);
}
EXPORT_SYMBOL_GPL(pci_intx);

/** pci_device_is_present() - does it still answer as itself? */
bool pci_device_is_present(struct pci_dev *pdev)
{
	u32 id;

	if (pci_dev_is_disconnected(pdev))
		return false;
	pci_bus_read_config_dword(pdev->bus, pdev->devfn, PCI_VENDOR_ID, &id);
	return id == ((u32)pdev->device << 16 | pdev->vendor);
}
EXPORT_SYMBOL_GPL(pci_device_is_present);

/** pcie_get_readrq() - largest read request in bytes. */
int pcie_get_readrq(struct pci_dev *dev)
{
	u16 ctl;

	pcie_capability_read_word(dev, PCI_EXP_DEVCTL, &ctl);
	return 128 << ((ctl & PCI_EXP_DEVCTL_READRQ) >> 12);
}
EXPORT_SYMBOL(pcie_get_readrq);

/** pcie_get_mps() - largest payload in bytes. */
int pcie_get_mps(struct pci_dev *dev)
{
	u16 ctl;

	pcie_capability_read_word(dev, PCI_EXP_DEVCTL, &ctl);
	return 128 << ((ctl & PCI_EXP_DEVCTL_PAYLOAD) >> 5);
}
EXPORT_SYMBOL(pcie_get_mps);

/* ---- managed ---------------------------------------------------------- */

static void managed_disable(void *data)
{
	struct pci_dev *pdev = data;

	if (pci_is_enabled(pdev) && !pdev->pinned)
		pci_disable_device(pdev);
	pdev->is_managed = 0;
	pdev->pinned = 0;
}

/**
 * pcim_enable_device() - pci_enable_device() undone when the driver goes
 *
 * Also makes interrupt vectors managed. Return: as pci_enable_device(),
 * -ENOMEM.
 */
int pcim_enable_device(struct pci_dev *pdev)
{
	int ret;

	if (pdev->is_managed)
		return pci_enable_device(pdev);
	ret = devm_add_action(&pdev->dev, managed_disable, pdev);
	if (ret)
		return ret;
	ret = pci_enable_device(pdev);
	if (ret) {
		devm_remove_action(&pdev->dev, managed_disable, pdev);
		return ret;
	}
	pdev->is_managed = 1;
	return 0;
}
EXPORT_SYMBOL(pcim_enable_device);

/** pcim_pin_device() - leave a managed device enabled when the driver goes. */
void pcim_pin_device(struct pci_dev *pdev)
{
	WARN_ON(!pdev->is_managed);
	pdev->pinned = 1;
}
EXPORT_SYMBOL(pcim_pin_device);
