/* SPDX-License-Identifier: MIT */
/*
 * The platform bus: devices that somebody declares instead of discovering.
 *
 * Models drivers/base/platform.c, 6.17. Reduced: matching by override, id
 * table and name only; no interrupts, no firmware.
 *
 * L1  A device made by platform_device_alloc() owns its name, resources and
 *     data, and frees them with its last reference.
 * L2  The streaming and coherent masks default to 32 bits; the DMA layer is
 *     told through the same hooks as for PCI.
 * Tests: tests/unit/pci/test_platform.c
 */
#include <linux/platform_device.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/io.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "pci/core.h"

#define MASK_32 0xffffffffull

/* A device and the copy of its name, in one allocation. */
struct platform_object {
	struct platform_device pdev;
	char name[];
};

static unsigned int next_auto_id;

static void platform_bus_release(struct device *dev)
{
	/* Static. */
}

struct device platform_bus;
EXPORT_SYMBOL_GPL(platform_bus);

static void platform_object_release(struct device *dev)
{
	struct platform_device *pdev = to_platform_device(dev);

	kfree(dev->platform_data);
	kfree(pdev->resource);
	kfree(pdev->driver_override);
	kfree(container_of(pdev, struct platform_object, pdev));
}

static void platform_set_masks(struct platform_device *pdev)
{
	pdev->dev.dma_parms = &pdev->dma_parms;
	if (!pdev->dev.coherent_dma_mask)
		pdev->dev.coherent_dma_mask = MASK_32;
	if (!pdev->dev.dma_mask) {
		pdev->platform_dma_mask = MASK_32;
		pdev->dev.dma_mask = &pdev->platform_dma_mask;
	}
}

/**
 * platform_device_alloc() - a device that is not added yet
 * @id: number appended to the name; PLATFORM_DEVID_NONE, PLATFORM_DEVID_AUTO
 *
 * Context: may sleep. Return: the device, for platform_device_add() or
 * platform_device_put(); NULL.
 */
struct platform_device *platform_device_alloc(const char *name, int id)
{
	struct platform_object *obj;
	size_t len = strlen(name) + 1;

	obj = kzalloc(sizeof(*obj) + len, GFP_KERNEL);
	if (!obj)
		return NULL;
	memcpy(obj->name, name, len);
	obj->pdev.name = obj->name;
	obj->pdev.id = id;
	device_initialize(&obj->pdev.dev);
	obj->pdev.dev.release = platform_object_release;
	platform_set_masks(&obj->pdev);
	return &obj->pdev;
}
EXPORT_SYMBOL_GPL(platform_device_alloc);

/**
 * platform_device_add_resources() - give @pdev a copy of @res
 *
 * Context: may sleep. Return: 0 or -ENOMEM.
 */
int platform_device_add_resources(struct platform_device *pdev,
				  const struct resource *res, unsigned int num)
{
	struct resource *copy = NULL;

	if (res && num) {
		copy = kcalloc(num, sizeof(*copy), GFP_KERNEL);
		if (!copy)
			return -ENOMEM;
		memcpy(copy, res, num * sizeof(*copy));
	}
	kfree(pdev->resource);
	pdev->resource = copy;
	pdev->num_resources = copy ? num : 0;
	return 0;
}
EXPORT_SYMBOL_GPL(platform_device_add_resources);

/**
 * platform_device_add_data() - give @pdev a copy of its platform data
 *
 * Context: may sleep. Return: 0 or -ENOMEM.
 */
int platform_device_add_data(struct platform_device *pdev, const void *data,
			     size_t size)
{
	void *copy = NULL;

	if (data) {
		copy = kmalloc(size, GFP_KERNEL);
		if (!copy)
			return -ENOMEM;
		memcpy(copy, data, size);
	}
	kfree(pdev->dev.platform_data);
	pdev->dev.platform_data = copy;
	return 0;
}
EXPORT_SYMBOL_GPL(platform_device_add_data);

static int platform_name(struct platform_device *pdev)
{
	switch (pdev->id) {
	case PLATFORM_DEVID_NONE:
		return dev_set_name(&pdev->dev, "%s", pdev->name);
	case PLATFORM_DEVID_AUTO:
		pdev->id = next_auto_id++;
		pdev->id_auto = true;
		return dev_set_name(&pdev->dev, "%s.%d.auto", pdev->name,
				    pdev->id);
	default:
		return dev_set_name(&pdev->dev, "%s.%d", pdev->name, pdev->id);
	}
}

