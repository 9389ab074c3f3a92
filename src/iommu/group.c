/* SPDX-License-Identifier: MIT */
/*
 * IOMMU groups: objects with a number, devices in them, and who they belong to.
 * Models drivers/iommu/iommu.c (groups), 6.17.
 *
 *	dev->iommu_group --> group --> devices --> dev ...
 *	                       |-----> domain (of all of them at once)
 *	                       `-----> default_domain
 *
 * I1  A device is on the list of the group that dev->iommu_group names, and that
 *     pointer holds a reference.
 * I2  All devices of a group are attached to group->domain; attach.c keeps it so.
 * I3  The default domain lives from the probe of the first device to the release
 *     of the last, so the mapping path reads it without a lock. While it is
 *     exchanged no driver is bound (default.c).
 * Locks: group->mutex. Callbacks of iommu_group_for_each_dev() run with it.
 * Tests: tests/unit/iommu/test_group.c, test_groups.c
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/idr.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <trace/events/iommu.h>

#include "iommu/group.h"

static DEFINE_IDA(iommu_group_ida);
static unsigned int groups_live;

unsigned int iommu_group_live(void)
{
	return groups_live;
}

/* Groups that were leaked, and their numbers, die with the machine. */
void iommu_group_shutdown(void)
{
	ida_destroy(&iommu_group_ida);
	groups_live = 0;
	iommu_pasid_shutdown();
}

/* ---- objects --------------------------------------------------------------- */

/**
 * iommu_group_alloc() - an empty group with the smallest free number
 *
 * Context: may sleep.
 * Return: the group with a reference; ERR_PTR(-ENOMEM).
 */
struct iommu_group *iommu_group_alloc(void)
{
	struct iommu_group *group = kzalloc(sizeof(*group), GFP_KERNEL);
	int ret;

	if (!group)
		return ERR_PTR(-ENOMEM);
	mutex_init(&group->mutex);
	INIT_LIST_HEAD(&group->devices);
	INIT_LIST_HEAD(&group->fresh);
	xa_init(&group->pasids);
	group->id = ida_alloc(&iommu_group_ida, GFP_KERNEL);
	if (group->id < 0) {
		ret = group->id;
		mutex_destroy(&group->mutex);
		kfree(group);
		return ERR_PTR(ret);
	}
	groups_live++;
	ret = kobject_init_and_add(&group->kobj, &iommu_group_ktype, NULL, "%d",
				   group->id);
	if (ret) {
		kobject_put(&group->kobj);
		return ERR_PTR(ret);
	}
	return group;
}
EXPORT_SYMBOL_GPL(iommu_group_alloc);

/** iommu_group_free() - the last reference is gone. */
void iommu_group_free(struct iommu_group *group)
{
	if (group->data_release)
		group->data_release(group->data);
	ida_free(&iommu_group_ida, group->id);
	mutex_destroy(&group->mutex);
	xa_destroy(&group->pasids);
	kfree(group->name);
	kfree(group);
	groups_live--;
}

struct iommu_group *iommu_group_ref_get(struct iommu_group *group)
{
	kobject_get(&group->kobj);
	return group;
}
EXPORT_SYMBOL_GPL(iommu_group_ref_get);

struct iommu_group *iommu_group_get(struct device *dev)
{
	return dev->iommu_group ? iommu_group_ref_get(dev->iommu_group) : NULL;
}
EXPORT_SYMBOL_GPL(iommu_group_get);

void iommu_group_put(struct iommu_group *group)
{
	if (group)
		kobject_put(&group->kobj);
}
EXPORT_SYMBOL_GPL(iommu_group_put);

int iommu_group_id(struct iommu_group *group)
{
	return group->id;
}
EXPORT_SYMBOL_GPL(iommu_group_id);

void *iommu_group_get_iommudata(struct iommu_group *group)
{
	return group->data;
}
EXPORT_SYMBOL_GPL(iommu_group_get_iommudata);

void iommu_group_set_iommudata(struct iommu_group *group, void *iommu_data,
			       void (*release)(void *iommu_data))
{
	group->data = iommu_data;
	group->data_release = release;
}
EXPORT_SYMBOL_GPL(iommu_group_set_iommudata);

