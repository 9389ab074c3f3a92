/* SPDX-License-Identifier: MIT */
/*
 * PCI drivers: registration, matching, probe and remove; attributes of PCI
 * devices.
 *
 * Models drivers/pci/pci-driver.c, 6.17. Reduced: no power management calls, no
 * probing on the device's node, few attributes.
 *
 * V1  pci_dev.driver is set while and only while the driver's probe runs or has
 *     succeeded.
 * V2  A device with a driver_override binds to that driver alone; an id with
 *     override_only matches such devices alone.
 * Locks: pci_dynids.lock for the added ids.
 * Tests: tests/unit/pci/test_driver.c
 */
#include <linux/pci.h>
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "pci/core.h"

struct pci_dynid {
	struct list_head node;
	struct pci_device_id id;
};

static bool id_fits(const struct pci_device_id *id, const struct pci_dev *pdev)
{
	if (id->vendor != PCI_ANY_ID && id->vendor != pdev->vendor)
		return false;
	if (id->device != PCI_ANY_ID && id->device != pdev->device)
		return false;
	if (id->subvendor != PCI_ANY_ID &&
	    id->subvendor != pdev->subsystem_vendor)
		return false;
	if (id->subdevice != PCI_ANY_ID &&
	    id->subdevice != pdev->subsystem_device)
		return false;
	return !((id->class ^ pdev->class) & id->class_mask);
}

static bool id_is_end(const struct pci_device_id *id)
{
	return !id->vendor && !id->subvendor && !id->class_mask;
}

/**
 * pci_match_id() - the first line of a table that fits
 * @ids: ends with zeroes; NULL matches nothing
 *
 * Return: the line or NULL.
 */
const struct pci_device_id *pci_match_id(const struct pci_device_id *ids,
					 struct pci_dev *dev)
{
	for (; ids && !id_is_end(ids); ids++)
		if (id_fits(ids, dev))
			return ids;
	return NULL;
}
EXPORT_SYMBOL(pci_match_id);

/* What an overridden device gets if no table of its driver names it. */
static const struct pci_device_id any_id = {
	.vendor = PCI_ANY_ID,
	.device = PCI_ANY_ID,
	.subvendor = PCI_ANY_ID,
	.subdevice = PCI_ANY_ID,
};

static const struct pci_device_id *match_dynid(struct pci_driver *drv,
					       struct pci_dev *pdev)
{
	const struct pci_device_id *found = NULL;
	struct pci_dynid *dyn;

	spin_lock(&drv->dynids.lock);
	list_for_each_entry(dyn, &drv->dynids.list, node) {
		if (id_fits(&dyn->id, pdev)) {
			found = &dyn->id;
			break;
		}
	}
	spin_unlock(&drv->dynids.lock);
	return found;
}

static const struct pci_device_id *match_driver(struct pci_driver *drv,
						struct pci_dev *pdev)
{
	const struct pci_device_id *id;

	if (pdev->driver_override && strcmp(pdev->driver_override, drv->name))
		return NULL;
	id = match_dynid(drv, pdev);
	if (id)
		return id;
	id = pci_match_id(drv->id_table, pdev);
	while (id && id->override_only && !pdev->driver_override)
		id = pci_match_id(id + 1, pdev);
	if (!id && pdev->driver_override)
		return &any_id;
	return id;
}

/**
 * pci_add_dynid() - add an id to a driver and look for devices it fits
 *
 * Context: may sleep; probes. Return: 0, -ENOMEM.
 */
int pci_add_dynid(struct pci_driver *drv, unsigned int vendor,
		  unsigned int device, unsigned int subvendor,
		  unsigned int subdevice, unsigned int class,
		  unsigned int class_mask, unsigned long driver_data)
{
	struct pci_dynid *dyn = kzalloc(sizeof(*dyn), GFP_KERNEL);

	if (!dyn)
		return -ENOMEM;
	dyn->id.vendor = vendor;
	dyn->id.device = device;
	dyn->id.subvendor = subvendor;
	dyn->id.subdevice = subdevice;
	dyn->id.class = class;
	dyn->id.class_mask = class_mask;
	dyn->id.driver_data = driver_data;
	spin_lock(&drv->dynids.lock);
	list_add_tail(&dyn->node, &drv->dynids.list);
	spin_unlock(&drv->dynids.lock);
	return driver_attach(&drv->driver);
}
EXPORT_SYMBOL_GPL(pci_add_dynid);

/**
 * __pci_register_driver() - register @drv and offer it all devices
 *
 * Context: may sleep; probes. Return: as driver_register().
 */
int __pci_register_driver(struct pci_driver *drv, struct module *owner,
			  const char *mod_name)
{
	struct device_driver *core = &drv->driver;

	INIT_LIST_HEAD(&drv->dynids.list);
	spin_lock_init(&drv->dynids.lock);
	core->bus = &pci_bus_type;
	core->name = drv->name;
	core->mod_name = mod_name;
	core->owner = owner;
	core->dev_groups = drv->dev_groups;
	core->groups = drv->groups;
	return driver_register(core);
}
EXPORT_SYMBOL(__pci_register_driver);

/** pci_unregister_driver() - unbind all devices of @drv and forget it. */
void pci_unregister_driver(struct pci_driver *drv)
{
	struct pci_dynid *dyn, *next;

	driver_unregister(&drv->driver);
	list_for_each_entry_safe(dyn, next, &drv->dynids.list, node) {
		list_del(&dyn->node);
		kfree(dyn);
	}
}
EXPORT_SYMBOL(pci_unregister_driver);

