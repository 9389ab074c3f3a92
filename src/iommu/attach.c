/* SPDX-License-Identifier: MIT */
/*
 * Domains, and putting the devices of a group behind one.
 * Models drivers/iommu/iommu.c (attach), 6.17; the devices of a group are moved
 * one after the other, so DMA under way sees the old domain or the new one, and
 * nothing else.
 *
 * I1  After a failed attach every device is where it was. The one that failed
 *     never left (6.17 attaches it again).
 * I2  Going back works: it is WARNed about if not, and the group still counts as
 *     moved. The device that did not go is blocked if the group has a domain for
 *     that, so that the one it is behind can be freed.
 * I3  A device whose firmware keeps direct mappings is never blocked.
 * Locks: group->mutex.
 * Tests: tests/unit/iommu/test_group.c, test_groups.c
 */
#include <linux/bug.h>
#include <linux/dev_printk.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/msi.h>
#include <trace/events/iommu.h>

#include "iommu/group.h"

/* ---- domains ----------------------------------------------------------------- */

/* A domain with tables. ERR_PTR: -ENODEV, -EOPNOTSUPP, -ENOMEM. May sleep. */
struct iommu_domain *iommu_domain_alloc_type(struct device *dev,
					     unsigned int type,
					     unsigned int flags)
{
	const struct iommu_ops *ops = iommu_ops_of(dev);
	struct iommu_domain *domain;

	if (!ops)
		return ERR_PTR(-ENODEV);
	if (ops->domain_alloc_paging && !flags)
		domain = ops->domain_alloc_paging(dev);
	else if (ops->domain_alloc_paging_flags)
		domain = ops->domain_alloc_paging_flags(dev, flags, NULL);
	else
		return ERR_PTR(-EOPNOTSUPP);
	if (!domain)
		return ERR_PTR(-ENOMEM);
	if (IS_ERR(domain))
		return domain;
	domain->type = type;
	domain->owner = ops;
	if (!domain->ops)
		domain->ops = ops->default_domain_ops;
	return domain;
}

struct iommu_domain *iommu_paging_domain_alloc_flags(struct device *dev,
						     unsigned int flags)
{
	return iommu_domain_alloc_type(dev, IOMMU_DOMAIN_UNMANAGED, flags);
}
EXPORT_SYMBOL_GPL(iommu_paging_domain_alloc_flags);

void iommu_domain_free(struct iommu_domain *domain)
{
	if (iommu_dma_hooks)
		iommu_dma_hooks->put_cookie(domain);
	if (lib_watched(LIB_WATCH_PAGES))
		iommu_mapcount_free(domain);
	if (domain->ops->free)
		domain->ops->free(domain);
}
EXPORT_SYMBOL_GPL(iommu_domain_free);

/* ---- devices (mutex held) ------------------------------------------------------ */

static int iommu_attach_one(struct device *dev, struct iommu_domain *domain)
{
	int ret = -ENODEV;

	if (domain->ops->attach_dev)
		ret = domain->ops->attach_dev(domain, dev);
	if (ret)
		return ret;
	dev->iommu->attach_deferred = 0;
	trace_attach_device_to_domain(dev);
	return 0;
}

/* Put one device of @group behind @domain. 0, -EINVAL (I3) or the driver's. */
int iommu_group_move_device(struct iommu_group *group, struct device *dev,
			    struct iommu_domain *domain)
{
	if (dev->iommu->require_direct &&
	    (domain->type == IOMMU_DOMAIN_BLOCKED ||
	     domain == group->blocking_domain)) {
		dev_warn(dev,
			 "firmware keeps direct mappings: cannot be blocked\n");
		return -EINVAL;
	}
	if (dev == group->parked)
		return 0;
	/* Its DMA goes on as the previous kernel set it up, until it maps. */
	if (dev->iommu->attach_deferred && domain == group->head.default_domain)
		return 0;
	return iommu_attach_one(dev, domain);
}

/* The same where it must not fail (I2). */
static void iommu_group_return_device(struct iommu_group *group,
				      struct device *dev,
				      struct iommu_domain *domain)
{
	if (!WARN_ON(iommu_group_move_device(group, dev, domain)))
		return;
	if (group->blocking_domain && group->blocking_domain != domain)
		iommu_attach_one(dev, group->blocking_domain);
}

/* All devices of @group, or none. 0 or what the first that failed said. */
int __iommu_group_set_domain(struct iommu_group *group,
			     struct iommu_domain *domain)
{
	struct iommu_group_dev *member;
	int ret = 0;

	lockdep_assert_held(&group->mutex);
	if (group->domain == domain)
		return 0;
	if (group->parked)
		return -EBUSY;
	for_each_group_dev(group, member)
	{
		ret = iommu_group_move_device(group, member->dev, domain);
		if (ret)
			goto err_back;
	}
	group->domain = domain;
	return 0;

err_back:
	/* The first domain of a new group has nothing to go back to. */
	list_for_each_entry_continue_reverse(member, &group->devices,
					     node) if (group->domain)
		iommu_group_return_device(group, member->dev, group->domain);
	return ret;
}

void __iommu_group_return_to(struct iommu_group *group,
			     struct iommu_domain *domain)
{
	struct iommu_group_dev *member;

