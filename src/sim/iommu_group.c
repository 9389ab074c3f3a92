/* SPDX-License-Identifier: MIT */
/*
 * Attributes of IOMMU groups from outside, <dmasim/inspect.h>.
 *
 * Tests: tests/unit/iommu/test_groups.c, test_resv.c
 */
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/string.h>

#include <dmasim/inspect.h>

#include "iommu/iommu.h"
#include "pci/pci.h"
#include "sim/sim.h"

static struct iommu_group *sim_group(struct dmasim_device *dev)
{
	struct iommu_group *group = iommu_group_get(dev->dev);

	if (!group)
		sim_refuse(-ENODEV, "device %s: not behind an IOMMU",
			   hw_dev_name(dev->hw));
	return group;
}

static int sim_refuse_attr(struct dmasim_device *dev, const char *attr,
			   const char *text, int err)
{
	const char *why = "the driver refused";

	switch (err) {
	case -ENOENT:
		why = "there is no such attribute";
		break;
	case -EIO:
		why = "it cannot be written";
		break;
	case -EINVAL:
		why = "no such type, or a device of the group cannot have it";
		break;
	case -EPERM:
		why = "a driver is bound, or somebody owns the group";
		break;
	case -ENOMEM:
		why = "out of memory";
		break;
	}
	return sim_refuse(err, "IOMMU group of %s: %s%s%s: %s",
			  hw_dev_name(dev->hw), attr, text ? " = " : "",
			  text ?: "", why);
}

int dmasim_iommu_group_get(struct dmasim_device *dev, const char *attr,
			   char *buf, size_t size)
{
	struct iommu_group *group = sim_group(dev);
	struct page *page;
	ssize_t len;

	if (!group)
		return -ENODEV;
	page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (page) {
		len = sysfs_sim_read(iommu_group_kobj(group), attr,
				     page_address(page));
		if (len >= 0)
			strscpy(buf, page_address(page), size);
		__free_page(page);
	} else {
		len = -ENOMEM;
	}
	iommu_group_put(group);
	return len < 0 ? sim_refuse_attr(dev, attr, NULL, len) : len;
}
EXPORT_SYMBOL(dmasim_iommu_group_get);

int dmasim_iommu_group_set(struct dmasim_device *dev, const char *attr,
			   const char *text)
{
	struct iommu_group *group = sim_group(dev);
	ssize_t ret;

	if (!group)
		return -ENODEV;
	ret = sysfs_sim_write(iommu_group_kobj(group), attr, text,
			      strlen(text));
	iommu_group_put(group);
	return ret < 0 ? sim_refuse_attr(dev, attr, text, ret) : 0;
}
EXPORT_SYMBOL(dmasim_iommu_group_set);
