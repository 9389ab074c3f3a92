/* SPDX-License-Identifier: MIT */
/*
 * IOMMU instances, and devices that come and go in front of them.
 * Models drivers/iommu/iommu.c (probing), 6.17. Reduced: instances are asked in
 * the order of their registration instead of by firmware node.
 *
 * I1  A device either has dev->iommu, a group and the group's domain, or none.
 * I2  With the last device of a group its domains go.
 * Locks: iommu_probe_device_lock around probing and release, group->mutex inside.
 * Tests: tests/unit/iommu/test_group.c, test_groups.c, test_driver.c
 */
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/slab.h>

#include "iommu/group.h"

DEFINE_MUTEX(iommu_probe_device_lock);
EXPORT_SYMBOL_GPL(iommu_probe_device_lock);

static LIST_HEAD(iommu_devices);

/* A new member: where the others are, or the group's first domain. */
static int iommu_join_group(struct iommu_group *group, struct device *dev)
{
	int ret;

	ret = __iommu_group_add_device(group, dev);
	if (ret)
		return ret;
	if (!group->head.default_domain) {
		ret = iommu_group_setup_default(group, 0);
	} else {
		ret = iommu_map_direct_regions(group->head.default_domain, dev);
		if (!ret)
			ret = iommu_group_move_device(group, dev,
						      group->domain);
	}
	if (ret)
		__iommu_group_remove_device(group, dev);
	return ret;
}

/* Which instance serves @dev? ERR_PTR(-ENODEV): none. */
static struct iommu_device *iommu_find_instance(struct device *dev)
{
	struct iommu_device *hw, *answer = ERR_PTR(-ENODEV);

	list_for_each_entry(hw, &iommu_devices, list) {
		answer = hw->ops->probe_device(dev);
		if (PTR_ERR_OR_ZERO(answer) != -ENODEV)
			break;
	}
	return answer;
}

static int __iommu_probe_device(struct device *dev)
{
	const struct iommu_ops *ops;
	struct iommu_device *hw;
	struct iommu_group *group;
	int ret;

	dev->iommu = kzalloc(sizeof(*dev->iommu), GFP_KERNEL);
	if (!dev->iommu)
		return -ENOMEM;
	mutex_init(&dev->iommu->lock);
	hw = iommu_find_instance(dev);
	if (IS_ERR(hw)) {
		ret = PTR_ERR(hw);
		goto err_free;
	}
	ops = hw->ops;
	dev->iommu->iommu_dev = hw;
	/* The driver's probe_device() said what the device itself can do. */
	dev->iommu->max_pasids = min(dev->iommu->max_pasids, hw->max_pasids);
	if (ops->is_attach_deferred)
		dev->iommu->attach_deferred = ops->is_attach_deferred(dev);

	group = ops->device_group(dev);
	if (WARN_ON_ONCE(!group))
		group = ERR_PTR(-EINVAL);
	if (IS_ERR(group)) {
		ret = PTR_ERR(group);
		goto err_release;
	}
	mutex_lock(&group->mutex);
	ret = iommu_join_group(group, dev);
	mutex_unlock(&group->mutex);
	if (ret)
		goto err_group;
	return 0;

err_group:
	iommu_group_put(group);
err_release:
	if (ops->release_device)
		ops->release_device(dev);
err_free:
	mutex_destroy(&dev->iommu->lock);
	kfree(dev->iommu);
	dev->iommu = NULL;
	return ret;
}

/**
 * iommu_probe_device() - give @dev an IOMMU, a group and a default domain
 *
 * Context: may sleep.
 * Return: 0 (also if it had one already); -ENODEV when no IOMMU serves @dev;
 * -ENOMEM or what the driver said, and @dev is as before.
 */
int iommu_probe_device(struct device *dev)
{
	int ret = 0;

	mutex_lock(&iommu_probe_device_lock);
	if (!dev->iommu_group)
		ret = __iommu_probe_device(dev);
	mutex_unlock(&iommu_probe_device_lock);
	if (ret)
		return ret;
	if (iommu_dma_hooks)
		iommu_dma_hooks->setup(dev);
	return 0;
}
EXPORT_SYMBOL_GPL(iommu_probe_device);

/* The group is empty. Static domains have nothing to free. */
static void iommu_free_group_domains(struct iommu_group *group,
				     const struct iommu_ops *ops)
{
	struct iommu_domain *domain = group->head.default_domain;

	WARN_ON(group->owner_cnt);
	if (domain != ops->identity_domain && domain != ops->default_domain)
		iommu_domain_free(domain);
	domain = group->blocking_domain;
	if (domain && domain != ops->blocked_domain)
		iommu_domain_free(domain);
	group->head.default_domain = NULL;
	group->blocking_domain = NULL;
	group->domain = NULL;
}

void iommu_release_device(struct device *dev)
{
	struct iommu_group *group = dev->iommu_group;
	const struct iommu_ops *ops = iommu_ops_of(dev);

	if (!group)
		return;
	if (!ops) {
		/* Somebody's own group, without an IOMMU. */
		iommu_group_remove_device(dev);
		return;
	}
	mutex_lock(&iommu_probe_device_lock);
	mutex_lock(&group->mutex);
	dev->dma_iommu = false;
	/* The context stops pointing at the table before the table goes. */
	if (ops->release_device)
		ops->release_device(dev);
	__iommu_group_remove_device(group, dev);
	if (list_empty(&group->devices))
		iommu_free_group_domains(group, ops);
	mutex_unlock(&group->mutex);
	iommu_group_put(group);
	mutex_destroy(&dev->iommu->lock);
	kfree(dev->iommu);
	dev->iommu = NULL;
	mutex_unlock(&iommu_probe_device_lock);
}

int iommu_device_register(struct iommu_device *iommu,
			  const struct iommu_ops *ops, struct device *hwdev)
{
	iommu->ops = ops;
	iommu->dev = hwdev;
	iommu->ready = true;
	mutex_lock(&iommu_probe_device_lock);
	list_add_tail(&iommu->list, &iommu_devices);
	mutex_unlock(&iommu_probe_device_lock);
	return 0;
}
EXPORT_SYMBOL_GPL(iommu_device_register);

void iommu_device_unregister(struct iommu_device *iommu)
{
	mutex_lock(&iommu_probe_device_lock);
	list_del(&iommu->list);
	iommu->ready = false;
	mutex_unlock(&iommu_probe_device_lock);
	iommu_group_put(iommu->singleton_group);
	iommu->singleton_group = NULL;
}
EXPORT_SYMBOL_GPL(iommu_device_unregister);