/** pci_dev_driver() - the driver bound to @dev, or NULL. */
struct pci_driver *pci_dev_driver(const struct pci_dev *dev)
{
	return dev->driver;
}
EXPORT_SYMBOL(pci_dev_driver);

/* ---- the bus ---------------------------------------------------------- */

static int pci_bus_match(struct device *dev, const struct device_driver *drv)
{
	struct pci_driver *pdrv;

	pdrv = container_of((struct device_driver *)drv, struct pci_driver,
			    driver);
	return match_driver(pdrv, to_pci_dev(dev)) != NULL;
}

static int pci_bus_probe(struct device *dev)
{
	struct pci_driver *drv = to_pci_driver(dev->driver);
	struct pci_dev *pdev = to_pci_dev(dev);
	const struct pci_device_id *id;
	int ret;

	if (!drv->probe)
		return 0;
	id = match_driver(drv, pdev);
	if (!id)
		return -ENODEV;
	pdev->driver = drv;
	ret = drv->probe(pdev, id);
	if (ret > 0) {
		pci_warn(pdev, "driver %s: probe returned %d, taken as 0\n",
			 drv->name, ret);
		ret = 0;
	}
	if (ret)
		pdev->driver = NULL;
	return ret;
}

static void pci_bus_remove(struct device *dev)
{
	struct pci_dev *pdev = to_pci_dev(dev);
	struct pci_driver *drv = pdev->driver;

	if (drv && drv->remove)
		drv->remove(pdev);
	pdev->driver = NULL;
	/* The next driver must not inherit a power state nobody set. */
	if (pdev->current_state == PCI_D0)
		pdev->current_state = PCI_UNKNOWN;
}

static void pci_bus_shutdown(struct device *dev)
{
	struct pci_dev *pdev = to_pci_dev(dev);

	if (pdev->driver && pdev->driver->shutdown)
		pdev->driver->shutdown(pdev);
}

/* ---- attributes ------------------------------------------------------- */

#define PCI_ATTR(field, format)                                               \
	static ssize_t field##_show(struct device *dev,                       \
				    struct device_attribute *attr, char *buf) \
	{                                                                     \
		return sysfs_emit(buf, format "\n", to_pci_dev(dev)->field);  \
	}                                                                     \
	static DEVICE_ATTR_RO(field)

PCI_ATTR(vendor, "0x%04x");
PCI_ATTR(device, "0x%04x");
PCI_ATTR(subsystem_vendor, "0x%04x");
PCI_ATTR(subsystem_device, "0x%04x");
PCI_ATTR(revision, "0x%02x");
PCI_ATTR(class, "0x%06x");
PCI_ATTR(irq, "%u");

static ssize_t resource_show(struct device *dev, struct device_attribute *attr,
			     char *buf)
{
	struct pci_dev *pdev = to_pci_dev(dev);
	int at = 0, i;

	for (i = 0; i <= PCI_ROM_RESOURCE; i++) {
		struct resource *res = &pdev->resource[i];

		at += sysfs_emit_at(buf, at, "0x%016llx 0x%016llx 0x%016llx\n",
				    (u64)res->start, (u64)res->end,
				    (u64)res->flags);
	}
	return at;
}
static DEVICE_ATTR_RO(resource);

static ssize_t driver_override_show(struct device *dev,
				    struct device_attribute *attr, char *buf)
{
	const char *name = to_pci_dev(dev)->driver_override;

	return sysfs_emit(buf, "%s\n", name ? name : "(null)");
}

static ssize_t driver_override_store(struct device *dev,
				     struct device_attribute *attr,
				     const char *buf, size_t count)
{
	struct pci_dev *pdev = to_pci_dev(dev);
	size_t len = strcspn(buf, "\n");
	const char *old;
	char *name = NULL;

	if (count >= PAGE_SIZE - 1)
		return -EINVAL;
	if (len) {
		name = kmalloc(len + 1, GFP_KERNEL);
		if (!name)
			return -ENOMEM;
		memcpy(name, buf, len);
		name[len] = 0;
	}
	device_lock(dev);
	old = pdev->driver_override;
	pdev->driver_override = name;
	device_unlock(dev);
	kfree(old);
	return count;
}
static DEVICE_ATTR_RW(driver_override);

static struct attribute *pci_dev_attrs[] = {
	&dev_attr_vendor.attr,
	&dev_attr_device.attr,
	&dev_attr_subsystem_vendor.attr,
	&dev_attr_subsystem_device.attr,
	&dev_attr_revision.attr,
	&dev_attr_class.attr,
	&dev_attr_irq.attr,
	&dev_attr_resource.attr,
	&dev_attr_driver_override.attr,
	NULL,
};

static const struct attribute_group pci_dev_group = {
	.attrs = pci_dev_attrs,
};

static const struct attribute_group *pci_dev_groups[] = {
	&pci_dev_group,
	NULL,
};

static const struct cpumask *pci_bus_irq_get_affinity(struct device *dev,
						      unsigned int irq_vec)
{
	return pci_irq_get_affinity(to_pci_dev(dev), irq_vec);
}

const struct bus_type pci_bus_type = {
	.name = "pci",
	.dev_groups = pci_dev_groups,
	.match = pci_bus_match,
	.probe = pci_bus_probe,
	.remove = pci_bus_remove,
	.shutdown = pci_bus_shutdown,
	.irq_get_affinity = pci_bus_irq_get_affinity,
	.dma_configure = sim_dma_configure,
	.dma_cleanup = sim_dma_cleanup,
};
EXPORT_SYMBOL(pci_bus_type);
