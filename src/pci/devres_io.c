/* SPDX-License-Identifier: MIT */
/*
 * Managed interrupts, register mappings and regions.
 *
 * Models lib/devres.c, kernel/irq/devres.c and the managed part of
 * kernel/resource.c, 6.17. Each is the plain call plus an item on the device's
 * stack (devres.c).
 *
 * Tests: tests/unit/pci/test_devres.c, test_msi.c
 */
#include <linux/device.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/ioport.h>

#include "pci/core.h"

struct dev_irq {
	unsigned int irq;
	void *dev_id;
};

static void irq_release(struct device *dev, void *res)
{
	struct dev_irq *held = res;

	free_irq(held->irq, held->dev_id);
}

static int same_irq(struct device *dev, void *res, void *data)
{
	struct dev_irq *have = res, *want = data;

	return have->irq == want->irq && have->dev_id == want->dev_id;
}

/**
 * devm_request_threaded_irq() - request_threaded_irq() that ends with @dev
 * @devname: NULL for the device's own name
 *
 * Context: may sleep. Return: 0, -ENOMEM, or request_threaded_irq()'s error.
 */
int devm_request_threaded_irq(struct device *dev, unsigned int irq,
			      irq_handler_t handler, irq_handler_t thread_fn,
			      unsigned long irqflags, const char *devname,
			      void *dev_id)
{
	struct dev_irq *res;
	int ret;

	res = devres_alloc(irq_release, sizeof(*res), GFP_KERNEL);
	if (!res)
		return -ENOMEM;
	ret = request_threaded_irq(irq, handler, thread_fn, irqflags,
				   devname ?: dev_name(dev), dev_id);
	if (ret) {
		devres_free(res);
		return ret;
	}
	res->irq = irq;
	res->dev_id = dev_id;
	devres_add(dev, res);
	return 0;
}
EXPORT_SYMBOL(devm_request_threaded_irq);

/** devm_free_irq() - free a managed interrupt before its time. */
void devm_free_irq(struct device *dev, unsigned int irq, void *dev_id)
{
	struct dev_irq want = { irq, dev_id };

	WARN_ON(devres_release(dev, irq_release, same_irq, &want));
}
EXPORT_SYMBOL(devm_free_irq);

static void ioremap_release(struct device *dev, void *res)
{
	iounmap(*(void __iomem **)res);
}

static int same_mapping(struct device *dev, void *res, void *data)
{
	return *(void **)res == data;
}

/**
 * devm_ioremap() - ioremap() that ends with the binding
 *
 * Context: may sleep. Return: the mapping or NULL.
 */
void __iomem *devm_ioremap(struct device *dev, resource_size_t offset,
			   resource_size_t size)
{
	void __iomem **res;

	res = devres_alloc(ioremap_release, sizeof(*res), GFP_KERNEL);
	if (!res)
		return NULL;
	*res = ioremap(offset, size);
	if (!*res) {
		devres_free(res);
		return NULL;
	}
	devres_add(dev, res);
	return *res;
}
EXPORT_SYMBOL(devm_ioremap);

/** devm_ioremap_wc() - the same; the machine has one kind of MMIO mapping. */
void __iomem *devm_ioremap_wc(struct device *dev, resource_size_t offset,
			      resource_size_t size)
{
	return devm_ioremap(dev, offset, size);
}
EXPORT_SYMBOL(devm_ioremap_wc);

/** devm_iounmap() - end a managed mapping before its time. */
void devm_iounmap(struct device *dev, void __iomem *addr)
{
	WARN_ON(devres_release(dev, ioremap_release, same_mapping,
			       (void __force *)addr));
}
EXPORT_SYMBOL(devm_iounmap);

/**
 * devm_ioremap_resource() - request @res and map it, both managed
 *
 * Context: may sleep. Return: the mapping; ERR_PTR of -EINVAL for no memory
 * resource, -EBUSY if the range is taken, -ENOMEM.
 */
void __iomem *devm_ioremap_resource(struct device *dev,
				    const struct resource *res)
{
	resource_size_t size;
	void __iomem *addr;

	if (!res || resource_type(res) != IORESOURCE_MEM) {
		dev_err(dev, "not a memory resource\n");
		return IOMEM_ERR_PTR(-EINVAL);
	}
	size = resource_size(res);
	if (!devm_request_mem_region(dev, res->start, size,
				     res->name ?: dev_name(dev))) {
		dev_err(dev, "cannot have %pR for itself\n", res);
		return IOMEM_ERR_PTR(-EBUSY);
	}
	addr = devm_ioremap(dev, res->start, size);
	if (!addr) {
		devm_release_mem_region(dev, res->start, size);
		return IOMEM_ERR_PTR(-ENOMEM);
	}
	return addr;
}
EXPORT_SYMBOL(devm_ioremap_resource);

struct dev_region {
	struct resource *parent;
	resource_size_t start, n;
};

static void region_release(struct device *dev, void *res)
{
	struct dev_region *region = res;

	__release_region(region->parent, region->start, region->n);
}

static int same_region(struct device *dev, void *res, void *data)
{
	struct dev_region *have = res, *want = data;

	return have->parent == want->parent && have->start == want->start &&
	       have->n == want->n;
}

/**
 * __devm_request_region() - __request_region() that ends with the binding
 *
 * Context: may sleep. Return: the region or NULL.
 */
struct resource *__devm_request_region(struct device *dev,
				       struct resource *parent,
				       resource_size_t start, resource_size_t n,
				       const char *name)
{
	struct dev_region *res;
	struct resource *region;

	res = devres_alloc(region_release, sizeof(*res), GFP_KERNEL);
	if (!res)
		return NULL;
	region = __request_region(parent, start, n, name, 0);
	if (!region) {
		devres_free(res);
		return NULL;
	}
	*res = (struct dev_region){ parent, start, n };
	devres_add(dev, res);
	return region;
}
EXPORT_SYMBOL(__devm_request_region);

/** __devm_release_region() - release a managed region before its time. */
void __devm_release_region(struct device *dev, struct resource *parent,
			   resource_size_t start, resource_size_t n)
{
	struct dev_region want = { parent, start, n };

	WARN_ON(devres_release(dev, region_release, same_region, &want));
}
EXPORT_SYMBOL(__devm_release_region);
