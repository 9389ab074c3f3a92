/* SPDX-License-Identifier: MIT */
/*
 * A device that is being reset: parked where it reaches nothing, with all its PASIDs.
 * Models drivers/iommu/iommu.c of 7.0 (pci_dev_reset_iommu_*). 6.17 has no such calls.
 *
 *	prepare: group->domain stays, the device goes to the blocking domain
 *	done:    the device goes to whatever group->domain is by then
 *
 * I1  While group->parked is set nothing is attached to the group, and what is
 *     detached does not move the parked device.
 * Locks: group->mutex.
 * Tests: tests/unit/iommu/test_reset.c
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/pci.h>

#include "iommu/group.h"

/* Is the device behind a domain other than the blocking one? */
static bool is_behind_domain(struct iommu_group *group, struct device *dev)
{
	return group->domain != group->blocking_domain &&
	       !dev->iommu->attach_deferred;
}

/**
 * pci_dev_reset_iommu_prepare() - park a device before its reset
 * @pdev: the device; its driver starts no DMA
 *
 * Context: may sleep.
 * Return: 0, also without an IOMMU; -EBUSY if a device of its group is parked already;
 * -ENOMEM or the driver's errno, with nothing changed. drivers/iommu/iommu.c, newer.
 */
int pci_dev_reset_iommu_prepare(struct pci_dev *pdev)
{
	struct iommu_group *group = pdev->dev.iommu_group;
	int ret = -EBUSY;

	if (!group || !iommu_ops_of(&pdev->dev))
		return 0;
	mutex_lock(&group->mutex);
	if (group->parked)
		goto out;
	ret = iommu_group_make_blocking(group);
	/* Firmware's direct regions wait, too. */
	if (!ret && is_behind_domain(group, &pdev->dev))
		ret = group->blocking_domain->ops->attach_dev(
			group->blocking_domain, &pdev->dev);
	if (ret)
		goto out;
	iommu_pasid_park(group, &pdev->dev);
	group->parked = &pdev->dev;
out:
	mutex_unlock(&group->mutex);
	return ret;
}
EXPORT_SYMBOL_GPL(pci_dev_reset_iommu_prepare);

/**
 * pci_dev_reset_iommu_done() - the device is itself again
 * @pdev: as given to pci_dev_reset_iommu_prepare(); nothing happens for any other
 *
 * Context: may sleep. WARNs if the driver does not take the device back.
 */
void pci_dev_reset_iommu_done(struct pci_dev *pdev)
{
	struct iommu_group *group = pdev->dev.iommu_group;

	if (!group)
		return;
	mutex_lock(&group->mutex);
	if (group->parked == &pdev->dev) {
		group->parked = NULL;
		if (is_behind_domain(group, &pdev->dev))
			WARN_ON(group->domain->ops->attach_dev(group->domain,
							       &pdev->dev));
		iommu_pasid_unpark(group, &pdev->dev);
	}
	mutex_unlock(&group->mutex);
}
EXPORT_SYMBOL_GPL(pci_dev_reset_iommu_done);

/**
 * iommu_driver_get_domain_for_dev() - what a device is really behind
 *
 * iommu_get_domain_for_dev() says what it is attached to, also while it is parked.
 * Context: for drivers, in attach_dev() and set_dev_pasid(). drivers/iommu/iommu.c,
 * newer.
 */
struct iommu_domain *iommu_driver_get_domain_for_dev(struct device *dev)
{
	struct iommu_group *group = dev->iommu_group;

	if (!group)
		return NULL;
	return group->parked == dev ? group->blocking_domain : group->domain;
}
EXPORT_SYMBOL_GPL(iommu_driver_get_domain_for_dev);