	lockdep_assert_held(&group->mutex);
	if (group->domain == domain)
		return;
	for_each_group_dev(group, member)
		iommu_group_return_device(group, member->dev, domain);
	group->domain = domain;
}

/* Is @domain one of the driver with @ops? Static domains need no owner. */
bool iommu_ops_take(const struct iommu_ops *ops,
		    const struct iommu_domain *domain)
{
	return domain->owner == ops || domain == ops->blocked_domain ||
	       domain == ops->identity_domain;
}

/* Is @domain one of the IOMMU of @group? 0 or -EINVAL. */
int iommu_group_takes(struct iommu_group *group, struct iommu_domain *domain)
{
	const struct iommu_ops *ops;

	if (list_empty(&group->devices))
		return -EINVAL;
	ops = iommu_ops_of(iommu_group_first(group));
	return ops && iommu_ops_take(ops, domain) ? 0 : -EINVAL;
}

int __iommu_attach_group(struct iommu_domain *domain, struct iommu_group *group)
{
	if (group->domain != group->head.default_domain &&
	    group->domain != group->blocking_domain)
		return -EBUSY;
	return iommu_group_takes(group, domain) ?:
		       __iommu_group_set_domain(group, domain);
}

/* ---- the calls ------------------------------------------------------------------- */

int iommu_attach_group(struct iommu_domain *domain, struct iommu_group *group)
{
	int ret;

	mutex_lock(&group->mutex);
	ret = __iommu_attach_group(domain, group);
	mutex_unlock(&group->mutex);
	return ret;
}
EXPORT_SYMBOL_GPL(iommu_attach_group);

void __iommu_detach_group(struct iommu_domain *domain,
			  struct iommu_group *group)
{
	WARN_ON(group->domain != domain);
	__iommu_group_return_to(group, group->owner ?
					       group->blocking_domain :
					       group->head.default_domain);
}

void iommu_detach_group(struct iommu_domain *domain, struct iommu_group *group)
{
	mutex_lock(&group->mutex);
	__iommu_detach_group(domain, group);
	mutex_unlock(&group->mutex);
}
EXPORT_SYMBOL_GPL(iommu_detach_group);

int iommu_attach_device(struct iommu_domain *domain, struct device *dev)
{
	struct iommu_group *group = dev->iommu_group;
	int ret = -EINVAL;

	if (!group)
		return -ENODEV;
	mutex_lock(&group->mutex);
	/* Others would be moved without having been asked. */
	if (list_is_singular(&group->devices))
		ret = __iommu_attach_group(domain, group);
	mutex_unlock(&group->mutex);
	return ret;
}
EXPORT_SYMBOL_GPL(iommu_attach_device);

void iommu_detach_device(struct iommu_domain *domain, struct device *dev)
{
	struct iommu_group *group = dev->iommu_group;

	if (!group)
		return;
	mutex_lock(&group->mutex);
	if (!WARN_ON(group->domain != domain) &&
	    !WARN_ON(!list_is_singular(&group->devices)))
		__iommu_detach_group(domain, group);
	mutex_unlock(&group->mutex);
}
EXPORT_SYMBOL_GPL(iommu_detach_device);

struct iommu_domain *iommu_get_domain_for_dev(struct device *dev)
{
	return dev->iommu_group ? dev->iommu_group->domain : NULL;
}
EXPORT_SYMBOL_GPL(iommu_get_domain_for_dev);

struct iommu_domain *iommu_get_dma_domain(struct device *dev)
{
	return dev->iommu_group->head.default_domain;
}
EXPORT_SYMBOL_GPL(iommu_get_dma_domain);

int iommu_deferred_attach(struct device *dev, struct iommu_domain *domain)
{
	int ret = 0;

	if (likely(!dev->iommu || !dev->iommu->attach_deferred))
		return 0;
	mutex_lock(&dev->iommu_group->mutex);
	if (dev->iommu->attach_deferred)
		ret = dev->iommu_group->parked ? -EBUSY :
						 iommu_attach_one(dev, domain);
	mutex_unlock(&dev->iommu_group->mutex);
	return ret;
}
EXPORT_SYMBOL_GPL(iommu_deferred_attach);

int iommu_dma_prepare_msi(struct msi_desc *desc, phys_addr_t msi_addr)
{
	struct iommu_group *group = msi_desc_to_dev(desc)->iommu_group;
	struct iommu_domain *domain;
	int ret = -EOPNOTSUPP;

	if (!group)
		return 0;
	mutex_lock(&group->mutex);
	domain = group->domain;
	if (!domain || domain->type == IOMMU_DOMAIN_IDENTITY)
		ret = 0;
	else if (domain->cookie_type == IOMMU_COOKIE_DMA_IOVA ||
		 domain->cookie_type == IOMMU_COOKIE_DMA_MSI)
		ret = iommu_dma_hooks->sw_msi(domain, desc, msi_addr);
	mutex_unlock(&group->mutex);
	return ret;
}
EXPORT_SYMBOL_GPL(iommu_dma_prepare_msi);

bool device_iommu_capable(struct device *dev, enum iommu_cap cap)
{
	const struct iommu_ops *ops = iommu_ops_of(dev);

	return ops && ops->capable && ops->capable(dev, cap);
}
EXPORT_SYMBOL_GPL(device_iommu_capable);
