/* SPDX-License-Identifier: MIT */
/*
 * IOMMU instances that come and go, and devices that come and go in front of them.
 * Models drivers/iommu/iommu.c (registration, probing), 6.17.
 *
 *	an instance comes: all devices of the buses --> groups --> default domains
 *	a device comes:    the device --> its group --> the group's domain
 *
 * An instance serves the devices whose firmware names it; one without a name serves
 * those of which firmware says nothing.
 *
 * I1  A device either has an instance, a group and, once its group is set up, the
 *     group's domain, or none of them.
 * I2  With the last device of a group its domains go.
 * I3  After iommu_device_unregister() no device refers to the instance.
 * Locks: iommu_probe_device_lock around probing and release, group->mutex inside;
 * instances_lock (leaf) for the list.
 * Tests: tests/unit/iommu/test_group.c, test_groups.c, test_hotplug.c
 */
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/pci-ats.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/property.h>
#include <linux/slab.h>

#include "iommu/group.h"
#include "iommu/iommu_priv.h"

DEFINE_MUTEX(iommu_probe_device_lock);
EXPORT_SYMBOL_GPL(iommu_probe_device_lock);

static DEFINE_SPINLOCK(instances_lock);
static LIST_HEAD(instances);

static const struct bus_type *const buses[] = {
	&platform_bus_type,
	&pci_bus_type,
};
static struct notifier_block bus_nbs[ARRAY_SIZE(buses)];

/* ---- instances by name ------------------------------------------------------ */

struct iommu_device *iommu_from_fwnode(const struct fwnode_handle *fwnode)
{
	struct iommu_device *hw, *found = NULL;

	spin_lock(&instances_lock);
	list_for_each_entry(hw, &instances, list)
		if (!found && hw->fwnode == fwnode)
			found = hw;
	spin_unlock(&instances_lock);
	return found;
}

const struct iommu_ops *
iommu_ops_from_fwnode(const struct fwnode_handle *fwnode)
{
	const struct iommu_device *hw = iommu_from_fwnode(fwnode);

	return hw ? hw->ops : NULL;
}
EXPORT_SYMBOL_GPL(iommu_ops_from_fwnode);

/* ---- one device --------------------------------------------------------------- */

/*
 * A new member: where the others are, or the group's first domain; @fresh: unless that
 * waits until all members are there.
 */
static int iommu_join_group(struct iommu_group *group, struct device *dev,
			    struct list_head *fresh)
{
	int ret;

	ret = __iommu_group_add_device(group, dev);
	if (ret)
		return ret;
	if (group->head.default_domain) {
		ret = iommu_map_direct_regions(group->head.default_domain, dev);
		if (!ret)
			ret = iommu_group_move_device(group, dev,
						      group->domain);
	} else if (!fresh) {
		ret = iommu_group_setup_default(group, 0);
	} else if (list_empty(&group->fresh)) {
		list_add_tail(&group->fresh, fresh);
	}
	if (ret)
		__iommu_group_remove_device(group, dev);
	else
		iommu_pasid_joined(group, dev);
	return ret;
}

/*
 * PASIDs that @dev and the instance @hw in front of it have; 0: none. Of devices that
 * are not PCI firmware would have to say it.
 */
static u32 iommu_max_pasids(struct device *dev, const struct iommu_device *hw)
{
	int nr = dev_is_pci(dev) ? pci_max_pasids(to_pci_dev(dev)) : 0;

	return nr > 0 ? min_t(u32, nr, hw->max_pasids) : 0;
}

/* @fresh: gets groups that need a default domain; NULL: they get it now. */
static int __iommu_probe_device(struct device *dev, struct list_head *fresh)
{
	const struct iommu_ops *ops =
		iommu_fwspec_ops(dev_iommu_fwspec_get(dev));
	struct iommu_device *hw;
	struct iommu_group *group;
	int ret;

	lockdep_assert_held(&iommu_probe_device_lock);
	if (!ops)
		return -ENODEV;
	ret = iommu_dev_iommu_get(dev);
	if (ret)
		return ret;
	hw = ops->probe_device(dev);
	if (IS_ERR(hw)) {
		ret = PTR_ERR(hw);
		goto err_free;
	}
	dev->iommu->iommu_dev = hw;
	ret = hw->dev ? iommu_device_link(hw, dev) : 0;
	if (ret)
		goto err_release;
	dev->iommu->max_pasids = iommu_max_pasids(dev, hw);
	if (ops->is_attach_deferred)
		dev->iommu->attach_deferred = ops->is_attach_deferred(dev);

	group = ops->device_group(dev);
	if (WARN_ON_ONCE(!group))
		group = ERR_PTR(-EINVAL);
	if (IS_ERR(group)) {
		ret = PTR_ERR(group);
		goto err_unlink;
	}
	mutex_lock(&group->mutex);
	ret = iommu_join_group(group, dev, fresh);
	/* Its driver did not ask for the default domain, but uses it from now on. */
	if (!ret && device_is_bound(dev) && !group->owner)
		group->owner_cnt++;
	mutex_unlock(&group->mutex);
	if (ret)
		goto err_group;
	return 0;

err_group:
	iommu_group_put(group);
err_unlink:
	iommu_device_unlink(hw, dev);
err_release:
	if (ops->release_device)
		ops->release_device(dev);
err_free:
	dev_iommu_free(dev);
	return ret;
}

