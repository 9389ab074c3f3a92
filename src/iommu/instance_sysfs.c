/* SPDX-License-Identifier: MIT */
/*
 * What users see of an IOMMU instance: a device of class iommu, linked to those that
 * it serves.
 * Models drivers/iommu/iommu-sysfs.c, 6.17.
 *
 *	<instance>/devices/<name>  -->  the device
 *	<the device>/iommu         -->  the instance
 *
 * I1  Both links are there, or none.
 * Locks: none; calls for one instance do not overlap.
 * Tests: tests/unit/iommu/test_hotplug.c
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "iommu/group.h"

#define DEVICES "devices"

static void release_device(struct device *dev)
{
	kfree(dev);
}

static const struct class iommu_class = {
	.name = "iommu",
	.dev_release = release_device,
};

int iommu_device_sysfs_add(struct iommu_device *iommu, struct device *parent,
			   const struct attribute_group **groups,
			   const char *fmt, ...)
{
	struct device *dev;
	va_list args;
	int ret;

	if (iommu->dev)
		return -EEXIST;
	dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	if (!dev)
		return -ENOMEM;
	device_initialize(dev);
	dev->class = &iommu_class;
	dev->parent = parent;
	dev->groups = groups;
	dev_set_drvdata(dev, iommu);
	va_start(args, fmt);
	ret = kobject_set_name_vargs(&dev->kobj, fmt, args);
	va_end(args);
	if (!ret)
		ret = device_add(dev);
	if (ret) {
		put_device(dev);
		return ret;
	}
	iommu->dev = dev;
	return 0;
}
EXPORT_SYMBOL_GPL(iommu_device_sysfs_add);

void iommu_device_sysfs_remove(struct iommu_device *iommu)
{
	if (!iommu->dev)
		return;
	dev_set_drvdata(iommu->dev, NULL);
	device_unregister(iommu->dev);
	iommu->dev = NULL;
}
EXPORT_SYMBOL_GPL(iommu_device_sysfs_remove);

int iommu_device_link(struct iommu_device *iommu, struct device *link)
{
	int ret;

	if (IS_ERR_OR_NULL(iommu))
		return -EINVAL;
	if (!iommu->dev)
		return -ENODEV;
	ret = sysfs_add_link_to_group(&iommu->dev->kobj, DEVICES, &link->kobj,
				      dev_name(link));
	if (ret)
		return ret;
	ret = sysfs_create_link_nowarn(&link->kobj, &iommu->dev->kobj, "iommu");
	if (ret)
		sysfs_remove_link_from_group(&iommu->dev->kobj, DEVICES,
					     dev_name(link));
	return ret;
}
EXPORT_SYMBOL_GPL(iommu_device_link);

void iommu_device_unlink(struct iommu_device *iommu, struct device *link)
{
	if (IS_ERR_OR_NULL(iommu) || !iommu->dev)
		return;
	sysfs_remove_link(&link->kobj, "iommu");
	sysfs_remove_link_from_group(&iommu->dev->kobj, DEVICES,
				     dev_name(link));
}
EXPORT_SYMBOL_GPL(iommu_device_unlink);
