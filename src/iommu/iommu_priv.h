/* SPDX-License-Identifier: MIT */
/*
 * What the kernel keeps in drivers/iommu/iommu-priv.h: calls for those who attach
 * domains on behalf of others.
 */
#ifndef IOMMU_IOMMU_PRIV_H
#define IOMMU_IOMMU_PRIV_H

#include <linux/iommu.h>
#include <linux/notifier.h>

/** dev_iommu_ops() - driver of the IOMMU in front of @dev, which was probed. */
static inline const struct iommu_ops *dev_iommu_ops(struct device *dev)
{
	return dev->iommu->iommu_dev->ops;
}

/** iommu_ops_from_fwnode() - driver of the instance that firmware calls so, or NULL. */
const struct iommu_ops *
iommu_ops_from_fwnode(const struct fwnode_handle *fwnode);

/** iommu_fwspec_ops() - driver that @fwspec names; NULL: of whom nothing is said. */
static inline const struct iommu_ops *
iommu_fwspec_ops(struct iommu_fwspec *fwspec)
{
	return iommu_ops_from_fwnode(fwspec ? fwspec->iommu_fwnode : NULL);
}

/** dev_iommu_free() - forget dev->iommu and what firmware said. */
void dev_iommu_free(struct device *dev);

/** iommu_fwspec_free() - take back iommu_fwspec_init(). */
void iommu_fwspec_free(struct device *dev);

/**
 * iommu_device_register_bus() - iommu_device_register() for one bus of one's own
 * @bus: registered; the core does not watch it
 * @nb: for the core; lives as long as the registration
 *
 * The instance gets a firmware node, so only devices that name it are probed.
 * Return: 0; -EINVAL for an unknown bus; -ENOMEM; what probing a device said.
 */
int iommu_device_register_bus(struct iommu_device *iommu,
			      const struct iommu_ops *ops,
			      const struct bus_type *bus,
			      struct notifier_block *nb);
void iommu_device_unregister_bus(struct iommu_device *iommu,
				 const struct bus_type *bus,
				 struct notifier_block *nb);

/**
 * iommu_attach_group_handle() - iommu_attach_group() with a handle
 *
 * Page requests without PASID find @domain's handler by it. @handle stays until the
 * detach. Return: as iommu_attach_group(); -EINVAL without @handle; -EBUSY if there is
 * one; -ENOMEM.
 */
int iommu_attach_group_handle(struct iommu_domain *domain,
			      struct iommu_group *group,
			      struct iommu_attach_handle *handle);
void iommu_detach_group_handle(struct iommu_domain *domain,
			       struct iommu_group *group);

/**
 * iommu_replace_group_handle() - another domain for a group, without a gap
 * @new_domain: of the group's IOMMU
 * @handle: of the new attachment, takes the place of the old one
 *
 * Return: 0; -EINVAL without @new_domain or @handle; -ENOMEM, or as
 * iommu_attach_group(), with the old domain and handle still there.
 */
int iommu_replace_group_handle(struct iommu_group *group,
			       struct iommu_domain *new_domain,
			       struct iommu_attach_handle *handle);

/**
 * iommu_attach_handle_get() - the handle of an attachment
 * @type: type of the domain wanted, 0: any
 * Return: it; ERR_PTR(-ENOENT) if there is none, ERR_PTR(-EBUSY) of another type.
 */
struct iommu_attach_handle *iommu_attach_handle_get(struct iommu_group *group,
						    ioasid_t pasid,
						    unsigned int type);

/**
 * iommu_replace_device_pasid() - another domain for a PASID, without a gap
 * Return: 0; -EINVAL without @handle, or if nothing is attached; else as
 * iommu_attach_device_pasid(), with the old domain still attached.
 */
int iommu_replace_device_pasid(struct iommu_domain *domain, struct device *dev,
			       ioasid_t pasid,
			       struct iommu_attach_handle *handle);

#endif