/* @dev is in front of its default domain. */
static void iommu_finish_device(struct device *dev)
{
	const struct iommu_ops *ops = dev_iommu_ops(dev);

	if (device_is_bound(dev))
		lib_event(
			LIB_EVENT_NOTE, "iommu-late-probe", dev, 0, 0,
			"%s gets an IOMMU while its driver is bound: what is mapped is lost",
			dev_name(dev));
	if (iommu_dma_hooks)
		iommu_dma_hooks->setup(dev);
	if (ops->probe_finalize)
		ops->probe_finalize(dev);
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
	bool known;
	int ret = 0;

	mutex_lock(&iommu_probe_device_lock);
	known = dev->iommu_group;
	if (!known)
		ret = __iommu_probe_device(dev, NULL);
	mutex_unlock(&iommu_probe_device_lock);
	if (!ret && !known)
		iommu_finish_device(dev);
	return ret;
}
EXPORT_SYMBOL_GPL(iommu_probe_device);

static void iommu_free_domain_of(const struct iommu_ops *ops,
				 struct iommu_domain *domain)
{
	/* Static domains have nothing to free. */
	if (domain && domain != ops->identity_domain &&
	    domain != ops->default_domain && domain != ops->blocked_domain)
		iommu_domain_free(domain);
}

/* The group is empty. */
static void iommu_free_group_domains(struct iommu_group *group,
				     const struct iommu_ops *ops)
{
	WARN_ON(group->owner_cnt ||
		group->domain != group->head.default_domain);
	iommu_free_domain_of(ops, group->head.default_domain);
	iommu_free_domain_of(ops, group->blocking_domain);
	group->head.default_domain = NULL;
	group->blocking_domain = NULL;
	group->domain = NULL;
}

void iommu_release_device(struct device *dev)
{
	struct iommu_group *group = dev->iommu_group;
	const struct iommu_ops *ops = iommu_ops_of(dev);

	if (!ops) {
		/* Somebody's own group, or firmware named an IOMMU in vain. */
		iommu_group_remove_device(dev);
		dev_iommu_free(dev);
		return;
	}
	mutex_lock(&iommu_probe_device_lock);
	iommu_device_unlink(dev->iommu->iommu_dev, dev);
	mutex_lock(&group->mutex);
	dev->dma_iommu = false;
	iommu_pasid_park(group, dev);
	/* The context stops pointing at the table before the table goes. */
	if (ops->release_domain && !dev->iommu->attach_deferred)
		WARN_ON(ops->release_domain->ops->attach_dev(
			ops->release_domain, dev));
	if (ops->release_device)
		ops->release_device(dev);
	__iommu_group_remove_device(group, dev);
	if (group->parked == dev)
		group->parked = NULL;
	iommu_pasid_left(group, dev);
	if (list_empty(&group->devices))
		iommu_free_group_domains(group, ops);
	mutex_unlock(&group->mutex);
	iommu_group_put(group);
	dev_iommu_free(dev);
	mutex_unlock(&iommu_probe_device_lock);
}

/* ---- all that are there ----------------------------------------------------------- */

static int iommu_probe_one_of_bus(struct device *dev, void *fresh)
{
	bool set_up = false;
	int ret = 0;

	mutex_lock(&iommu_probe_device_lock);
	if (!dev->iommu_group) {
		ret = __iommu_probe_device(dev, fresh);
		set_up = !ret && dev->iommu_group->head.default_domain;
	}
	mutex_unlock(&iommu_probe_device_lock);
	if (ret)
		return ret == -ENODEV ? 0 : ret;
	if (set_up)
		iommu_finish_device(dev);
	return 0;
}

/* Drivers may call back into the core when they finish: without group->mutex. */
static int iommu_set_up_fresh(struct iommu_group *group)
{
	struct iommu_group_dev *member;
	int ret;

	mutex_lock(&iommu_probe_device_lock);
	list_del_init(&group->fresh);
	mutex_lock(&group->mutex);
	ret = iommu_group_setup_default(group, 0);
	mutex_unlock(&group->mutex);
	if (!ret)
		for_each_group_dev(group, member)
			iommu_finish_device(member->dev);
	mutex_unlock(&iommu_probe_device_lock);
	return ret;
}

