/* SPDX-License-Identifier: MIT */
/*
 * <uapi/linux/iommufd.h>: the flags by which domains are asked for.
 *
 * same: IOMMU_HWPT_ALLOC_*
 * reduced: no ioctls, no structures of user space
 */
#ifndef _DMASIM_UAPI_LINUX_IOMMUFD_H
#define _DMASIM_UAPI_LINUX_IOMMUFD_H

/**
 * enum iommufd_hwpt_alloc_flags - iommu_paging_domain_alloc_flags()
 * @IOMMU_HWPT_ALLOC_NEST_PARENT: others will be nested in it
 * @IOMMU_HWPT_ALLOC_DIRTY_TRACKING: it has dirty_ops
 * @IOMMU_HWPT_FAULT_ID_VALID: faults go to a queue of user space
 * @IOMMU_HWPT_ALLOC_PASID: it can be attached to a PASID
 */
enum iommufd_hwpt_alloc_flags {
	IOMMU_HWPT_ALLOC_NEST_PARENT = 1 << 0,
	IOMMU_HWPT_ALLOC_DIRTY_TRACKING = 1 << 1,
	IOMMU_HWPT_FAULT_ID_VALID = 1 << 2,
	IOMMU_HWPT_ALLOC_PASID = 1 << 3,
};

#endif