/* Release the first @nr resources of @pdev that are in a tree. */
static void platform_unclaim(struct platform_device *pdev, unsigned int nr)
{
	while (nr--)
		if (pdev->resource[nr].parent)
			release_resource(&pdev->resource[nr]);
}

static int platform_claim(struct platform_device *pdev)
{
	unsigned int i;

	for (i = 0; i < pdev->num_resources; i++) {
		struct resource *res = &pdev->resource[i];
		struct resource *root = res->parent;

		if (!res->name)
			res->name = dev_name(&pdev->dev);
		if (!root && resource_type(res) == IORESOURCE_MEM)
			root = &iomem_resource;
		else if (!root && resource_type(res) == IORESOURCE_IO)
			root = &ioport_resource;
		if (root && insert_resource(root, res)) {
			dev_err(&pdev->dev,
				"failed to claim resource %u: %pR\n", i, res);
			platform_unclaim(pdev, i);
			return -EBUSY;
		}
	}
	return 0;
}

/**
 * platform_device_add() - make @pdev visible and look for a driver
 *
 * Context: may sleep; probes. Return: 0; -EBUSY if a resource is taken;
 * -ENOMEM. On failure the caller must platform_device_put().
 */
int platform_device_add(struct platform_device *pdev)
{
	int ret;

	if (!pdev->dev.parent)
		pdev->dev.parent = &platform_bus;
	pdev->dev.bus = &platform_bus_type;
	ret = platform_name(pdev);
	if (ret)
		return ret;
	ret = platform_claim(pdev);
	if (ret)
		return ret;
	ret = device_add(&pdev->dev);
	if (ret)
		platform_unclaim(pdev, pdev->num_resources);
	return ret;
}
EXPORT_SYMBOL_GPL(platform_device_add);

/** platform_device_del() - unbind and remove; the reference stays. */
void platform_device_del(struct platform_device *pdev)
{
	if (IS_ERR_OR_NULL(pdev))
		return;
	device_del(&pdev->dev);
	platform_unclaim(pdev, pdev->num_resources);
}
EXPORT_SYMBOL_GPL(platform_device_del);

/** platform_device_put() - drop a reference; NULL and errors are fine. */
void platform_device_put(struct platform_device *pdev)
{
	if (!IS_ERR_OR_NULL(pdev))
		put_device(&pdev->dev);
}
EXPORT_SYMBOL_GPL(platform_device_put);

/**
 * platform_device_register() - initialise and add a caller's own device
 *
 * Return: as platform_device_add(); platform_device_put() on failure.
 */
int platform_device_register(struct platform_device *pdev)
{
	device_initialize(&pdev->dev);
	platform_set_masks(pdev);
	return platform_device_add(pdev);
}
EXPORT_SYMBOL_GPL(platform_device_register);

/** platform_device_unregister() - platform_device_del() and put. */
void platform_device_unregister(struct platform_device *pdev)
{
	platform_device_del(pdev);
	platform_device_put(pdev);
}
EXPORT_SYMBOL_GPL(platform_device_unregister);

/**
 * platform_device_register_resndata() - allocate, fill and add in one call
 *
 * Context: may sleep. Return: the device or an ERR_PTR.
 */
struct platform_device *
platform_device_register_resndata(struct device *parent, const char *name,
				  int id, const struct resource *res,
				  unsigned int num, const void *data,
				  size_t size)
{
	struct platform_device *pdev = platform_device_alloc(name, id);
	int ret = -ENOMEM;

	if (!pdev)
		return ERR_PTR(-ENOMEM);
	pdev->dev.parent = parent;
	if (!platform_device_add_resources(pdev, res, num) &&
	    !platform_device_add_data(pdev, data, size))
		ret = platform_device_add(pdev);
	if (ret) {
		platform_device_put(pdev);
		return ERR_PTR(ret);
	}
	return pdev;
}
EXPORT_SYMBOL_GPL(platform_device_register_resndata);

/**
 * platform_get_resource() - the @num-th resource of a type, NULL if none
 */
struct resource *platform_get_resource(struct platform_device *pdev,
				       unsigned int type, unsigned int num)
{
	struct resource *res = pdev->resource;
	struct resource *stop = res + pdev->num_resources;

	for (; res != stop; res++)
		if (resource_type(res) == type && !num--)
			return res;
	return NULL;
}
EXPORT_SYMBOL_GPL(platform_get_resource);