/* Probe what is on @bus. 0, or what the first failure was. */
static int iommu_probe_bus(const struct bus_type *bus)
{
	struct iommu_group *group, *next;
	LIST_HEAD(fresh);
	int ret;

	ret = bus_for_each_dev(bus, NULL, &fresh, iommu_probe_one_of_bus);
	list_for_each_entry_safe(group, next, &fresh, fresh) {
		if (!ret)
			ret = iommu_set_up_fresh(group);
		else
			list_del_init(&group->fresh);
	}
	return ret;
}

static int iommu_release_if_of(struct device *dev, void *iommu)
{
	if (dev->iommu && dev->iommu->iommu_dev == iommu)
		iommu_release_device(dev);
	return 0;
}

static void iommu_enlist(struct iommu_device *iommu)
{
	spin_lock(&instances_lock);
	list_add_tail(&iommu->list, &instances);
	spin_unlock(&instances_lock);
}

int iommu_device_register(struct iommu_device *iommu,
			  const struct iommu_ops *ops, struct device *hwdev)
{
	unsigned int i;
	int ret = 0;

	iommu->ops = ops;
	if (hwdev)
		iommu->fwnode = dev_fwnode(hwdev);
	iommu_enlist(iommu);
	for (i = 0; i < ARRAY_SIZE(buses) && !ret; i++)
		ret = iommu_probe_bus(buses[i]);
	if (ret)
		iommu_device_unregister(iommu);
	else
		WRITE_ONCE(iommu->ready, true);
	return ret;
}
EXPORT_SYMBOL_GPL(iommu_device_register);

void iommu_device_unregister(struct iommu_device *iommu)
{
	unsigned int i;

	WRITE_ONCE(iommu->ready, false);
	spin_lock(&instances_lock);
	list_del(&iommu->list);
	spin_unlock(&instances_lock);
	for (i = 0; i < ARRAY_SIZE(buses); i++)
		bus_for_each_dev(buses[i], NULL, iommu, iommu_release_if_of);
	iommu_group_put(iommu->singleton_group);
	iommu->singleton_group = NULL;
}
EXPORT_SYMBOL_GPL(iommu_device_unregister);

/* ---- buses ---------------------------------------------------------------------- */

static int iommu_bus_event(struct notifier_block *nb, unsigned long event,
			   void *data)
{
	struct device *dev = data;
	int ret;

	if (event == BUS_NOTIFY_ADD_DEVICE) {
		ret = iommu_probe_device(dev);
		if (ret && ret != -ENODEV)
			dev_err(dev, "iommu: probing failed: %pe\n",
				ERR_PTR(ret));
	} else if (event == BUS_NOTIFY_REMOVED_DEVICE) {
		iommu_release_device(dev);
	}
	return NOTIFY_DONE;
}

int iommu_device_register_bus(struct iommu_device *iommu,
			      const struct iommu_ops *ops,
			      const struct bus_type *bus,
			      struct notifier_block *nb)
{
	int ret;

	iommu->ops = ops;
	nb->notifier_call = iommu_bus_event;
	ret = bus_register_notifier(bus, nb);
	if (ret)
		return ret;
	iommu->fwnode = kzalloc(sizeof(*iommu->fwnode), GFP_KERNEL);
	if (!iommu->fwnode) {
		bus_unregister_notifier(bus, nb);
		return -ENOMEM;
	}
	iommu_enlist(iommu);
	ret = iommu_probe_bus(bus);
	if (ret)
		iommu_device_unregister_bus(iommu, bus, nb);
	else
		WRITE_ONCE(iommu->ready, true);
	return ret;
}
EXPORT_SYMBOL_GPL(iommu_device_register_bus);

void iommu_device_unregister_bus(struct iommu_device *iommu,
				 const struct bus_type *bus,
				 struct notifier_block *nb)
{
	bus_unregister_notifier(bus, nb);
	bus_for_each_dev(bus, NULL, iommu, iommu_release_if_of);
	iommu_device_unregister(iommu);
	kfree(iommu->fwnode);
	iommu->fwnode = NULL;
}
EXPORT_SYMBOL_GPL(iommu_device_unregister_bus);

int iommu_watch_buses(void)
{
	unsigned int i;
	int ret;

	/* What a machine before this one left behind is gone with its memory. */
	INIT_LIST_HEAD(&instances);
	for (i = 0; i < ARRAY_SIZE(buses); i++) {
		bus_nbs[i].notifier_call = iommu_bus_event;
		ret = bus_register_notifier(buses[i], &bus_nbs[i]);
		if (ret)
			goto err_back;
	}
	return 0;

err_back:
	while (i--)
		bus_unregister_notifier(buses[i], &bus_nbs[i]);
	return ret;
}

void iommu_unwatch_buses(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(buses); i++)
		bus_unregister_notifier(buses[i], &bus_nbs[i]);
}
