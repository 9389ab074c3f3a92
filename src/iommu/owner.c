/* SPDX-License-Identifier: MIT */
/*
 * Who may decide where a group's devices reach: their drivers, with the default
 * domain, or one owner, with domains of its own.
 * Models drivers/iommu/iommu.c (DMA ownership), 6.17.
 *
 * I1  owner_cnt != 0 with an owner means: the blocking domain or a domain of the
 *     owner is attached, never the default one.
 * I2  owner_cnt != 0 without an owner means: so many drivers are bound, and the
 *     default domain is attached.
 * Locks: group->mutex.
 * Tests: tests/unit/iommu/test_group.c, test_groups.c
 */
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/export.h>

#include "iommu/group.h"

int iommu_device_use_default_domain(struct device *dev)
{
	struct iommu_group *group = dev->iommu_group;
	int ret = 0;

	if (!group)
		return 0;
	mutex_lock(&group->mutex);
	if (!group->head.default_domain)
		ret = -EPROBE_DEFER;
	else if (group->owner_cnt &&
		 (group->domain != group->head.default_domain || group->owner ||
		  !xa_empty(&group->pasids)))
		ret = -EBUSY;
	else
		group->owner_cnt++;
	mutex_unlock(&group->mutex);
	return ret;
}
EXPORT_SYMBOL_GPL(iommu_device_use_default_domain);

void iommu_device_unuse_default_domain(struct device *dev)
{
	struct iommu_group *group = dev->iommu_group;

	if (!group)
		return;
	mutex_lock(&group->mutex);
	if (!WARN_ON(!group->owner_cnt || !xa_empty(&group->pasids)))
		group->owner_cnt--;
	mutex_unlock(&group->mutex);
}
EXPORT_SYMBOL_GPL(iommu_device_unuse_default_domain);

/* Hardware that cannot block gets a domain in which nothing is mapped. */
int iommu_group_make_blocking(struct iommu_group *group)
{
	struct device *dev = iommu_group_first(group);
	const struct iommu_ops *ops = iommu_ops_of(dev);
	struct iommu_domain *empty;

	if (group->blocking_domain)
		return 0;
	if (ops && ops->blocked_domain) {
		group->blocking_domain = ops->blocked_domain;
		return 0;
	}
	empty = iommu_domain_alloc_type(dev, IOMMU_DOMAIN_UNMANAGED, 0);
	if (IS_ERR(empty))
		return PTR_ERR(empty);
	group->blocking_domain = empty;
	return 0;
}

static int __iommu_take_owner(struct iommu_group *group, void *owner)
{
	int ret;

	if (group->domain != group->head.default_domain ||
	    !xa_empty(&group->pasids))
		return -EBUSY;
	ret = list_empty(&group->devices) ? -ENODEV :
					    iommu_group_make_blocking(group);
	if (!ret)
		ret = __iommu_group_set_domain(group, group->blocking_domain);
	if (ret)
		return ret;
	group->owner = owner;
	group->owner_cnt = 1;
	return 0;
}

/* All its claims end. */
static void __iommu_drop_owner(struct iommu_group *group)
{
	if (WARN_ON(!group->owner_cnt || !group->owner ||
		    !xa_empty(&group->pasids)))
		return;
	group->owner_cnt = 0;
	group->owner = NULL;
	__iommu_group_return_to(group, group->head.default_domain);
}

int iommu_group_claim_dma_owner(struct iommu_group *group, void *owner)
{
	int ret;

	if (WARN_ON(!owner))
		return -EINVAL;
	mutex_lock(&group->mutex);
	ret = group->owner_cnt ? -EPERM : __iommu_take_owner(group, owner);
	mutex_unlock(&group->mutex);
	return ret;
}
EXPORT_SYMBOL_GPL(iommu_group_claim_dma_owner);

void iommu_group_release_dma_owner(struct iommu_group *group)
{
	mutex_lock(&group->mutex);
	__iommu_drop_owner(group);
	mutex_unlock(&group->mutex);
}
EXPORT_SYMBOL_GPL(iommu_group_release_dma_owner);

bool iommu_group_dma_owner_claimed(struct iommu_group *group)
{
	bool claimed;

	mutex_lock(&group->mutex);
	claimed = group->owner_cnt;
	mutex_unlock(&group->mutex);
	return claimed;
}
EXPORT_SYMBOL_GPL(iommu_group_dma_owner_claimed);

/* Unlike the group call, the same owner may claim again. */
int iommu_device_claim_dma_owner(struct device *dev, void *owner)
{
	struct iommu_group *group = dev->iommu_group;
	int ret = 0;

	if (WARN_ON(!owner))
		return -EINVAL;
	if (!group)
		return -ENODEV;
	mutex_lock(&group->mutex);
	if (!group->owner_cnt)
		ret = __iommu_take_owner(group, owner);
	else if (group->owner == owner)
		group->owner_cnt++;
	else
		ret = -EPERM;
	mutex_unlock(&group->mutex);
	return ret;
}
EXPORT_SYMBOL_GPL(iommu_device_claim_dma_owner);

void iommu_device_release_dma_owner(struct device *dev)
{
	struct iommu_group *group = dev->iommu_group;

	if (!group)
		return;
	mutex_lock(&group->mutex);
	if (group->owner && group->owner_cnt > 1)
		group->owner_cnt--;
	else
		__iommu_drop_owner(group);
	mutex_unlock(&group->mutex);
}
EXPORT_SYMBOL_GPL(iommu_device_release_dma_owner);