/** platform_get_resource_byname() - the one of that type and name, or NULL. */
struct resource *platform_get_resource_byname(struct platform_device *pdev,
					      unsigned int type,
					      const char *name)
{
	struct resource *res;
	unsigned int i = 0;

	while ((res = platform_get_resource(pdev, type, i++)))
		if (res->name && !strcmp(res->name, name))
			return res;
	return NULL;
}
EXPORT_SYMBOL_GPL(platform_get_resource_byname);

/**
 * devm_platform_ioremap_resource() - map memory resource @index, managed
 *
 * Return: the mapping or an ERR_PTR as devm_ioremap_resource().
 */
void __iomem *devm_platform_ioremap_resource(struct platform_device *pdev,
					     unsigned int index)
{
	return devm_ioremap_resource(
		&pdev->dev, platform_get_resource(pdev, IORESOURCE_MEM, index));
}
EXPORT_SYMBOL_GPL(devm_platform_ioremap_resource);

/* ---- drivers ---------------------------------------------------------- */

/**
 * __platform_driver_register() - register @drv on the platform bus
 *
 * Context: may sleep; probes. Return: as driver_register().
 */
int __platform_driver_register(struct platform_driver *drv,
			       struct module *owner)
{
	drv->driver.bus = &platform_bus_type;
	drv->driver.owner = owner;
	return driver_register(&drv->driver);
}
EXPORT_SYMBOL_GPL(__platform_driver_register);

/** platform_driver_unregister() - unbind and forget @drv. */
void platform_driver_unregister(struct platform_driver *drv)
{
	driver_unregister(&drv->driver);
}
EXPORT_SYMBOL_GPL(platform_driver_unregister);

static const struct platform_device_id *
platform_find_id(const struct platform_device_id *id, const char *name)
{
	for (; id && id->name[0]; id++)
		if (!strcmp(id->name, name))
			return id;
	return NULL;
}

static int platform_bus_match(struct device *dev,
			      const struct device_driver *drv)
{
	struct platform_device *pdev = to_platform_device(dev);
	struct platform_driver *pdrv = to_platform_driver(drv);

	if (pdev->driver_override)
		return !strcmp(pdev->driver_override, drv->name);
	if (!pdrv->id_table)
		return !strcmp(pdev->name, drv->name);
	pdev->id_entry = platform_find_id(pdrv->id_table, pdev->name);
	return pdev->id_entry != NULL;
}

static int platform_bus_probe(struct device *dev)
{
	struct platform_driver *drv = to_platform_driver(dev->driver);
	int ret = 0;

	if (drv->probe)
		ret = drv->probe(to_platform_device(dev));
	if (ret == -EPROBE_DEFER && drv->prevent_deferred_probe) {
		dev_warn(dev, "this driver cannot defer its probe\n");
		ret = -ENXIO;
	}
	return ret;
}

static void platform_bus_remove(struct device *dev)
{
	struct platform_driver *drv = to_platform_driver(dev->driver);

	if (drv->remove)
		drv->remove(to_platform_device(dev));
}

const struct bus_type platform_bus_type = {
	.name = "platform",
	.match = platform_bus_match,
	.probe = platform_bus_probe,
	.remove = platform_bus_remove,
	.dma_configure = sim_dma_configure,
	.dma_cleanup = sim_dma_cleanup,
};
EXPORT_SYMBOL_GPL(platform_bus_type);

/* ---- machine life ----------------------------------------------------- */

/**
 * platform_boot() - register the bus and the device all others hang from
 *
 * Return: 0 or -ENOMEM.
 */
int platform_boot(void)
{
	int ret;

	next_auto_id = 0;
	memset(&platform_bus, 0, sizeof(platform_bus));
	platform_bus.init_name = "platform";
	platform_bus.release = platform_bus_release;
	ret = device_register(&platform_bus);
	if (ret) {
		put_device(&platform_bus);
		return ret;
	}
	ret = bus_register(&platform_bus_type);
	if (ret)
		device_unregister(&platform_bus);
	return ret;
}

/** platform_shutdown() - take back platform_boot(). */
void platform_shutdown(void)
{
	struct device *dev;

	/* What pci_check() reported; the last reference is its creator's. */
	while ((dev = bus_find_next_device(&platform_bus_type, NULL))) {
		device_del(dev);
		put_device(dev);
	}
	bus_unregister(&platform_bus_type);
	device_unregister(&platform_bus);
}
