/* SPDX-License-Identifier: MIT */
/*
 * <uapi/linux/iommufd.h>: the flags by which domains are asked for, and what drivers
 * number their structures by.
 *
 * same: IOMMU_HWPT_ALLOC_*, enum iommu_hw_info_type, enum iommu_viommu_type
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

/** enum iommu_hw_info_type - which structure iommu_ops.hw_info() returns */
enum iommu_hw_info_type {
	IOMMU_HW_INFO_TYPE_NONE = 0,
	IOMMU_HW_INFO_TYPE_DEFAULT = 0,
	IOMMU_HW_INFO_TYPE_INTEL_VTD = 1,
	IOMMU_HW_INFO_TYPE_ARM_SMMUV3 = 2,
	IOMMU_HW_INFO_TYPE_TEGRA241_CMDQV = 3,
};

/** enum iommu_viommu_type - which virtual IOMMU iommu_ops.viommu_init() makes */
enum iommu_viommu_type {
	IOMMU_VIOMMU_TYPE_DEFAULT = 0,
	IOMMU_VIOMMU_TYPE_ARM_SMMUV3 = 1,
	IOMMU_VIOMMU_TYPE_TEGRA241_CMDQV = 2,
};

#endif
