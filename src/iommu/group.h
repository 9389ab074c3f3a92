/* SPDX-License-Identifier: MIT */
/*
 * Private to src/iommu: what a group is, and the calls between the files that
 * work on groups (group.c, attach.c, owner.c, default.c, probe.c, resv.c).
 */
#ifndef IOMMU_GROUP_H
#define IOMMU_GROUP_H

#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/xarray.h>

#include "iommu/core.h"

/** struct iommu_group_dev - a member of a group. */
struct iommu_group_dev {
	struct list_head node;
	struct device *dev;
};

/**
 * struct iommu_group - devices that no hardware keeps from each other
 * @head: the default domain; must be first, see iommu_fast_dma_domain()
 * @kobj: reference count and attributes
 * @data, @data_release: a driver's, iommu_group_set_iommudata()
 * @mutex: protects all below
 * @devices: struct iommu_group_dev
 * @fresh: on the list of groups whose first devices are being probed
 * @domain: what all devices are attached to
 * @blocking_domain: attached while there is an owner and nothing else; made at
 *	the first claim
 * @parked: a device that is being reset, behind @blocking_domain meanwhile; NULL: none
 * @pasids: what is attached for PASIDs, and handles; see pasid.c
 * @owner_cnt: drivers bound, or claims of @owner
 */
struct iommu_group {
	struct iommu_group_head head;
	struct kobject kobj;
	int id;
	void *data;
	void (*data_release)(void *data);
	struct mutex mutex;
	char *name;
	struct list_head devices;
	struct list_head fresh;
	struct iommu_domain *domain;
	struct iommu_domain *blocking_domain;
	struct device *parked;
	struct xarray pasids;
	unsigned int owner_cnt;
	void *owner;
};

#define for_each_group_dev(group, member) \
	list_for_each_entry(member, &(group)->devices, node)

extern const struct iommu_dma_hooks *iommu_dma_hooks
	__attribute__((__visibility__("hidden")));

/* The first device of @group; mutex held, not empty. */
static inline struct device *iommu_group_first(struct iommu_group *group)
{
	return list_first_entry(&group->devices, struct iommu_group_dev, node)
		->dev;
}

/** iommu_ops_of() - driver of the IOMMU in front of @dev, NULL without one. */
static inline const struct iommu_ops *iommu_ops_of(struct device *dev)
{
	if (!dev->iommu || !dev->iommu->iommu_dev)
		return NULL;
	return dev->iommu->iommu_dev->ops;
}

/* probe.c */
struct iommu_device *iommu_from_fwnode(const struct fwnode_handle *fwnode);

/* fwspec.c */
int iommu_dev_iommu_get(struct device *dev);

/* group.c */
int __iommu_group_add_device(struct iommu_group *group, struct device *dev);
void __iommu_group_remove_device(struct iommu_group *group, struct device *dev);

/* group_sysfs.c */
extern const struct kobj_type iommu_group_ktype
	__attribute__((__visibility__("hidden")));
void iommu_group_free(struct iommu_group *group);

/* attach.c, mutex held */
struct iommu_domain *iommu_domain_alloc_type(struct device *dev,
					     unsigned int type,
					     unsigned int flags);
int iommu_group_move_device(struct iommu_group *group, struct device *dev,
			    struct iommu_domain *domain);
int __iommu_group_set_domain(struct iommu_group *group,
			     struct iommu_domain *domain);
void __iommu_group_return_to(struct iommu_group *group,
			     struct iommu_domain *domain);
bool iommu_ops_take(const struct iommu_ops *ops,
		    const struct iommu_domain *domain);
int iommu_group_takes(struct iommu_group *group, struct iommu_domain *domain);
int __iommu_attach_group(struct iommu_domain *domain,
			 struct iommu_group *group);
void __iommu_detach_group(struct iommu_domain *domain,
			  struct iommu_group *group);

/* default.c, mutex held */
int iommu_group_setup_default(struct iommu_group *group, unsigned int target);
int iommu_group_set_type(struct iommu_group *group, unsigned int target);

/* owner.c, mutex held */
int iommu_group_make_blocking(struct iommu_group *group);

/* pasid.c; but for the first, mutex held */
void iommu_pasid_shutdown(void);
void iommu_pasid_park(struct iommu_group *group, struct device *dev);
void iommu_pasid_unpark(struct iommu_group *group, struct device *dev);
void iommu_pasid_joined(struct iommu_group *group, struct device *dev);
void iommu_pasid_left(struct iommu_group *group, struct device *dev);

/* resv.c, mutex held */
int iommu_map_direct_regions(struct iommu_domain *domain, struct device *dev);

#endif