int iommu_group_set_name(struct iommu_group *group, const char *name)
{
	char *copy = NULL;

	if (name) {
		copy = kstrdup(name, GFP_KERNEL);
		if (!copy)
			return -ENOMEM;
	}
	mutex_lock(&group->mutex);
	swap(group->name, copy);
	mutex_unlock(&group->mutex);
	kfree(copy);
	return 0;
}
EXPORT_SYMBOL_GPL(iommu_group_set_name);

struct iommu_domain *iommu_group_default_domain(struct iommu_group *group)
{
	return group->head.default_domain;
}
EXPORT_SYMBOL_GPL(iommu_group_default_domain);

/* ---- members --------------------------------------------------------------- */

/* Takes over a reference of @group. Mutex held. 0 or -ENOMEM. */
int __iommu_group_add_device(struct iommu_group *group, struct device *dev)
{
	struct iommu_group_dev *member = kzalloc(sizeof(*member), GFP_KERNEL);

	lockdep_assert_held(&group->mutex);
	if (!member)
		return -ENOMEM;
	member->dev = dev;
	list_add_tail(&member->node, &group->devices);
	dev->iommu_group = group;
	trace_add_device_to_group(group->id, dev);
	return 0;
}

/* Mutex held; the caller puts the reference when it has let go of it. */
void __iommu_group_remove_device(struct iommu_group *group, struct device *dev)
{
	struct iommu_group_dev *member, *next;

	lockdep_assert_held(&group->mutex);
	list_for_each_entry_safe(member, next, &group->devices, node) {
		if (member->dev != dev)
			continue;
		trace_remove_device_from_group(group->id, dev);
		list_del(&member->node);
		kfree(member);
		dev->iommu_group = NULL;
	}
}

int iommu_group_add_device(struct iommu_group *group, struct device *dev)
{
	int ret;

	if (dev->iommu_group)
		return -EEXIST;
	iommu_group_ref_get(group);
	mutex_lock(&group->mutex);
	ret = __iommu_group_add_device(group, dev);
	mutex_unlock(&group->mutex);
	if (ret)
		iommu_group_put(group);
	return ret;
}
EXPORT_SYMBOL_GPL(iommu_group_add_device);

void iommu_group_remove_device(struct device *dev)
{
	struct iommu_group *group = dev->iommu_group;

	if (!group)
		return;
	/* Nobody is served without a group: its IOMMU goes, too. */
	if (iommu_ops_of(dev)) {
		iommu_release_device(dev);
		return;
	}
	mutex_lock(&group->mutex);
	__iommu_group_remove_device(group, dev);
	mutex_unlock(&group->mutex);
	iommu_group_put(group);
}
EXPORT_SYMBOL_GPL(iommu_group_remove_device);

int iommu_group_for_each_dev(struct iommu_group *group, void *data,
			     int (*fn)(struct device *, void *))
{
	struct iommu_group_dev *member;
	int ret = 0;

	mutex_lock(&group->mutex);
	for_each_group_dev(group, member)
	{
		ret = fn(member->dev, data);
		if (ret)
			break;
	}
	mutex_unlock(&group->mutex);
	return ret;
}
EXPORT_SYMBOL_GPL(iommu_group_for_each_dev);

struct iommu_group *generic_device_group(struct device *dev)
{
	return iommu_group_alloc();
}
EXPORT_SYMBOL_GPL(generic_device_group);

struct iommu_group *fsl_mc_device_group(struct device *dev)
{
	dev_err(dev, "is not on an fsl-mc bus: there is none\n");
	return ERR_PTR(-ENODEV);
}
EXPORT_SYMBOL_GPL(fsl_mc_device_group);

/* One group for all devices of an IOMMU instance. */
struct iommu_group *generic_single_device_group(struct device *dev)
{
	struct iommu_device *hw = dev->iommu->iommu_dev;

	if (!hw->singleton_group) {
		struct iommu_group *group = iommu_group_alloc();

		if (IS_ERR(group))
			return group;
		hw->singleton_group = group;
	}
	return iommu_group_ref_get(hw->singleton_group);
}
EXPORT_SYMBOL_GPL(generic_single_device_group);
