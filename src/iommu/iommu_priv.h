/* SPDX-License-Identifier: MIT */
/*
 * What the kernel keeps in drivers/iommu/iommu-priv.h: calls for those who attach
 * domains on behalf of others.
 */
#ifndef IOMMU_IOMMU_PRIV_H
#define IOMMU_IOMMU_PRIV_H

#include <linux/iommu.h>

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
