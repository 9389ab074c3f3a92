/* SPDX-License-Identifier: MIT */
/*
 * What firmware says of a device before it is probed: which IOMMU instance serves it,
 * and by which numbers that instance knows it.
 * Models drivers/iommu/iommu.c (struct dev_iommu, fwspec), 6.17. Reduced: firmware
 * nodes are not counted.
 *
 * I1  dev->iommu exists from the first of iommu_fwspec_init() and the probe on, until
 *     the device is released or its probe fails.
 * Locks: iommu_probe_device_lock where a device is probed; drivers call
 * iommu_fwspec_init() before that.
 * Tests: tests/unit/iommu/test_hotplug.c
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "iommu/group.h"
#include "iommu/iommu_priv.h"

/* 0 or -ENOMEM. */
int iommu_dev_iommu_get(struct device *dev)
{
	if (dev->iommu)
		return 0;
	dev->iommu = kzalloc(sizeof(*dev->iommu), GFP_KERNEL);
	if (!dev->iommu)
		return -ENOMEM;
	mutex_init(&dev->iommu->lock);
	return 0;
}

void dev_iommu_free(struct device *dev)
{
	if (!dev->iommu)
		return;
	iommu_fwspec_free(dev);
	mutex_destroy(&dev->iommu->lock);
	kfree(dev->iommu);
	dev->iommu = NULL;
}

int iommu_fwspec_init(struct device *dev, struct fwnode_handle *iommu_fwnode)
{
	const struct iommu_device *hw = iommu_from_fwnode(iommu_fwnode);
	struct iommu_fwspec *fwspec = dev_iommu_fwspec_get(dev);

	if (!hw)
		return -ENODEV;
	if (!dev->iommu && !READ_ONCE(hw->ready))
		return -EPROBE_DEFER;
	if (fwspec)
		return hw->ops == iommu_fwspec_ops(fwspec) ? 0 : -EINVAL;
	if (iommu_dev_iommu_get(dev))
		return -ENOMEM;
	fwspec = kzalloc(sizeof(*fwspec), GFP_KERNEL);
	if (!fwspec)
		return -ENOMEM;
	fwspec->iommu_fwnode = iommu_fwnode;
	dev_iommu_fwspec_set(dev, fwspec);
	return 0;
}
EXPORT_SYMBOL_GPL(iommu_fwspec_init);

void iommu_fwspec_free(struct device *dev)
{
	kfree(dev_iommu_fwspec_get(dev));
	dev_iommu_fwspec_set(dev, NULL);
}
EXPORT_SYMBOL_GPL(iommu_fwspec_free);

int iommu_fwspec_add_ids(struct device *dev, const u32 *ids, int num_ids)
{
	struct iommu_fwspec *fwspec = dev_iommu_fwspec_get(dev);

	if (!fwspec || num_ids < 0)
		return -EINVAL;
	fwspec = krealloc(fwspec,
			  struct_size(fwspec, ids, fwspec->num_ids + num_ids),
			  GFP_KERNEL);
	if (!fwspec)
		return -ENOMEM;
	memcpy(fwspec->ids + fwspec->num_ids, ids, num_ids * sizeof(*ids));
	fwspec->num_ids += num_ids;
	dev_iommu_fwspec_set(dev, fwspec);
	return 0;
}
EXPORT_SYMBOL_GPL(iommu_fwspec_add_ids);
